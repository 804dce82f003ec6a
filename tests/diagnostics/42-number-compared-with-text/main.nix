let
  replicas = 0;
in {
  paused = replicas == "0";
}
