let
  repository = { name, protect ? false }: { inherit name; purge = if protect then "never" else "always"; };
in repository {
  name = "shop";
  protect = "no";
}
