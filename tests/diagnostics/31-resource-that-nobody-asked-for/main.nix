let
  repository = name: { aws_ecr_repository.${name}.name = name; };
  images = repository "shop";
  cache = repository "cache";
in {
  resources = [ images ];
}
