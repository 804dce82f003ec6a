resource "aws_vpc" "shop" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_security_group" "data" {
  name   = "data"
  vpc_id = aws_vpc.shop.id
}

resource "aws_db_subnet_group" "data" {
  name       = "data"
  subnet_ids = [aws_security_group.data.id]
}
