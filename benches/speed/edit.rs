//! What an editor waits for: a file of 5,000 lines, one character of it changed, read and checked again in a process that lives.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use wcalang_aws::SCHEMAS;
use wcalang_lang::{NoPins, Request, Unit};
use wcalang_model::source::Files;

use crate::generate::code;
use crate::measure::own_time;

/// What it is called in the table.
pub const WHAT: &str = "one character of 5,000 lines changed";

/// How often it is changed.
const EDITS: u32 = 40;

/// Measures it, and prints means of CPU time: some systems count it in ticks of 4 ms.
pub fn run() -> Result<(), String> {
    let text = code(5000);
    let (mut parsed, mut typed, mut chosen, mut every) = (Duration::ZERO, Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut files = Files::default();
    let file = files.add("code.wca", text.as_str());
    let mut unit = Unit::read(&files, file);
    unit.read_again(&files);
    for edit in 0..EDITS {
        for (every_member, time) in [(false, &mut chosen), (true, &mut every)] {
            // One digit of one retention, another one each time.
            let digit = 1 + (2 * edit + u32::from(every_member)) % 9;
            let changed = text.replacen("7d;", &format!("{digit}d;"), 1);
            let start = own_time()?;
            files.replace(file, changed.as_str());
            unit.read_again(&files);
            let read = own_time()?;
            let wrong = unit.type_problems(&mut files, SCHEMAS);
            let checked = own_time()?;
            let (given, secrets) = (BTreeMap::new(), BTreeSet::new());
            let request = Request { schemas: SCHEMAS, pins: &NoPins, given: &given, secrets: &secrets };
            let problems =
                if every_member { unit.check(&mut files, &request).problems } else { unit.compile(&mut files, &request).problems };
            *time += read.saturating_sub(start) + own_time()?.saturating_sub(checked);
            if !every_member {
                parsed += read.saturating_sub(start);
                typed += checked.saturating_sub(start);
            }
            if let Some(problem) = wrong.0.first().or(problems.0.first()) {
                return Err(format!("the generated code has a problem: {}", problem.message));
            }
        }
    }
    let [parsed, typed, chosen, every] =
        [parsed, typed, chosen, every].map(|all| format!("{:.1} ms", all.as_secs_f64() * 1e3 / f64::from(EDITS)));
    println!("\n{WHAT}: read in {parsed}, its types checked in {typed}, evaluated in {chosen}; for both members of its input in {every}");
    Ok(())
}
