resource "aws_vpc" "shop" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_cloudwatch_log_group" "flow" {
  for_each = toset([aws_vpc.shop.id])
  name     = "/flow/${each.key}"
}
