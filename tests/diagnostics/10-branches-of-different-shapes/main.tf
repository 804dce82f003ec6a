variable "env" {
  default = "prod"
}

locals {
  settings = var.env == "prod" ? { class = "db.m7g.large", replicas = 2 } : { class = "db.t4g.small" }
}

output "nodes" {
  value = local.settings.replicas + 1
}
