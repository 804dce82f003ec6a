let
  vpc = { name, cidr, tiers }: {
    aws_vpc.${name}.cidr_block = cidr;
    aws_subnet = builtins.mapAttrs (tier: cidrs: map (cidr_block: { inherit cidr_block; }) cidrs) tiers;
  };
in vpc {
  name = "shop";
  cidr = "10.20.0.0/16";
  tiers.app = [ "10.21.0.0/22" "10.20.4.0/22" ];
}
