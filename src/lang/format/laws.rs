//! Laws of the formatter and the parser under it, for programs that nobody would write.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use proptest::prelude::*;
use wcalang_model::source::FileId;

use super::format;
use super::tests::law;
use crate::syntax::{Names, parse, tokens};

/// What mutated programs are mutated with.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "''",
    "${",
    "=",
    ";",
    ":",
    "?",
    "@",
    ",",
    ".",
    "...",
    "a",
    "if",
    "then",
    "else",
    "let",
    "in",
    "rec",
    "with",
    "assert",
    "inherit",
    "or",
    "10.0.0.0/16",
    "5min",
    "1m",
    "//",
    "++",
    "->",
    "|>",
    "!",
    "-",
    "/*",
    "*/",
    "/** d */",
    "# c\n",
    "\n",
    "\r\n",
    "é",
    "\u{1}",
];

/// The examples and modules.
fn programs() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["examples", "stdlib"].iter().flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap());
    let mut paths: Vec<_> =
        folders.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "wca")).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Neither panics, and what can be laid out obeys the laws.
fn survives(text: &str) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        let work = || {
            let parsed = parse(FileId(0), text, &mut Names::default());
            let formatted = format(text);
            if parsed.problems.is_empty() {
                assert!(formatted.is_some(), "reads and is not laid out: {text:?}");
            }
            if formatted.is_some() {
                law(text);
            }
        };
        thread.spawn_scoped(scope, work).unwrap().join().unwrap();
    });
}

#[test]
fn programs_keep_their_meaning() {
    programs().iter().for_each(|text| law(text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_tokens(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40), blank in "[ \n]?") {
        survives(&pieces.join(&blank));
    }

    #[test]
    fn mutated_programs(program in 0_usize..16, edits in proptest::collection::vec((any::<prop::sample::Index>(), proptest::sample::select(PIECES), 0..4_usize), 1..4)) {
        let programs = programs();
        let mut text = programs[program % programs.len()].clone();
        for (at, piece, kind) in edits {
            let tokens = tokens(&text);
            if tokens.is_empty() {
                break;
            }
            let token = tokens[at.index(tokens.len())];
            match kind {
                0 => text.replace_range(token.start..token.end, ""),
                1 => text.replace_range(token.start..token.end, piece),
                2 => text.insert_str(token.start, piece),
                _ => text.insert_str(token.start, &format!(" {piece} ")),
            }
        }
        survives(&text);
    }
}
