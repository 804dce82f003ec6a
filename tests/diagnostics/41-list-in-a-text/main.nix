let
  zones = [ "us-west-2a" "us-west-2b" ];
in {
  where = "It runs in ${zones}.";
}
