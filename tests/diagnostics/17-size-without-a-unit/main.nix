let
  task = { name, cpu, memory }: { family = name; inherit cpu memory; };
in task {
  name = "web";
  cpu = 256;
  memory = 536870912;
}
