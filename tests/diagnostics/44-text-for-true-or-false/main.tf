resource "aws_db_instance" "shop" {
  identifier          = "shop"
  instance_class      = "db.t4g.small"
  deletion_protection = "no"
}
