let
  settings = {
    web = { host = "web.shop.internal"; port = 8080; };
    worker = { host = "worker.shop.internal"; };
  };
  address = s: "${s.host}:${toString s.port}";
in {
  worker = address settings.worker;
}
