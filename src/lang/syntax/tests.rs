//! What is read, and what is refused.
#![expect(clippy::unwrap_used, reason = "tests")]

use wcalang_model::source::FileId;

use crate::ast::ExprId;
use crate::{Names, Parsed, parse, show};

fn read(text: &str) -> (Parsed, Names) {
    let mut names = Names::default();
    let parsed = parse(FileId(0), text, &mut names);
    (parsed, names)
}

fn messages(parsed: &Parsed) -> Vec<String> {
    let place =
        |problem: &wcalang_model::diag::Problem| problem.span().map_or(String::new(), |span| format!("{}..{}", span.start, span.end));
    parsed.problems.0.iter().map(|problem| format!("{} {} {}", problem.code.id, place(problem), problem.message)).collect()
}

/// The text is read without a problem, as `tree`.
#[track_caller]
fn check(text: &str, tree: &str) {
    let (parsed, names) = read(text);
    assert_eq!(messages(&parsed), Vec::<String>::new(), "{text}");
    assert_eq!(show(&parsed.tree, &names, parsed.root), tree, "{text}");
}

/// The text has one problem of a code, whose primary place is `place`; the tree is `tree`.
#[track_caller]
pub fn refuse(text: &str, code: &str, place: &str, tree: &str) {
    let (parsed, names) = read(text);
    let [problem] = parsed.problems.0.as_slice() else { panic!("{text}: {:?}", messages(&parsed)) };
    let span = problem.span().unwrap();
    let found = &text[span.start as usize..span.end as usize];
    assert_eq!((problem.code.id, found), (code, place), "{text}: {:?}", messages(&parsed));
    assert_eq!(show(&parsed.tree, &names, parsed.root), tree, "{text}");
}

/// The text has one problem of a code, or none.
#[track_caller]
pub fn code_of(text: &str, code: Option<&str>) {
    let (parsed, _) = read(text);
    let codes: Vec<&str> = parsed.problems.0.iter().map(|problem| problem.code.id).collect();
    assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{} {:?}", &text[..text.len().min(40)], messages(&parsed));
}

#[test]
fn literals() {
    check("42", "42");
    check("-9223372036854775808", "-9223372036854775808");
    check("0.5", "0.5");
    check("1.5e-3", "0.0015");
    check(
        "[ 10.0.0.0/16 10.0.1.5 512MiB 1.5GiB 30s 5min 14d 250usd 0.5usd 60% 0.25vcpu 250ms ]",
        "[10.0.0.0/16 10.0.1.5 536870912B 1610612736B 30000ms 300000ms 1209600000ms 25000ct 50ct 60% 250mcpu 250ms]",
    );
    check("[ -1 a -2.5 -5usd ]", "[-1 a -2.5 (- 500ct)]");
    check("x-1", "x-1");
    check("x - 1", "(- x 1)");
    check("x -1", "(- x 1)");
    check("2 * -1", "(* 2 -1)");
    check("30 s", "(30 s)");
    check("10/2", "(/ 10 2)");
    check("10.0.1.5 / 2", "(/ 10.0.1.5 2)");
    refuse("{ a = 9223372036854775808; b = 1; }", "E0108", "9223372036854775808", "{ a=HOLE; b=1; }");
    refuse("{ a = 1m; b = 1; }", "E0107", "1m", "{ a=HOLE; b=1; }");
    refuse("{ a = 50GB; b = 1; }", "E0107", "50GB", "{ a=HOLE; b=1; }");
    refuse("{ a = 10.0.1; b = 1; }", "E0109", "10.0.1", "{ a=HOLE; b=1; }");
    refuse("{ a = 10.0.1/24; b = 1; }", "E0109", "10.0.1/24", "{ a=HOLE; b=1; }");
    refuse("{ a = 10.0.0.300; b = 1; }", "E0109", "10.0.0.300", "{ a=HOLE; b=1; }");
    refuse("{ a = 10.0.0.0/33; b = 1; }", "E0109", "10.0.0.0/33", "{ a=HOLE; b=1; }");
    refuse("{ a = 10.0.0.1/16; b = 1; }", "E0110", "10.0.0.1/16", "{ a=HOLE; b=1; }");
    refuse("{ a = 0.1KiB; }", "E0108", "0.1KiB", "{ a=HOLE; }");
    refuse("{ a = 0.001usd; }", "E0108", "0.001usd", "{ a=HOLE; }");
}

