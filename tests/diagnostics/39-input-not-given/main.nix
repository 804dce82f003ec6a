{ domain }:
{
  url = "https://${domain}";
}
