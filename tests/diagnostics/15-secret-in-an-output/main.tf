variable "password" {
  type      = string
  sensitive = true
  default   = "made-up"
}

output "password" {
  value = var.password
}
