locals {
  replicas = 0
}

output "paused" {
  value = local.replicas == "0"
}
