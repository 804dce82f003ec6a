//! One mistake, one problem, and everything around it is there.

use super::tests::refuse;

#[test]
fn missing_semicolons() {
    refuse("{ a = 1\n b = 2; }", "E0102", "", "{ a=1; b=2; }");
    refuse("{ a = 1 # one\n b = 2; }", "E0102", "", "{ a=1; b=2; }");
    refuse("{ a = 1 }", "E0102", "", "{ a=1; }");
    refuse("{ a = f\n  inherit b; }", "E0102", "", "{ a=f; inherit b; }");
    refuse("{ a = f\n  b.\"c d\".e = 2; }", "E0102", "", "{ a=f; b={ c d={ e=2; }; }; }");
    refuse("let a = 1 in a", "E0102", "", "(let a=1; in a)");
    refuse("let\n  a = 1\n  b = 2;\nin a", "E0102", "", "(let a=1; b=2; in a)");
    refuse("let\n  a = { x = 1; }\n  b = 2;\nin a", "E0102", "", "(let a={ x=1; }; b=2; in a)");
    refuse("{ a = 1, b = 2; }", "E0101", ",", "{ a=1; b=2; }");
}

#[test]
fn missing_values() {
    refuse("{ a = ; b = 2; }", "E0103", "=", "{ a=HOLE; b=2; }");
    refuse("{ a = 1 + ; b = 2; }", "E0103", "+", "{ a=(+ 1 HOLE); b=2; }");
    refuse("{ a = x: ; b = 2; }", "E0103", ":", "{ a=(x: HOLE); b=2; }");
    refuse("{ a; b = 2; }", "E0103", "a", "{ a=HOLE; b=2; }");
    refuse("{ b = { a }; }", "E0103", "a", "{ b={ a=HOLE; }; }");
    refuse("let\n  a = ;\n  b = 2;\nin b", "E0103", "=", "(let a=HOLE; b=2; in b)");
    refuse("", "E0101", "", "HOLE");
    refuse("{ a = if x then y; b = 2; }", "E0102", "", "{ a=(if x y HOLE); b=2; }");
    refuse("let a = 1; { b = a; }", "E0102", "", "(let a=1; in { b=a; })");
    refuse("let a = 1; a", "E0102", "", "(let a=1; in a)");
    refuse("{ a 1; b = 2; }", "E0102", "", "{ a=1; b=2; }");
}

#[test]
fn foreign_forms() {
    refuse("{ a = [ 1, 2, (f 3) ]; }", "E0101", ",", "{ a=[1 2 (f 3)]; }");
    refuse("{ a = https://x.y/z?q; b = 2; }", "E0111", "https://x.y/z?q", "{ a=HOLE; b=2; }");
    refuse("{ a = ./x/y; b = 2; }", "E0111", "./x/y", "{ a=HOLE; b=2; }");
    refuse("{ a = ../x; b = 2; }", "E0111", "../x", "{ a=HOLE; b=2; }");
    refuse("{ a = /etc/passwd; b = 2; }", "E0111", "/etc/passwd", "{ a=HOLE; b=2; }");
    refuse("{ a = <nixpkgs>; b = 2; }", "E0111", "<nixpkgs>", "{ a=HOLE; b=2; }");
    refuse("{ a = ::/0; b = 2; }", "E0111", "::/0", "{ a=HOLE; b=2; }");
    refuse("{ a = if b = 1 then 2 else 3; b = 2; }", "E0101", "=", "{ a=(if (== b 1) 2 3); b=2; }");
    refuse("{ a = 'x'; b = 2; }", "E0111", "'x'", "{ a=HOLE; b=2; }");
    refuse("let\n  a = map x: x + 1;\n  b = 2;\nin b", "E0101", "x:", "(let a=HOLE; b=2; in b)");
    refuse("let\n  a = f if b then c else d;\n  b = 2;\nin b", "E0101", "if", "(let a=HOLE; b=2; in b)");
    refuse("let\n  a = @;\n  b = 2;\nin b", "E0101", "@", "(let a=HOLE; b=2; in b)");
    refuse("let\n  a = 1\u{a0};\n  b = 2;\nin b", "E0101", "\u{a0}", "(let a=1; b=2; in b)");
}

