resource "aws_iam_role_policy" "read" {
  name = "read"
  role = "web"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Efect    = "Allow"
      Action   = "s3:GetObject"
      Resource = "*"
    }]
  })
}
