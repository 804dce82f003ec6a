let
  repository = { name }: { aws_ecr_repository.${name}.name = name; };
in {
  resources = [
    repository { name = "images"; }
  ];
}
