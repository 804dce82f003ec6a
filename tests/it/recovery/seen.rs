//! What came of the mistakes.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use libtest_mimic::Failed;
use wcalang_model::diag::Problem;

use super::breaking::Broken;
use crate::programs::path;

/// How many problems one mistake may have.
const ENOUGH: usize = 2;

/// What came of the mistakes.
#[derive(Default)]
pub struct Seen {
    /// How many mistakes lead to so many problems.
    counts: BTreeMap<usize, usize>,
    /// How many lines lie between a mistake and its first problem.
    distances: BTreeMap<usize, usize>,
    /// Those with too many problems, or with one elsewhere, and these.
    wrong: Vec<(String, String)>,
}

impl Seen {
    /// A mistake in the construct at `around`, the problems of the program before and with it.
    pub fn add(&mut self, file: &str, text: &str, broken: &Broken, around: &Range<usize>, before: &[Problem], found: &[Problem]) {
        let now = |at: usize| at as isize + if at < broken.replaced.end { 0 } else { broken.longer };
        let same = |one: &Problem, other: &Problem| {
            let place = one.span().map(|span| now(span.start as usize));
            one.code == other.code && one.message == other.message && place == other.span().map(|span| span.start as isize)
        };
        let new: Vec<&Problem> = found.iter().filter(|found| !before.iter().any(|before| same(before, found))).collect();
        let gone = before.iter().filter(|before| !found.iter().any(|found| same(before, found))).count();
        *self.counts.entry(new.len()).or_default() += 1;
        let line = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
        if let Some(span) = new.first().and_then(|problem| problem.span()) {
            let distance = line(span.start as usize).abs_diff(line(broken.replaced.start));
            *self.distances.entry(distance).or_default() += 1;
        }
        let (start, end) = (around.start as isize, around.end as isize + broken.longer);
        let is_inside = |problem: &&Problem| problem.span().is_some_and(|span| start <= span.start as isize && (span.end as isize) <= end);
        let elsewhere = new.iter().filter(|problem| !is_inside(problem)).count() + gone;
        if new.len() > ENOUGH || elsewhere > 0 {
            let mut told = format!("{} problems, {elsewhere} elsewhere", new.len());
            for problem in new {
                let place = problem.span().map_or(0, |span| line(span.start as usize));
                write!(told, "\n    {} line {place}: {}", problem.code.id, problem.message).unwrap();
            }
            self.wrong.push((format!("{file}:{} {}", line(broken.replaced.start), broken.what), told));
        }
    }

    /// The distribution is as it was, and nothing is wrong.
    pub fn strict(self, name: &str) -> Result<(), Failed> {
        snapshot(name, self.distribution());
        let refused: Vec<String> = self.wrong.iter().map(|(mistake, told)| format!("{mistake}: {told}")).collect();
        if refused.is_empty() { Ok(()) } else { Err(refused.join("\n").into()) }
    }

    /// The distribution is as it was.
    pub fn shown(self, name: &str) {
        let mut shown = self.distribution();
        writeln!(shown, "more than two problems, or one elsewhere: {}", self.wrong.len()).unwrap();
        self.wrong.iter().for_each(|(mistake, told)| writeln!(shown, "{mistake}: {}", told.lines().next().unwrap_or("")).unwrap());
        snapshot(name, shown);
    }

    fn distribution(&self) -> String {
        let mut shown = String::new();
        for (problems, count) in &self.counts {
            writeln!(shown, "{problems} problems: {count}").unwrap();
        }
        let bounds: [(&str, usize, usize); 5] =
            [("on its line", 0, 0), ("1 line", 1, 1), ("2 to 5 lines", 2, 5), ("6 to 20 lines", 6, 20), ("more lines", 21, usize::MAX)];
        shown.push_str("from the mistake to the first problem:\n");
        for (what, from, to) in bounds {
            let count: usize = self.distances.range(from..=to).map(|(_, count)| count).sum();
            writeln!(shown, "{what}: {count}").unwrap();
        }
        shown
    }
}

fn snapshot(name: &str, shown: String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path("tests/recovery"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}
