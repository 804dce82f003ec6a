variable "env" {
  default = "prod"
}

resource "aws_ecs_cluster" "shop" {
  name = "shop"
  tags = { Env = var.env }
}
