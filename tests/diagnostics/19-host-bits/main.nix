let
  vpc = { name, cidr }: { aws_vpc.${name}.cidr_block = cidr; };
in vpc {
  name = "shop";
  cidr = "10.20.1.0/16";
}
