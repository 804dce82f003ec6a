# The same as services.wca: nix-instantiate --eval --strict --json --arg count 100 services.nix
{ count ? 100 }:
let
  mod = a: b: a - b * (a / b);
  common = { region = "eu-central-1"; plan = "small"; open = false; keep = 30; };
  zones = [ "eu-central-1a" "eu-central-1b" "eu-central-1c" ];
  service = index:
    let
      name = "api-${toString index}";
      owner = "group-${toString (mod index 23)}";
      port = 4000 + mod index 500;
      host = "${name}.${owner}.example.org";
    in common // {
      inherit name owner port host;
      image = "images.example.org/${owner}/${name}:2.${toString (mod index 70)}";
      cpu = 128 * (1 + mod index 8);
      memory = 256 * (1 + mod index 16);
      open = mod index 4 == 0;
      zone = builtins.elemAt zones (mod index (builtins.length zones));
      scale = { least = 1 + mod index 3; most = 4 + mod index 5; };
      check = "/up/${toString (mod index 11)}";
      settings = { NAME = name; URL = "https://${host}:${toString port}"; };
      weight = mod index 100;
    };
  services = builtins.genList service count;
  add = total: service: {
    cpu = total.cpu + service.cpu * service.scale.most;
    memory = total.memory + service.memory * service.scale.most;
    open = if service.open then total.open + 1 else total.open;
    text = total.text + builtins.stringLength service.image + builtins.stringLength service.settings.URL;
  };
in { inherit services; totals = builtins.foldl' add { cpu = 0; memory = 0; open = 0; text = 0; } services; }
