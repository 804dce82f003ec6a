let
  targetGroup = { name, port }: assert port <= 65535; { inherit name port; };
in targetGroup {
  name = "web";
  port = 80000;
}
