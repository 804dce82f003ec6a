resource "aws_security_group" "web" {
  name = "web"
  ingress {
    protocol    = "tpc"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["0.0.0.0/0"]
  }
}
