resource "aws_vpc" "shop" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_subnet" "app_1" {
  vpc_id     = aws_vpc.shop.id
  cidr_block = "10.20.0.0/22"
}

resource "aws_subnet" "app_2" {
  vpc_id     = aws_vpc.shop.id
  cidr_block = "10.20.2.0/24"
}
