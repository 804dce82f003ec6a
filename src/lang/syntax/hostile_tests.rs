//! Large and hostile texts: the right tree or a clear problem, in time and memory that grow with the text and no faster.
#![expect(clippy::unwrap_used, reason = "tests")]

use wcalang_model::source::FileId;

use crate::ast::{Expr, Literal};
use crate::{Names, Parsed, parse};

/// Reads a text on a stack as deep as the command's.
fn read(text: &str) -> Parsed {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        thread.spawn_scoped(scope, || parse(FileId(0), text, &mut Names::default())).unwrap().join().unwrap()
    })
}

fn codes(text: &str) -> Vec<&'static str> {
    read(text).problems.0.iter().map(|problem| problem.code.id).collect()
}

#[test]
fn one_line_of_ten_megabytes() {
    let parsed = read(&format!("[ {}]", "1234567 ".repeat(1_250_000)));
    assert!(parsed.problems.is_empty());
    assert!(matches!(&parsed.tree[parsed.root], Expr::List(items) if items.len() == 1_250_000));
}

#[test]
fn one_broken_line_of_megabytes() {
    // One bracket too few, in the middle; and a mistake in each of many definitions.
    let half = "{ a = 1; b = [ 2 3 ]; } ".repeat(30_000);
    assert!(codes(&format!("[ {half} {{ a = 1; {half}]")).len() <= 2);
    assert_eq!(codes(&format!("{{ {} }}", "a = f 1 b = 2; ".repeat(3_000))).first(), Some(&"E0102"));
}

#[test]
fn a_text_of_ten_megabytes() {
    let parsed = read(&format!("\"{}\"", "x".repeat(10_000_000)));
    assert!(matches!(&parsed.tree[parsed.root], Expr::Literal(Literal::Str(text)) if text.len() == 10_000_000));
    let parsed = read(&format!("''{}''", "x\n".repeat(5_000_000)));
    assert!(parsed.problems.is_empty());
    assert_eq!(codes(&format!("{{ a = \"{}; }}", "x".repeat(10_000_000))), ["E0104"]);
}

#[test]
fn a_hundred_thousand_fields() {
    let fields: String = (0..100_000).map(|field| format!("f{field} = {field}; ")).collect();
    let parsed = read(&format!("{{ {fields}}}"));
    assert!(parsed.problems.is_empty());
    assert!(matches!(&parsed.tree[parsed.root], Expr::Record { bindings, .. } if bindings.len() == 100_000));
    let paths: String = (0..100_000).map(|field| format!("a.f{field} = {field}; ")).collect();
    assert!(read(&format!("{{ {paths}}}")).problems.is_empty());
    let formals: String = (0..100_000).map(|field| format!("f{field}, ")).collect();
    assert!(read(&format!("{{ {formals}}}: 1")).problems.is_empty());
    let fields: String = (0..100_000).map(|field| format!("f{field} : Int, ")).collect();
    assert!(read(&format!("{{ a : {{ {fields}}} }}: 1")).problems.is_empty());
}

#[test]
fn a_hundred_thousand_mistakes_of_brackets() {
    for bracket in ["{", "(", "[", "\"", "''", "${", "\"${", "}", ")", "]"] {
        assert!(!codes(&bracket.repeat(100_000)).is_empty(), "{bracket}");
        assert!(!codes(&format!("{bracket}\n").repeat(50_000)).is_empty(), "{bracket}");
    }
}

#[test]
fn foreign_line_ends_and_marks() {
    let parsed = read("\u{feff}{\r\n  a = 1; # one\r\n  b = ''\r\n    x\r\n  '';\r\n}\r\n");
    assert!(parsed.problems.is_empty());
    assert_eq!(codes("{ a = \u{feff}1; }"), ["E0101"]);
    assert_eq!(codes("{ a = 1;\u{0} }"), ["E0101"]);
}