#[test]
fn brackets_and_texts() {
    refuse("{ a = [ 1 2 ; b = 2; }", "E0104", "[", "{ a=HOLE; b=2; }");
    refuse("{ a = (f 1; b = 2; }", "E0104", "(", "{ a=HOLE; b=2; }");
    refuse("{ a = 1 ]; b = 2; }", "E0105", "]", "{ a=HOLE; b=2; }");
    refuse("let\n  a = f {\n    x = 1;\n  b = 2;\nin b", "E0104", "{", "(let a=(f { x=1; }); b=2; in b)");
    refuse("let\n  a = f {\n    x = [ 1 2;\n    y = 3;\n  };\n  b = 2;\nin b", "E0104", "[", "(let a=(f { x=HOLE; y=3; }); b=2; in b)");
    refuse("let\n  a = \"x;\n  b = \"y\";\nin b", "E0104", "\"", "(let a=\"x\"; b=\"y\"; in b)");
    refuse("let\n  a = \"x${y\";\n  b = 2;\nin b", "E0104", "${", "(let a=(text \"x\" y); b=2; in b)");
    refuse(
        "let\n  a = ''\n    x = 1;\n  b = 2;\n  '';\n  c = 3 3 };\nin a",
        "E0105",
        "}",
        "(let a=\"  x = 1;\\nb = 2;\\n\"; c=HOLE; in a)",
    );
    refuse("let\n  a = 1;\nin {\n  b = a;\n", "E0104", "{", "(let a=1; in { b=a; })");
    refuse("let\n  a = 1;\n  b = 2; /* never\nin {\n  b = a;\n}\n", "E0104", "/*", "(let a=1; b=2; in { b=a; })");
    refuse("let\n  a = x inherit name; };\n  b = 2;\nin b", "E0102", "", "(let a=(x { inherit name; }); b=2; in b)");
}

#[test]
fn depth() {
    let nested = |open: &str, close: &str, count: usize| format!("{}1{}", open.repeat(count), close.repeat(count));
    for (open, close) in [("[", "]"), ("(", ")"), ("{ a = ", "; }"), ("\"${", "}\""), ("f (", ")"), ("{ a ? ", " }: 1")] {
        super::tests::code_of(&nested(open, close, 100_000), Some("E0106"));
        super::tests::code_of(&nested(open, close, 150), None);
    }
    for open in ["x: ", "!", "- ", "1 + ", "a -> ", "if a then b else ", "let a = 1; in ", "assert a; "] {
        super::tests::code_of(&nested(open, "", 150), None);
        super::tests::code_of(&nested(open, "", 1_000), Some("E0106"));
    }
    super::tests::code_of(&format!("f{}", " f".repeat(100_000)), Some("E0106"));
    super::tests::code_of(&format!("f{}", ".f".repeat(10_000)), None);
}

#[test]
fn control_characters() {
    refuse("{ a = \u{1}; }", "E0121", "\u{1}", "HOLE");
}

#[test]
fn a_deletion_is_one_problem() {
    let text = include_str!("shop.wca");
    let mut several = Vec::new();
    let mut total = 0;
    for sign in [";", "=", "{", "}", "[", "]", "(", ")", "\"", "in ", "then", "else"] {
        for (at, _) in text.match_indices(sign) {
            let mut broken = text.to_owned();
            broken.replace_range(at..at + sign.len(), if sign.len() > 1 { " " } else { "" });
            total += 1;
            let count = super::tests::reads_somehow(&broken);
            if count > 1 {
                several.push(format!("{sign} at {at}: {count}"));
            }
        }
    }
    assert!(several.len() * 20 <= total, "{} of {total}: {several:?}", several.len());
}
