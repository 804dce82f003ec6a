resource "aws_ecs_service" "web" {
  name    = "web"
  cluster = "shop"
  deployment_circuit_breaker {
    enable  = true
    rolback = true
  }
}
