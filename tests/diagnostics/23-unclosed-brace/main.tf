resource "aws_ecs_service" "web" {
  name = "web"
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  cluster = "shop"
}

resource "aws_ecr_repository" "shop" {
  name = "shop"
}
