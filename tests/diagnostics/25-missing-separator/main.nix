{
  images = {
    name = "images"
    retention = 30;
  };
}
