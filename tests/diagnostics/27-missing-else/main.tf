variable "env" {
  default = "staging"
}

output "replicas" {
  value = var.env == "prod" ? 2
}
