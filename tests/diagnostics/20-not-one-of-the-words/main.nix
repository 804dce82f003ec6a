let
  rule = { name, protocol ? "tcp", port, cidr }:
    assert builtins.elem protocol [ "tcp" "udp" "icmp" "all" ];
    { inherit name protocol port cidr; };
in rule {
  name = "web-http";
  protocol = "tpc";
  port = 80;
  cidr = "0.0.0.0/0";
}
