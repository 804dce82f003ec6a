{ env ? "staging" }:
{
  name = "shop-${env}";
  replicas = if env = "prod" then 2 else 1;
}
