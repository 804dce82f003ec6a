resource "aws_vpc" "shop" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_s3_bucket" "logs" {
  count  = aws_vpc.shop.id == "" ? 0 : 1
  bucket = "shop-flow-logs"
}
