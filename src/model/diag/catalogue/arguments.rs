//! Codes of arguments: what kinds, library modules and stack fields are given.

super::codes! {
    UNKNOWN_FIELD = "E0401" "unknown-field" {
        "There is no field, option or argument of this name here. The help has the nearest name and all that exist."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cird = 10.0.0.0/16; cidr = 10.0.0.0/16; }) ]; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; }) ]; }\n"
    }
    MISSING_FIELD = "E0402" "missing-field" {
        "A field that must be given is not."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; }) ]; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; }) ]; }\n"
    }
    WRONG_TYPE = "E0404" "wrong-type" {
        "The field wants a value of another kind."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; dnsSupport = \"yes\"; }) ]; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; dnsSupport = true; }) ]; }\n"
    }
    WRONG_HANDLE = "E0405" "wrong-handle" {
        "The field wants a resource of another kind: a subnet is no security group, whatever their ids look like."
        failing "let\n  n = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\n  g = aws.ec2.SecurityGroup { name = \"x\"; vpc = n; description = \"x\"; };\n  s = aws.ec2.Subnet { name = \"x\"; vpc = g; zone = \"us-west-2a\"; cidr = 10.0.1.0/24; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ g s ]; }\n"
        mended "let\n  n = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\n  g = aws.ec2.SecurityGroup { name = \"x\"; vpc = n; description = \"x\"; };\n  s = aws.ec2.Subnet { name = \"x\"; vpc = n; zone = \"us-west-2a\"; cidr = 10.0.1.0/24; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ g s ]; }\n"
    }
    BAD_LITERAL = "E0406" "bad-literal" {
        "The text is not what the field reads it as: a CIDR block, an ARN, a name with its alphabet and length. The label points at the part that is wrong."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = \"10.0.0.0/33\"; }) ]; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = \"10.0.0.0/16\"; }) ]; }\n"
    }
    NOT_ONE_OF = "E0407" "not-one-of" {
        "The field takes one of a few texts; the help lists them."
        failing "let\n  n = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\n  g = aws.ec2.SecurityGroup { name = \"x\"; vpc = n; description = \"x\"; };\n  r = aws.ec2.SecurityGroupRule { name = \"x\"; group = g; protocol = \"dup\"; port = 53; cidr = 10.0.0.0/8; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ r ]; }\n"
        mended "let\n  n = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\n  g = aws.ec2.SecurityGroup { name = \"x\"; vpc = n; description = \"x\"; };\n  r = aws.ec2.SecurityGroupRule { name = \"x\"; group = g; protocol = \"udp\"; port = 53; cidr = 10.0.0.0/8; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ r ]; }\n"
    }
    SECRET_SHOWN = "E0408" "secret-in-plain-field" {
        "A secret may go only where it stays one: into `secrets` and into fields that take secrets. Elsewhere it would stand in a plan, a log or the console."
        failing "{ key : Secret Str }: { name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; tags.Key = key; }) ]; }\n"
        mended "{ key : Secret Str }: { name = \"x\"; region = \"us-west-2\"; resources = [ (aws.secretsmanager.Secret { name = \"x\"; value = key; }) ]; }\n"
    }
    RULE = "E0409" "broken-rule-of-a-kind" {
        "The fields, each right by itself, do not go together."
        failing "let\n  n = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\n  g = aws.ec2.SecurityGroup { name = \"x\"; vpc = n; description = \"x\"; };\n  r = aws.ec2.SecurityGroupRule { name = \"x\"; group = g; port = 80; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ r ]; }\n"
        mended "let\n  n = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\n  g = aws.ec2.SecurityGroup { name = \"x\"; vpc = n; description = \"x\"; };\n  r = aws.ec2.SecurityGroupRule { name = \"x\"; group = g; port = 80; cidr = 10.0.0.0/8; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ r ]; }\n"
    }
}
