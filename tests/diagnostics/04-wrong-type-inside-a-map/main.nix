let
  container = { name, image, environment ? { } }: {
    inherit name image;
    environment = map (key: { name = key; value = environment.${key}; }) (builtins.attrNames environment);
  };
in container {
  name = "web";
  image = "nginx:stable";
  environment = {
    HOST = "shop.example.com";
    PORT = 8080;
  };
}
