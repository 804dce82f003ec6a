let
  net = {
    name = "shop";
    tiers = { public.prefix = 24; app.prefix = 22;
    nat = "single";
  };
  images = { name = "shop"; };
in {
  resources = [ net images ];
}
