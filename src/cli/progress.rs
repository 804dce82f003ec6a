//! What a person sees while a command works: a live line on a terminal, plain lines in a pipe.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use wcalang_engine::apply::{Progress, RunEvent};
use wcalang_engine::plan::Act;
use wcalang_model::value::Address;

/// The live line.
pub struct Live {
    bar: Option<ProgressBar>,
    /// What is under way, and what it waits for.
    under_way: RefCell<BTreeMap<Address, String>>,
    quiet: bool,
}

impl Live {
    /// For reading the cloud: nothing is shown in a pipe.
    pub fn new(terminal: bool) -> Self {
        let bar = terminal.then(|| bar(0));
        Live { bar, under_way: RefCell::default(), quiet: true }
    }

    /// For a run of so many steps.
    pub fn run(terminal: bool, steps: usize) -> Self {
        let bar = terminal.then(|| bar(steps));
        Live { bar, under_way: RefCell::default(), quiet: false }
    }

    /// The cloud is being read.
    pub fn survey(&self, progress: Progress) {
        if let Some(bar) = &self.bar {
            bar.set_length(progress.total as u64);
            bar.set_position(progress.done as u64);
            bar.set_message("reading the cloud");
        }
    }

    /// Something happened in a run.
    pub fn event(&self, event: &RunEvent) {
        let mut under_way = self.under_way.borrow_mut();
        match event {
            RunEvent::Started { address, act, .. } => {
                under_way.insert(address.clone(), doing(*act).to_string());
            }
            RunEvent::Waiting { address, why } => {
                under_way.insert(address.clone(), why.clone());
            }
            RunEvent::Done { address, act, elapsed } => {
                under_way.remove(address);
                if *act != Act::Record {
                    self.line(&format!("{} {address} {}", mark(*act), time(*elapsed)));
                }
            }
            RunEvent::Failed { address, fault, elapsed, .. } => {
                under_way.remove(address);
                self.line(&format!("! {address} {}: {fault}", time(*elapsed)));
            }
        }
        if let Some(bar) = &self.bar {
            if matches!(event, RunEvent::Done { .. } | RunEvent::Failed { .. }) {
                bar.inc(1);
            }
            let shown: Vec<String> = under_way.iter().take(3).map(|(address, why)| format!("{address} ({why})")).collect();
            let more = if under_way.len() > 3 { format!(", and {} more", under_way.len() - 3) } else { String::new() };
            bar.set_message(format!("{}{more}", shown.join(", ")));
        }
    }

    /// A line for the person.
    pub fn note(&self, line: &str) {
        self.line(line);
    }

    /// Takes the live line away.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None if self.quiet => {}
            None => {
                let _ = writeln!(std::io::stderr(), "{line}");
            }
        }
    }
}

fn bar(steps: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn doing(act: Act) -> &'static str {
    match act {
        Act::Create => "creating",
        Act::Update => "changing",
        Act::Roll => "replacing what runs in it",
        Act::Delete | Act::DeleteDeposed => "deleting",
        Act::Forget | Act::Record => "recording",
    }
}

fn mark(act: Act) -> &'static str {
    match act {
        Act::Create => "+",
        Act::Update => "~",
        Act::Roll => ">",
        Act::Delete | Act::DeleteDeposed => "-",
        Act::Forget | Act::Record => " ",
    }
}

fn time(elapsed: Duration) -> String {
    format!("({:.1} s)", elapsed.as_secs_f64())
}
