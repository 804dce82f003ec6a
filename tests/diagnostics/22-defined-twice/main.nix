{
  name = "shop";
  cidr = "10.20.0.0/16";
  nat = "single";
  cidr = "10.30.0.0/16";
}
