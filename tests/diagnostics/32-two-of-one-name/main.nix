let
  repository = { name, scanOnPush ? false }: { inherit name scanOnPush; };
  images = repository { name = "shop"; };
  cache = repository { name = "shop"; scanOnPush = true; };
in {
  resources = [ images cache ];
}
