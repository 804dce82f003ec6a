let
  name = "${prefix}-web";
  prefix = "${name}-blue";
in {
  inherit name;
}
