//! Every field of every kind, changed one at a time, on the wire: the plan says update or replace exactly as the schema does,
//! the apply does it, the plan after it is empty, and what the cloud then has is the new value.
//!
//! The cases are `tests/aws/fields/*.cases`, on the resources of `tests/aws/fields/base.wca`; `cases` says how they are
//! written. Every leaf of every schema has a case, or says why it has none (`leaves`). From schemas and cases follows
//! `docs/changes.md` (`table`). A trial is one resource with what it refers to, in an account of its own; the engine runs in
//! the process of the tests (`stack`), so that hundreds of applies take minutes.

mod cases;
mod leaves;
mod run;
mod stack;
mod table;

use libtest_mimic::Trial;

use crate::programs::{self, files_of, read};
use cases::Section;

/// Where the cases are.
const FOLDER: &str = "tests/aws/fields";

/// A trial for each resource whose fields are changed, and those about all of them.
pub fn trials() -> Vec<Trial> {
    let sections = sections();
    let complete = leaves::complete(&sections);
    let changes = table::up_to_date(&sections);
    let mut trials: Vec<Trial> = sections
        .into_iter()
        .map(|section| programs::trial(format!("aws/fields/{}/{}", section.kind, section.resource), move || run::run(&section)))
        .collect();
    trials.push(Trial::test("aws/fields/every-field-has-a-case", move || complete));
    trials.push(Trial::test("aws/fields/changes", move || changes));
    trials
}

/// All sections of all files of cases.
fn sections() -> Vec<Section> {
    files_of(FOLDER, ".cases").iter().flat_map(|name| cases::parse(name, &read(&format!("{FOLDER}/{name}")))).collect()
}
