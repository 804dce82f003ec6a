let
  service = { name, image, memory, ports ? [ ] }: {
    family = name;
    inherit image memory ports;
  };
  mkService = { name, memory ? 512, ... }@args:
    service (args // { inherit memory; image = "nginx:stable"; });
in mkService {
  name = "web";
  prots = [ 9000 ];
}
