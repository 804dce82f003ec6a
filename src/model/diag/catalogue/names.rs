//! Codes of names.

super::codes! {
    UNBOUND = "E0201" "unknown-name" {
        "Nothing of this name is in scope. In scope are the bindings around it, the library modules, `aws`, `std`, `lookup` and the prelude."
        failing "{ name = nmae; region = \"us-west-2\"; resources = [ ]; }\n"
        mended "let nmae = \"x\"; in { name = nmae; region = \"us-west-2\"; resources = [ ]; }\n"
    }
    RECURSION = "E0202" "recursion" {
        "A definition may not need itself, not even through others: then every program ends, and everything is checked. Use `map`, `fold`, `range` or `genMap` to repeat."
        failing "let a = b; b = a; in { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = a; }\n"
        mended "let a = b; b = 1; in { name = \"x\"; region = \"us-west-2\"; resources = [ ]; outputs.o = a; }\n"
    }
}
