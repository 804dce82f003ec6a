//! Codes of the stack: the file's value, and what it contains.

super::codes! {
    NOT_A_STACK = "E0501" "no-stack" {
        "The file's value must be a record that describes a stack: at least `name`, `region` and `resources`."
        failing "42\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; }\n"
    }
    TWO_RESOURCES = "E0502" "two-resources-with-one-address" {
        "A resource is identified by its kind and name. Two that differ cannot have one address: give one of them another name."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; }) (aws.ec2.Vpc { name = \"x\"; cidr = 10.1.0.0/16; }) ]; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; }) (aws.ec2.Vpc { name = \"y\"; cidr = 10.1.0.0/16; }) ]; }\n"
    }
    UNREACHABLE = "E0503" "unreachable-resource" {
        "Only what the file's value contains or refers to is built. Put the resource into `resources`, or bind it to a name that begins with `_` to say that it is meant."
        failing "let v = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ ]; }\n"
        mended "let v = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ v ]; }\n"
    }
    NOT_A_RESOURCE = "E0504" "no-resource" {
        "`resources` contains resources, records and lists of them, and nothing else."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ \"ec2.Vpc/x\" ]; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; }) ]; }\n"
    }
    BAD_ADDRESS = "E0505" "no-address" {
        "An address is `kind/name`, such as `ec2.Vpc/main`."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; removed = [ \"old\" ]; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; removed = [ \"ec2.Vpc/old\" ]; }\n"
    }
    BLOCKS_OVERLAP = "E0506" "blocks-overlap" {
        "Two subnets of a VPC have no address in common: AWS refuses the second one. Give one of them a block that is free, or let the library's `vpc` allocate them: `tiers.app.prefix = 24;`."
        failing "let v = aws.ec2.Vpc { name = \"v\"; cidr = 10.0.0.0/16; };\n    subnet = name: cidr: aws.ec2.Subnet { inherit name cidr; vpc = v; zone = \"us-west-2a\"; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ (subnet \"a\" 10.0.0.0/22) (subnet \"b\" 10.0.2.0/24) ]; }\n"
        mended "let v = aws.ec2.Vpc { name = \"v\"; cidr = 10.0.0.0/16; };\n    subnet = name: cidr: aws.ec2.Subnet { inherit name cidr; vpc = v; zone = \"us-west-2a\"; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ (subnet \"a\" 10.0.0.0/22) (subnet \"b\" 10.0.4.0/24) ]; }\n"
    }
    BLOCK_OUTSIDE = "E0507" "block-outside" {
        "A subnet's block is a part of its VPC's block: AWS refuses any other."
        failing "let v = aws.ec2.Vpc { name = \"v\"; cidr = 10.0.0.0/16; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Subnet { name = \"a\"; vpc = v; zone = \"us-west-2a\"; cidr = 10.1.0.0/24; }) ]; }\n"
        mended "let v = aws.ec2.Vpc { name = \"v\"; cidr = 10.0.0.0/16; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ (aws.ec2.Subnet { name = \"a\"; vpc = v; zone = \"us-west-2a\"; cidr = 10.0.1.0/24; }) ]; }\n"
    }
}
