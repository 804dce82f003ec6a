variable "domain" {
  description = "Where people find it."
  type        = string
}

output "url" {
  value = "https://${var.domain}"
}
