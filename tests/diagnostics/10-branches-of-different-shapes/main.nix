{ env ? "prod" }:
let
  size = if env == "prod" then { class = "db.m7g.large"; replicas = 2; } else { class = "db.t4g.small"; };
in {
  name = "shop-${env}";
  nodes = size.replicas + 1;
}
