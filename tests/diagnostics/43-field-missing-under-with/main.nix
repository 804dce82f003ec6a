let
  net = { public = [ "10.20.0.0/24" ]; private = [ "10.20.1.0/24" ]; };
in {
  subnets = with net; map (block: block) privat;
}
