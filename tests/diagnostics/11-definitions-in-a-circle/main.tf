locals {
  name   = "${local.prefix}-web"
  prefix = "${local.name}-blue"
}

resource "aws_ecs_cluster" "shop" {
  name = local.name
}
