variable "session_key" {
  type      = string
  sensitive = true
  default   = "made-up"
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  memory = 512
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:stable"
    environment = [{ name = "SESSION_KEY", value = var.session_key }]
  }])
}
