let
  net = { name = "shop"; cidr = "10.20.0.0/16"; };
  app = { name = "app"; vpc = nett; cidr = "10.20.0.0/24"; };
in {
  resources = [ app ];
}
