let
  subnet = name: zone: cidr: { inherit name zone cidr; vpc = "shop"; };
in [
  (subnet "app-1" "us-west-2a" "10.20.0.0/22")
  (subnet "app-2" "us-west-2b" "10.20.2.0/24")
]
