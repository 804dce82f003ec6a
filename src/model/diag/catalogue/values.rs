//! Codes of evaluation: what a program does with values.

super::codes! {
    LATER_CONDITION = "E0301" "branch-on-later-value" {
        "A condition, a comparison, a count or a loop needs its value now, but this one is known only when AWS has made the resource (or is secret). Decide by something that is known now: an input, a name, or a field that the file itself gives."
        failing "let r = aws.ecr.Repository { name = \"x\"; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ r ]; outputs.o = if r.arn == \"\" then 1 else 2; }\n"
        mended "let r = aws.ecr.Repository { name = \"x\"; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ r ]; outputs.o = r.arn; }\n"
    }
    LATER_NAME = "E0302" "name-of-later-value" {
        "A name identifies a resource for ever, so it must be known before anything is made. Use an input or plain text."
        failing "let\n  a = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\n  b = aws.ecr.Repository { name = \"images-${a.id}\"; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ b ]; }\n"
        mended "let\n  a = aws.ec2.Vpc { name = \"x\"; cidr = 10.0.0.0/16; };\n  b = aws.ecr.Repository { name = \"images-${a.name}\"; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ a b ]; }\n"
    }
    NO_FIELD = "E0303" "no-such-field" {
        "The record, resource or library has no field of this name. The help lists those it has."
        failing "let a = { cidr = 10.0.0.0/16; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = a.cird; }\n"
        mended "let a = { cidr = 10.0.0.0/16; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = a.cidr; }\n"
    }
    NOT_A_FUNCTION = "E0304" "call-of-no-function" {
        "Two expressions side by side are a call, and the first is no function. In a list, `[ f x ]` has two items: write `[ (f x) ]` for one call."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = 2 (3 + 4); }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = 2 * (3 + 4); }\n"
    }
    OPERAND = "E0305" "unsuitable-operand" {
        "The operator does not take a value of this kind."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = 30s + 512MiB; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = 30s + 5min; }\n"
    }
    ASSERTION = "E0306" "failed-assertion" {
        "An `assert` of the file or of a library module does not hold."
        failing "assert 1 == 2; { name = \"x\"; region = \"us-west-2\"; resources = [ ]; }\n"
        mended "assert 1 == 1; { name = \"x\"; region = \"us-west-2\"; resources = [ ]; }\n"
    }
    ARITHMETIC = "E0307" "impossible-arithmetic" {
        "A division by zero, a number beyond 64 bits, an index outside its list, or the like."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = 10 / (2 - 2); }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = 10 / 2; }\n"
    }
    ABSENT = "E0309" "read-of-absent-option" {
        "This option may be left out and was. Give a default with `or`, test it with `?`, or pass it on as it is with `inherit`."
        failing "let port = { tls ? : Bool }@args: if args.tls then 443 else 80;\nin { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = port { }; }\n"
        mended "let port = { tls ? : Bool }@args: if (args.tls or false) then 443 else 80;\nin { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = port { }; }\n"
    }
    FUEL = "E0310" "too-much-work" {
        "The program takes too many steps or makes too much data. Every wcalang program ends, and quickly: look for a `range` that is far too long."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = length (range 1 1000000000); }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = length (range 1 1000); }\n"
    }
    NOT_TEXT = "E0311" "interpolation-of-no-text" {
        "Only text, numbers, blocks, addresses, units, and the names and ids of resources can stand in `${…}`."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = \"${[ \"a\" \"b\" ]}\"; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = \"${join \",\" [ \"a\" \"b\" ]}\"; }\n"
    }
    FAILURE = "E0312" "failure" {
        "A library module refuses what it was given; the message says why."
        failing "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = if length [ ] == 0 then fail \"there are no zones\" else 1; }\n"
        mended "{ name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = if length [ 1 ] == 0 then fail \"there are no zones\" else 1; }\n"
    }
    SHALLOW_MERGE = "E0313" "dropped-nested-fields" {
        "`a // b` takes nested records whole from `b`: what `a` alone has inside of them is dropped. Merge the inner records as well."
        failing "let common = { health = { path = \"/\"; port = 80; }; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = common // { health = { path = \"/up\"; }; }; }\n"
        mended "let common = { health = { path = \"/\"; port = 80; }; };\nin { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = common // { health = common.health // { path = \"/up\"; }; }; }\n"
    }
    ENDLESS = "E0314" "endless-call" {
        "A function is handed to itself and calls itself again, so the program would never end. Use `map`, `fold`, `range` or `genMap` to repeat."
        failing "let f = self: self self;\nin { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = f f; }\n"
        mended "let f = self: self;\nin { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = f 1; }\n"
    }
}
