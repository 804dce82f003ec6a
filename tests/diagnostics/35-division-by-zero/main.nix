let
  budget = 900;
  teams = [ ];
in {
  share = budget / builtins.length teams;
}
