let
  label = env: part: "shop-${env}-${part}";
  repository = { name }: { aws_ecr_repository.main.name = name; };
in repository {
  name = label "prod";
}
