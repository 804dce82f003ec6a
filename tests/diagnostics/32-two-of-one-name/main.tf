resource "aws_ecr_repository" "images" {
  name = "shop"
}

resource "aws_ecr_repository" "cache" {
  name = "shop"
  image_scanning_configuration {
    scan_on_push = true
  }
}
