let
  vpc = { name, tiers }: {
    subnets = builtins.mapAttrs (tier: options: {
      name = "${name}-${tier}";
      prefix = options.prefix or 20;
    }) tiers;
  };
in vpc {
  name = "shop";
  tiers.public.prefix = 24;
  tiers.app.prefx = 22;
}
