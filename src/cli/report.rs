//! The results of a command as JSON, one document a line: to standard output in place of text (`--json`), or to a file beside it
//! (`--json-into`).

use std::fs::File;
use std::io::Write;

use wcalang_engine::apply::RunEvent;
use wcalang_engine::plan::{Act, Plan, to_json};
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;
use wcalang_model::source::Files;

use crate::cli::Stop;
use crate::cli::args::StackArgs;
use crate::cli::out::Out;

/// Where results go as JSON.
pub struct Report {
    file: Option<File>,
    shows_text: bool,
}

impl Report {
    /// Opens it; the file is made, or emptied.
    pub fn open(args: &StackArgs) -> Result<Self, Box<Stop>> {
        let unwritable = |error: std::io::Error| {
            let path = args.json_into.as_deref().unwrap_or_else(|| "".as_ref()).display();
            Problem::error(&machine::UNWRITABLE_FILE, format!("{path} cannot be written: {error}")).help("name another file")
        };
        let file = args.json_into.as_ref().map(File::create).transpose().map_err(unwritable)?;
        Ok(Report { file, shows_text: !args.json })
    }

    /// Whether a person reads standard output.
    pub fn shows_text(&self) -> bool {
        self.shows_text
    }

    /// A result.
    pub fn json(&mut self, document: &serde_json::Value, out: &mut Out) {
        if !self.shows_text {
            out.print(&format!("{document}\n"));
        }
        if let Some(file) = &mut self.file {
            // The file was there a moment ago; a disk that fills up meanwhile does not stop the run.
            let _ = writeln!(file, "{document}");
        }
    }

    /// A plan.
    pub fn plan(&mut self, plan: &Plan, files: &Files, out: &mut Out) {
        if self.file.is_some() || !self.shows_text {
            self.json(&to_json(plan, &|span| files.locate(span)), out);
        }
    }

    /// Something happened in a run.
    pub fn event(&mut self, event: &RunEvent, out: &mut Out) {
        if self.file.is_none() && self.shows_text {
            return;
        }
        let seconds = |elapsed: &std::time::Duration| (elapsed.as_secs_f64() * 10.0).round() / 10.0;
        let document = match event {
            RunEvent::Started { address, act, path } => {
                serde_json::json!({ "event": "started", "address": address.to_string(), "act": act.verb(), "path": path })
            }
            RunEvent::Waiting { address, why } => serde_json::json!({ "event": "waiting", "address": address.to_string(), "why": why }),
            RunEvent::Done { act: Act::Record, .. } => return,
            RunEvent::Done { address, act, elapsed } => {
                serde_json::json!({ "event": "done", "address": address.to_string(), "act": act.verb(), "seconds": seconds(elapsed) })
            }
            RunEvent::Failed { address, act, fault, elapsed } => serde_json::json!({
                "event": "failed", "address": address.to_string(), "act": act.verb(), "seconds": seconds(elapsed),
                "operation": fault.operation, "code": fault.code, "message": fault.message,
            }),
        };
        self.json(&document, out);
    }
}
