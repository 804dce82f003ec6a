variable "services" {
  type = map(object({
    image  = string
    memory = optional(number, 512)
  }))
  default = {
    web = { image = "nginx:stable", memry = 1024 }
  }
}

resource "aws_ecs_task_definition" "service" {
  for_each              = var.services
  family                = each.key
  memory                = each.value.memory
  container_definitions = jsonencode([{ name = each.key, image = each.value.image }])
}
