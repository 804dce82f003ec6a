resource "aws_vpc" "shop" {
  cidr_block = "10.20.1.0/16"
}
