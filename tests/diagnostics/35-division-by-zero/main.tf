locals {
  budget = 900
  teams  = []
}

output "share" {
  value = local.budget / length(local.teams)
}
