resource "aws_ecs_task_definition" "web" {
  family                = "web"
  cpu                   = 256
  memory                = 536870912
  container_definitions = jsonencode([{ name = "web", image = "nginx:stable" }])
}
