//! Laws: what holds for every text (`fuzz/laws.rs`), tried with texts of chance, with damaged programs, and with what the fuzzer has
//! kept. Those about types are in `types`.

#[path = "../../fuzz/laws.rs"]
pub mod every_text;

use std::fmt::Debug;
use std::fs;

use libtest_mimic::{Failed, Trial};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use wcalang_lang::syntax::tokens;

use crate::programs::{files_of, path, read, trial};

/// What a trial does.
type Work = fn() -> Result<(), Failed>;

/// One trial for each law and source of texts.
pub fn trials() -> Vec<Trial> {
    let trials: &[(&str, Work)] = &[
        ("laws/any-bytes", any_bytes),
        ("laws/any-pieces", any_pieces),
        ("laws/any-pieces-are-checked", any_pieces_are_checked),
        ("laws/damaged-programs", damaged_programs),
        ("laws/other-blanks", other_blanks),
        ("laws/programs", || programs().iter().try_for_each(|text| law_of(text, every_text::parse))),
        ("fuzz/parse", || kept("parse", every_text::parse)),
        ("fuzz/check", || kept("check", every_text::check)),
    ];
    trials.iter().map(|&(name, work)| trial(name, work)).collect()
}

/// Looks at as many values as proptest does (PROPTEST_CASES), so many times, the same ones in each run.
pub fn law<T: Debug>(times: u32, values: impl Strategy<Value = T>, holds: impl Fn(T) -> Result<(), String>) -> Result<(), Failed> {
    let cases = Config::default().cases * times;
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(&values, |value| holds(value).map_err(TestCaseError::fail)).map_err(|error| match error {
        TestError::Fail(reason, value) => std::format!("{value:?}\n{reason}").into(),
        TestError::Abort(reason) => reason.message().into(),
    })
}

/// The pieces of the language that texts are made of: the fuzzer's dictionary.
pub fn pieces() -> Vec<String> {
    let dictionary = read("fuzz/wca.dict");
    dictionary.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"')).map(unescaped).collect()
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'\\', [b'x', one, two, after @ ..]) => {
                bytes.push(u8::from_str_radix(&String::from_utf8_lossy(&[*one, *two]), 16).unwrap());
                rest = after;
            }
            (b'\\', [escaped, after @ ..]) => {
                bytes.push(*escaped);
                rest = after;
            }
            _ => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The examples and modules.
fn programs() -> Vec<String> {
    let folders = ["examples", "stdlib"];
    folders.iter().flat_map(|folder| files_of(folder, ".wca").into_iter().map(move |file| read(&std::format!("{folder}/{file}")))).collect()
}

/// A law that is broken says for which text.
fn law_of(text: &str, holds: fn(&str)) -> Result<(), Failed> {
    std::panic::catch_unwind(|| holds(text)).map_err(|_| std::format!("a law is broken for {text:?}").into())
}

fn any_bytes() -> Result<(), Failed> {
    law(2, vec(any::<u8>(), 0..200), |bytes| {
        every_text::parse(&String::from_utf8_lossy(&bytes));
        Ok(())
    })
}

/// Pieces in a row, with a blank between each two or none.
fn rows() -> impl Strategy<Value = String> {
    (vec(select(pieces()), 0..40), "[ \n]?").prop_map(|(pieces, blank)| pieces.join(&blank))
}

fn any_pieces() -> Result<(), Failed> {
    law(8, rows(), |text| {
        every_text::parse(&text);
        Ok(())
    })
}

fn any_pieces_are_checked() -> Result<(), Failed> {
    law(1, rows(), |text| {
        every_text::check(&text);
        Ok(())
    })
}

fn damaged_programs() -> Result<(), Failed> {
    let programs = programs();
    let edits = vec((any::<Index>(), select(pieces()), 0..4_usize), 1..4);
    law(1, (select(programs), edits), |(mut text, edits)| {
        for (at, piece, kind) in edits {
            let tokens = tokens(&text);
            let Some(token) = (!tokens.is_empty()).then(|| tokens[at.index(tokens.len())]) else { break };
            match kind {
                0 => text.replace_range(token.start..token.end, ""),
                1 => text.replace_range(token.start..token.end, &piece),
                2 => text.insert_str(token.start, &piece),
                _ => text.insert_str(token.start, &std::format!(" {piece} ")),
            }
        }
        every_text::parse(&text);
        Ok(())
    })
}

/// Blanks between tokens become other blanks: lines end elsewhere, and there are comments where nobody would write one.
fn other_blanks() -> Result<(), Failed> {
    const BLANKS: &[&str] = &["", "", "", " ", " ", "\n", "  ", " /* c */ ", "\n\n\n", " # c\n"];
    law(2, (select(programs()), vec(select(BLANKS), 1..400)), |(text, blanks)| {
        let mut other = String::new();
        let mut end = 0;
        for (token, blank) in tokens(&text).iter().zip(blanks.iter().cycle()) {
            let between = &text[end..token.start];
            let may_change = !between.is_empty() && between.trim().is_empty();
            other.push_str(if may_change && !blank.is_empty() { blank } else { between });
            other.push_str(&text[token.start..token.end]);
            end = token.end;
        }
        other.push_str(&text[end..]);
        every_text::parse(&other);
        Ok(())
    })
}

/// What the fuzzer has kept of a target.
fn kept(target: &str, holds: fn(&str)) -> Result<(), Failed> {
    let folder = std::format!("fuzz/corpus/{target}");
    let files = files_of(&folder, "");
    for file in &files {
        if let Ok(text) = String::from_utf8(fs::read(path(&std::format!("{folder}/{file}"))).unwrap()) {
            law_of(&text, holds)?;
        }
    }
    if files.len() < 100 { Err(std::format!("{folder} has only {} texts", files.len()).into()) } else { Ok(()) }
}
