resource "aws_autoscaling_group" "shop" {
  min_size           = 1
  max_size           = 4
  availability_zones = ["us-west-2a" "us-west-2b"]
}
