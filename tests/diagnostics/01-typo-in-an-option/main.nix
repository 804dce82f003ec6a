let
  vpc = { name, cidr, nat ? "none" }: {
    aws_vpc.${name} = { cidr_block = cidr; nat = nat; };
  };
in vpc {
  name = "shop";
  cidr = "10.20.0.0/16";
  natt = "single";
}
