locals {
  zones = ["us-west-2a", "us-west-2b"]
}

resource "aws_ecs_cluster" "shop" {
  name = "shop-${local.zones[2]}"
}
