//! Layouts, and the laws: formatting twice changes nothing, and the program and its comments stay the same.
#![expect(clippy::unwrap_used, reason = "tests")]

use wcalang_model::source::FileId;

use super::format;
use crate::syntax::{Names, parse};

/// The text is laid out as `expected`.
#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(format(text).unwrap(), expected);
    law(text);
}

/// The text is laid out already.
#[track_caller]
fn keep(text: &str) {
    check(text, text);
}

/// A tree without places, and the texts of the comments.
fn meaning(text: &str) -> (String, Vec<String>) {
    let mut names = Names::default();
    let parsed = parse(FileId(0), text, &mut names);
    let comments = parsed.comments.iter().map(|comment| {
        let text = &text[comment.span.start as usize..comment.span.end as usize];
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    (crate::syntax::show(&parsed.tree, &names, parsed.root), comments.collect())
}

#[track_caller]
pub(super) fn law(text: &str) {
    let once = format(text).unwrap();
    let twice = format(&once).unwrap_or_else(|| panic!("{text:?} became unreadable:\n{once}"));
    assert_eq!(once, twice, "not stable: {text:?}");
    assert_eq!(meaning(text), meaning(&once), "{text:?} became:\n{once}");
}

#[test]
fn the_example_of_the_manual() {
    keep(include_str!("../syntax/shop.wca"));
}

#[test]
fn records_and_lists() {
    check("{a=1;b=[1 2   (f 3)];c={};d=[];}", "{ a = 1; b = [ 1 2 (f 3) ]; c = { }; d = [ ]; }\n");
    check("{\na=1;\n\n\n\nb=2; c=3;\n}", "{\n  a = 1;\n\n  b = 2; c = 3;\n}\n");
    check("rec{a=b . c or d;inherit(e)x y;}", "rec { a = b.c or d; inherit (e) x y; }\n");
    let long = "x".repeat(40);
    check(&format!("{{ a = \"{long}\"; b = \"{long}\"; c = 1; }}"), &format!("{{\n  a = \"{long}\";\n  b = \"{long}\";\n  c = 1;\n}}\n"));
    check(
        &format!("{{\n  a = \"{long}\"; b = \"{long}\"; c = 12345;\n}}"),
        &format!("{{\n  a = \"{long}\";\n  b = \"{long}\";\n  c = 12345;\n}}\n"),
    );
    keep("f {\n  a = [\n    1\n    2 3\n  ];\n}\n");
}

#[test]
fn forms() {
    check("let a=1; in a", "let a = 1; in a\n");
    check("let\na=1;\nin {\nb=a;}", "let\n  a = 1;\nin {\n  b = a;\n}\n");
    check("{a,b?1,c:Int?2,...}@args:\nlet\nx=a;\nin\nx", "{ a, b ? 1, c : Int ? 2, ... }@args:\nlet\n  x = a;\nin\nx\n");
    check("{\na,\nb ? 1\n}: a", "{\n  a,\n  b ? 1\n}: a\n");
    check(
        "{ a = if b then\nc\nelse if d then\ne\nelse\nf; }",
        "{\n  a = if b then\n      c\n    else if d then\n      e\n    else\n      f;\n}\n",
    );
    check("{\na =\nif b then\nc\nelse\nf; }", "{\n  a =\n    if b then\n      c\n    else\n      f;\n}\n");
    check(
        "{\n  f = x: y:\n  let a = 1; in\n  x // {\n b = 2;\n};\n}",
        "{\n  f = x: y:\n    let a = 1; in\n    x // {\n      b = 2;\n    };\n}\n",
    );
    check("{\n  t = range 1 10\n |> map (i: i) |>\n f;\n}", "{\n  t = range 1 10\n    |> map (i: i)\n    |> f;\n}\n");
    check("assert a;with b; c", "assert a; with b; c\n");
    check("-1 - - 1 + -x * !y - -1", "-1 - - 1 + -x * !y - -1\n");
    check("x ?a.b && ! y", "x ? a.b && !y\n");
    check("{ f : Int  -> [ Cidr ]->{a:Int,b?:Map Str,...}; f = g; }", "{ f : Int -> [Cidr] -> { a : Int, b ? : Map Str, ... }; f = g; }\n");
    check("{ a = ''\n    x\n      y\n\n    z\n''; }", "{ a = ''\n  x\n    y\n\n  z\n''; }\n");
    keep("{\n  command = [ \"sh\" ''\n    exec ${a}\n      b\n  '' ];\n}\n");
}

#[test]
fn comments() {
    keep(
        "# file\n\n{\n  # own line\n  a = 1;   # behind\n  /* block */ b = 2;\n  /**\n    Docs\n      more.\n  */\n  c = 3;\n  # last\n}\n# end\n",
    );
    check("{ a = 1; # x\n}", "{\n  a = 1; # x\n}\n");
    check("{ # x\n  a = 1;\n}", "{\n  # x\n  a = 1;\n}\n");
    check("[ a # x\n b ]", "[\n  a # x\n  b\n]\n");
    for text in [
        "{ a = # x\n 1; }",
        "{ a = 1 # x\n; }",
        "{ a # x\n = 1; }",
        "let # x\n a = 1; # y\n in # z\n a",
        "f # x\n a # y\n b",
        "a + # x\n b",
        "a # x\n + b",
        "if # x\n a # y\n then # z\n b # u\n else # v\n c # w\n",
        "{ a # x\n, b # y\n ? # z\n 1 # u\n}: # v\n a",
        "( # x\n a # y\n)",
        "x: # x\n y",
        "x # x\n: y",
        "{ inherit # x\n a # y\n; }",
        "a. # x\n b # y\n or # z\n c",
        "with # x\n a # y\n; # z\n b",
        "a ? # x\n b # y\n . # z\n c",
        "{ a : # x\n Int # y\n; a = 1; }",
        "/* a */ { /* b */ a /* c */ = /* d */ 1 /* e */; /* f */ } /* g */",
        "[ /* a */ ]",
        "{ # x\n }",
        "[\n\n# x\n\n\n# y\n]",
        "{ a. # x\n b = 1; }",
        "- # x\n a",
        "x@ # x\n { a }: a",
        "{ a }@ # x\n b: a",
        "rec # x\n { }",
        "f\n  # x\n  a\n  # y\n  b",
        "a\n# x\n+ b",
    ] {
        law(text);
    }
}

#[test]
fn random_programs() {
    let mut state = 11_u64;
    let mut below = move |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % limit
    };
    let source = include_str!("../syntax/shop.wca");
    for _ in 0..300 {
        // Blanks become other blanks, lines end where they did not.
        let mut text = String::new();
        let mut in_text = false;
        for letter in source.chars() {
            match letter {
                '"' => {
                    in_text = !in_text;
                    text.push(letter);
                }
                '#' => {
                    text.push_str("# ");
                    in_text = true;
                }
                '\n' => {
                    in_text = false;
                    text.push('\n');
                }
                ' ' if !in_text => text.push_str([" ", " ", " ", " ", "\n", "  ", " /* c */ ", "\n\n\n", " # c\n"][below(9)]),
                _ => text.push(letter),
            }
        }
        law(&text);
    }
}