#[test]
fn texts() {
    check(r#""""#, r#""""#);
    check(r#""a\n\"\${b}$c $${d}""#, r#""a\n\"${b}$c $${d}""#);
    check(r#""a${b}c${"d${e}"}""#, r#"(text "a" b "c" (text "d" e))"#);
    check("''\n    a\n      b\n\n    c\n  ''", r#""a\n  b\n\nc\n""#);
    check("''a''", r#""a""#);
    check("''\n  ${a} b\n    ''$x ''' ''\\t\n''", r#"(text a " b\n  $x '' \t\n")"#);
    check("\"a\r\nb\"", r#""a\nb""#);
    check("''\r\n  a\r\n  b\r\n''", r#""a\nb\n""#);
    check("{ \"a\r\nb\" = 1; }.\"a\nb\"", "{ a\nb=1; }.a\nb");
    check("let a : \"x\r\ny\"; a = 1; in a", r#"(let a:"x\ny"; a=1; in a)"#);
    check("''\n  a ${ { x = 1; } }''", r#"(text "a " { x=1; })"#);
}

#[test]
fn operators() {
    check("a + b * c", "(+ a (* b c))");
    check("a - b - c", "(- (- a b) c)");
    check("a // b // c", "(// a (// b c))");
    check("a ++ b ++ c", "(++ a (++ b c))");
    check("a -> b -> c || d && e", "(-> a (-> b (|| c (&& d e))))");
    check("!a && !b == c", "(&& (! a) (== (! b) c))");
    check("!a + b", "(! (+ a b))");
    check("-f x + y", "(+ (- (f x)) y)");
    check("- a ? b.c", "(? (- a) b.c)");
    check("a ? b && c ? \"d e\"", "(&& (? a b) (? c d e))");
    check("x |> f |> g a", "(|> (|> x f) (g a))");
    check("a.b.c or d.e", "(a.b.c or d.e)");
    check("f a.b or c d", "((f (a.b or c)) d)");
    check("a.\"b c\".${d}.\"x${e}\"", "a.b c.${d}.${(text \"x\" e)}");
    check("(f a).b", "(f a).b");
    check("[ f x (f x) a.b or c ]", "[f x (f x) (a.b or c)]");
    check("a < b == (c >= d)", "(== (< a b) (>= c d))");
    refuse("a < b < c", "E0116", "<", "HOLE");
}

#[test]
fn functions() {
    check("x: y: x", "(x: (y: x))");
    check("{ }: 1", "({}: 1)");
    check("{ ... }: 1", "({...}: 1)");
    check("{ a, b ? 1, ... }@args: a", "({a,b=1,...}@args: a)");
    check("args@{ a, b, }: a", "({a,b}@args: a)");
    check("{ host : Str, port : Port ? 443, c ? : Int }: host", "({host:Str,port:Port=443,c?:Int}: host)");
    check(
        "{ stage : \"prod\" | \"staging\" ? \"prod\", key : Secret Str }: key",
        "({stage:\"prod\"|\"staging\"=\"prod\",key:(Secret Str)}: key)",
    );
    check("{ /** A host. */ host }: host", "({host doc\"A host.\"}: host)");
    check("f (x: x) { a = y: y; }", "((f (x: x)) { a=(y: y); })");
    refuse("{ f = x:x; }", "E0115", ":", "{ f=(x: x); }");
    refuse("{ a, a }: a", "E0113", "a", "({a}: a)");
}

#[test]
fn annotations() {
    check("{ f : Int -> [Cidr] -> Map (Secret Str); f = g; }", "{ f:(Int -> ([Cidr] -> (Map (Secret Str)))); f=g; }");
    check("{ v : ec2.Vpc; v = 1; w : { a : Int, b ? : Vpc, ... }; w = 2; }", "{ v:ec2.Vpc; v=1; w:{a:Int,b?:Vpc,...}; w=2; }");
    refuse("{ a : Int; }", "E0118", "a", "{ }");
    refuse("{ a : Map; a = 1; }", "E0119", "Map", "{ a:HOLE; a=1; }");
    refuse("{ a : Int Str; a = 1; }", "E0119", "Str", "{ a:HOLE; a=1; }");
}

#[test]
fn records() {
    check("{ }", "{ }");
    check("rec { a = 1; }", "rec{ a=1; }");
    check("{ a.b.c = 1; a.b.d = 2; a.e = 3; }", "{ a={ b={ c=1; d=2; }; e=3; }; }");
    check("{ a = { b = 1; }; a.c = 2; }", "{ a={ b=1; c=2; }; }");
    check("{ \"a b\" = 1; \"${k}\" = 2; ${l} = 3; \"x${m}\" = 4; }", "{ a b=1; ${(text k)}=2; ${l}=3; ${(text \"x\" m)}=4; }");
    check("{ inherit a b; inherit (e) c \"d\"; }", "{ inherit a; inherit b; inherit (e) c; inherit (e) d; }");
    check(
        "{ /** One. */ a = 1; /* no */ b = 2; /** Two\n * lines. */\n c.d = 3; }",
        "{ doc\"One.\" a=1; b=2; c={ doc\"Two\\nlines.\" d=3; }; }",
    );
    check("{ or = 1; inheritance = 2; input = 3; }", "{ or=1; inheritance=2; input=3; }");
    refuse("{ a = 1; a = 2; }", "E0113", "a", "{ a=1; }");
    refuse("{ a.b = 1; a.b = 2; }", "E0113", "b", "{ a={ b=1; }; }");
    refuse("{ a = f; a.b = 2; }", "E0113", "a", "{ a=f; }");
    refuse("{ inherit a; a = 2; }", "E0113", "a", "{ inherit a; }");
    refuse("{ with = 2; }", "E0114", "with", "{ with=2; }");
    refuse("{ a = null; b = 1; }", "E0112", "null", "{ a=HOLE; b=1; }");
    refuse("let ${a} = 1; in 2", "E0117", "${a}", "(let ${a}=1; in 2)");
}

#[test]
fn forms() {
    check("let a = 1; inherit (x) b; in a", "(let a=1; inherit (x) b; in a)");
    check("if a then b else if c then d else e", "(if a b (if c d e))");
    check("assert a; with b; c", "(assert a (with b c))");
    check("# c\nlet # d\n a = /* e */ 1; # f\nin /**/ a # g", "(let a=1; in a)");
    check("\u{FEFF}let\r\n\ta = 1;\r\nin a\r\n", "(let a=1; in a)");
    check("{ a = if b then [ ] else { }; }", "{ a=(if b [] { }); }");
}

#[test]
fn the_example_of_the_manual() {
    let text = include_str!("shop.wca");
    let (parsed, _) = read(text);
    assert_eq!(messages(&parsed), Vec::<String>::new());
}

/// How many problems a text has; whatever it is, there is a tree, every span lies in it, and no tree without a reason is a hole.
pub fn reads_somehow(text: &str) -> usize {
    let (parsed, names) = read(text);
    let _ = show(&parsed.tree, &names, parsed.root);
    let inside = |span: wcalang_model::source::Span| text.get(span.start as usize..span.end as usize).is_some();
    assert!((0..parsed.tree.len()).all(|id| inside(parsed.tree.span(ExprId(id as u32)))), "{text:?}");
    for problem in &parsed.problems.0 {
        assert!(problem.labels.iter().all(|label| inside(label.span)), "{text:?} {problem:?}");
    }
    assert!(!parsed.problems.is_empty() || !parsed.tree.exprs.contains(&crate::ast::Expr::Hole), "{text:?}");
    parsed.problems.0.len()
}

#[test]
fn the_examples_of_the_catalogue() {
    for code in wcalang_model::diag::catalogue::syntax::ALL.iter().filter(|code| !code.failing.is_empty()) {
        code_of(code.failing, Some(code.id));
        code_of(code.mended, None);
    }
}
