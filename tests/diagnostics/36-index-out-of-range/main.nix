let
  zones = [ "us-west-2a" "us-west-2b" ];
in {
  name = "app";
  zone = builtins.elemAt zones 2;
}
