let
  statement = action: {
    Efect = "Allow";
    Action = action;
    Resource = "*";
  };
in {
  document = builtins.toJSON { Version = "2012-10-17"; Statement = [ (statement "s3:GetObject") ]; };
}
