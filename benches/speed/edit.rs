//! What an editor waits for: a file of 5,000 lines, one character of it changed, read and checked again in a process that lives.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use wcalang_aws::SCHEMAS;
use wcalang_lang::{NoPins, Request, Unit};
use wcalang_model::source::Files;

use crate::generate::code;

/// How often it is changed.
const EDITS: usize = 15;

/// Measures it, and prints the median.
pub fn run() -> Result<(), String> {
    let text = code(5000);
    let (mut parsed, mut whole) = (Vec::new(), Vec::new());
    for edit in 0..EDITS {
        // One digit of one retention.
        let changed = text.replacen("7d;", &format!("{}d;", 1 + edit % 9), 1);
        let start = Instant::now();
        let mut files = Files::default();
        let file = files.add("code.wca", changed);
        let mut unit = Unit::read(&files, file);
        parsed.push(start.elapsed());
        let (given, secrets) = (BTreeMap::new(), BTreeSet::new());
        let request = Request { schemas: SCHEMAS, pins: &NoPins, given: &given, secrets: &secrets, every_member: false };
        let compiled = unit.compile(&mut files, &request);
        whole.push(start.elapsed());
        if let Some(problem) = compiled.problems.0.first() {
            return Err(format!("the generated code has a problem: {}", problem.message));
        }
    }
    println!("\none character of 5,000 lines changed: read again in {}, checked in {}", median(parsed), median(whole));
    Ok(())
}

fn median(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("{:.1} ms", times[times.len() / 2].as_secs_f64() * 1e3)
}
