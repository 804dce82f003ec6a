locals {
  base = {
    name  = "shop"
    tiers = { public = { prefix = 24 }, app = { prefix = 22 } }
  }
}

output "network" {
  value = merge(local.base, { tiers = { app = { prefix = 20 } } })
}
