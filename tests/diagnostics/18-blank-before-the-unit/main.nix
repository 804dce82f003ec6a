{
  name = "web";
  retention_in_days = 30 d;
}
