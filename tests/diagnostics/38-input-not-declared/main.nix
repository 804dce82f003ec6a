{ env ? "staging" }:
{
  name = "shop-${env}";
}
