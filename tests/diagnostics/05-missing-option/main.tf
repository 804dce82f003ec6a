resource "aws_subnet" "app" {
  availability_zone = "us-west-2a"
  cidr_block        = "10.20.0.0/24"
}
