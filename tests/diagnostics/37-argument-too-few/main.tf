resource "aws_subnet" "app" {
  vpc_id     = "vpc-0123456789abcdef0"
  cidr_block = cidrsubnet("10.20.0.0/16", 8)
}
