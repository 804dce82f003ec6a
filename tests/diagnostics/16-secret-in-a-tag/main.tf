variable "token" {
  type      = string
  sensitive = true
  default   = "made-up"
}

resource "aws_ecr_repository" "shop" {
  name = "shop"
  tags = { Token = var.token }
}
