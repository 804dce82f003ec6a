resource "aws_ecr_repository" "shop" {
  name = "shop
}

resource "aws_vpc" "shop" {
  cidr_block = "10.20.0.0/16"
}
