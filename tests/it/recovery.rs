//! Every token of every example and of every module of the library is left out once: what is said of it, how much, and where.
//!
//! The snapshots have the distributions and name each token for which there are more than two problems.

use std::collections::BTreeMap;
use std::fmt::Write;

use libtest_mimic::Trial;
use wcalang_lang::syntax::{TokenKind, tokens};
use wcalang_lang::syntax_problems;
use wcalang_model::diag::Problem;
use wcalang_model::source::Files;

use crate::programs::{check, files_of, given, path, read, trial};

/// One trial for the syntax of all files, one for each example as a whole.
pub fn trials() -> Vec<Trial> {
    let files =
        ["examples", "stdlib"].iter().flat_map(|folder| files_of(folder, ".wca").into_iter().map(move |file| format!("{folder}/{file}")));
    let files: Vec<String> = files.collect();
    let syntax = trial("recovery/deletions-in-syntax", {
        let files = files.clone();
        move || {
            let mut seen = Seen::default();
            for file in &files {
                let text = read(file);
                deletions(file, &text, &mut seen, &|broken| {
                    let mut files = Files::default();
                    let file = files.add("broken", broken);
                    syntax_problems(&files, file).0
                });
            }
            seen.snapshot("deletions-in-syntax");
            Ok(())
        }
    });
    let compiled = trial("recovery/deletions-in-programs", move || {
        let mut seen = Seen::default();
        for file in files.iter().filter(|file| file.starts_with("examples/")) {
            let text = read(file);
            let given = given(&text);
            deletions(file, &text, &mut seen, &|broken| check("broken", broken, &given).compiled.problems.0);
        }
        seen.snapshot("deletions-in-programs");
        Ok(())
    });
    vec![syntax, compiled]
}

/// What came of the deletions.
#[derive(Default)]
struct Seen {
    /// How many deletions lead to so many problems.
    counts: BTreeMap<usize, usize>,
    /// How many lines lie between a deletion and its first problem.
    distances: BTreeMap<usize, usize>,
    /// Those with more than two problems.
    many: Vec<String>,
}

fn deletions(file: &str, text: &str, seen: &mut Seen, problems: &dyn Fn(&str) -> Vec<Problem>) {
    for token in tokens(text).into_iter().filter(|token| token.kind != TokenKind::Text) {
        let mut broken = text.to_string();
        broken.replace_range(token.start..token.end, "");
        let problems = problems(&broken);
        *seen.counts.entry(problems.len()).or_default() += 1;
        let line = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
        if let Some(span) = problems.first().and_then(Problem::span) {
            let distance = line(span.start as usize).abs_diff(line(token.start));
            *seen.distances.entry(distance).or_default() += 1;
        }
        if problems.len() > 2 {
            let word = &text[token.start..token.end];
            seen.many.push(format!("{file}:{} without `{word}`: {}", line(token.start), problems.len()));
        }
    }
}

impl Seen {
    fn snapshot(&self, name: &str) {
        let mut shown = String::new();
        for (problems, count) in &self.counts {
            writeln!(shown, "{problems} problems: {count}").unwrap();
        }
        let bounds: [(&str, usize, usize); 5] =
            [("on its line", 0, 0), ("1 line", 1, 1), ("2 to 5 lines", 2, 5), ("6 to 20 lines", 6, 20), ("more lines", 21, usize::MAX)];
        shown.push_str("from the deletion to the first problem:\n");
        for (what, from, to) in bounds {
            let count: usize = self.distances.range(from..=to).map(|(_, count)| count).sum();
            writeln!(shown, "{what}: {count}").unwrap();
        }
        shown.push_str("more than two problems:\n");
        self.many.iter().for_each(|line| writeln!(shown, "{line}").unwrap());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path("tests/recovery"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, shown));
    }
}
