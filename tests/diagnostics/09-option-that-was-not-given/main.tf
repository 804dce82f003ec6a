locals {
  services = {
    web    = { host = "web.shop.internal", port = 8080 }
    worker = { host = "worker.shop.internal" }
  }
}

output "addresses" {
  value = [for name, settings in local.services : "${settings.host}:${settings.port}"]
}
