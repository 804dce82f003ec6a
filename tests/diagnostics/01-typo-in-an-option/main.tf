resource "aws_vpc" "shop" {
  cidr_block          = "10.20.0.0/16"
  enable_dns_hostname = true
}
