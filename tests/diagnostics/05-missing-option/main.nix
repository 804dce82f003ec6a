let
  subnet = { name, vpc, zone, cidr }: {
    inherit name vpc zone cidr;
  };
in subnet {
  name = "app";
  zone = "us-west-2a";
  cidr = "10.20.0.0/24";
}
