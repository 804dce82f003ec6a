let
  count = 3;
in {
  name = "shop";
  zones = count-1;
}
