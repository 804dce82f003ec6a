resource "aws_lb_target_group" "web" {
  name     = "web"
  port     = 80000
  protocol = "HTTP"
  vpc_id   = "vpc-0123456789abcdef0"
}
