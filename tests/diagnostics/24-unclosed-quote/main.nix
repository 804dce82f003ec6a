let
  images = { name = "shop; };
  net = { name = "shop"; };
in {
  resources = [ images net ];
}
