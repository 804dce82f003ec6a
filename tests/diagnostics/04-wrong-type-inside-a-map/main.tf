resource "aws_ecs_task_definition" "web" {
  family = "web"
  cpu    = 256
  memory = 512
  container_definitions = jsonencode([{
    name  = "web"
    image = "nginx:stable"
    environment = [
      { name = "HOST", value = "shop.example.com" },
      { name = "PORT", value = 8080 },
    ]
  }])
}
