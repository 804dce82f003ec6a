locals {
  zones = 3
}

resource "aws_ecs_service" "web" {
  name          = "web"
  desired_count = local.zones-1
}
