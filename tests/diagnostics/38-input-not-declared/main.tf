variable "env" {
  default = "staging"
}

resource "aws_ecs_cluster" "shop" {
  name = "shop-${var.env}"
}
