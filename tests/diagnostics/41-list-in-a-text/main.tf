locals {
  zones = ["us-west-2a", "us-west-2b"]
}

output "where" {
  value = "It runs in ${local.zones}."
}
