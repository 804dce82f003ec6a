let
  base = {
    name = "shop";
    tiers.public.prefix = 24;
    tiers.app.prefix = 22;
  };
in base // { tiers.app.prefix = 20; }
