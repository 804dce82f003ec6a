//! Problems as people, editors and programs want them: drawn by miette, one line each, JSON, SARIF, or annotations of GitHub.

use std::fmt::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use crate::diag::excerpt::Excerpt;
use crate::diag::{Problem, Severity, github, sarif};
use crate::source::{Files, Span};

/// How to show problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The source drawn with labels, with or without colours.
    Graphical {
        /// ANSI colours.
        color: bool,
        /// Columns of the terminal.
        width: usize,
    },
    /// `file:line:column: error[E0301]: message`, one line each.
    Short,
    /// One JSON object a line.
    Json,
    /// One SARIF document, also where there is no problem.
    Sarif,
    /// An annotation of GitHub Actions a line.
    Github,
}

/// The text of a list of problems, ending in a newline if there is any text.
pub fn render(problems: &[Problem], files: &Files, format: Format) -> String {
    let mut out = String::new();
    if format == Format::Sarif {
        return format!("{:#}\n", sarif::document(problems, files));
    }
    for problem in problems {
        match format {
            Format::Graphical { color, width } => graphical(problem, files, color, width, &mut out),
            Format::Short => short(problem, files, &mut out),
            Format::Json | Format::Sarif => json(problem, files, &mut out),
            Format::Github => github::write(problem, files, &mut out),
        }
    }
    out
}

/// Bytes after which a line is too long to be drawn.
const LONGEST: usize = 2_000;

fn graphical(problem: &Problem, files: &Files, color: bool, width: usize, out: &mut String) {
    if problem.labels.iter().any(|label| line_length(label.span, files) > LONGEST) {
        return plain(problem, files, out);
    }
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let drawn = Drawn::new(problem, files);
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
    if handler.render_report(out, &drawn).is_err() {
        short(problem, files, out);
    }
    out.push('\n');
}

/// The longest of the lines that a place is in, and of those beside it, which are drawn too.
fn line_length(span: Span, files: &Files) -> usize {
    let text = &files.get(span.file).text;
    let (start, end) = (span.start as usize, span.end as usize);
    let from = text.get(..start).and_then(|before| before.rmatch_indices('\n').nth(1)).map_or(0, |(newline, _)| newline + 1);
    let to = text.get(end..).and_then(|after| after.match_indices('\n').nth(1)).map_or(text.len(), |(newline, _)| end + newline);
    text[from..to].lines().map(str::len).max().unwrap_or(0)
}

/// A problem in words alone, where its lines are too long to be drawn.
fn plain(problem: &Problem, files: &Files, out: &mut String) {
    short(problem, files, out);
    for label in problem.labels.iter().filter(|label| !label.text.is_empty()) {
        let _ = writeln!(out, "  {}: {}", files.locate(label.span), label.text);
    }
    for line in problem.help.iter().flat_map(|help| help.lines()) {
        let _ = writeln!(out, "  help: {line}");
    }
    out.push('\n');
}

fn short(problem: &Problem, files: &Files, out: &mut String) {
    if let Some(span) = problem.span() {
        let _ = write!(out, "{}: ", files.locate(span));
    }
    let _ = writeln!(out, "{}[{}]: {}", severity(problem), problem.code.id, problem.message.replace('\n', " "));
}

fn json(problem: &Problem, files: &Files, out: &mut String) {
    let place = |span: Span| {
        let source = files.get(span.file);
        let (start, end) = (source.position(span.start), source.position(span.end));
        serde_json::json!({
            "file": source.name, "start": span.start, "end": span.end, "line": start.line, "column": start.column,
            "end_line": end.line, "end_column": end.column,
        })
    };
    let labels: Vec<_> = problem.labels.iter().map(|label| serde_json::json!({ "at": place(label.span), "text": label.text })).collect();
    let fix = problem.fix.as_ref().map(|fix| serde_json::json!({ "at": place(fix.span), "text": fix.text }));
    let value = serde_json::json!({
        "code": problem.code.id, "name": problem.code.name, "severity": severity(problem), "message": problem.message,
        "labels": labels, "help": problem.help, "fix": fix,
    });
    let _ = writeln!(out, "{value}");
}

fn severity(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A problem as miette wants it: one file is drawn; labels in other files become lines of the help.
struct Drawn<'a> {
    problem: &'a Problem,
    source: Option<Excerpt<'a>>,
    labels: Vec<LabeledSpan>,
    help: Option<String>,
}

impl<'a> Drawn<'a> {
    fn new(problem: &'a Problem, files: &'a Files) -> Self {
        let file = problem.span().map(|span| span.file);
        let mut labels = Vec::new();
        let mut elsewhere = Vec::new();
        for (index, label) in problem.labels.iter().enumerate() {
            let (offset, length) = (label.span.start as usize, label.span.end.saturating_sub(label.span.start) as usize);
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            if Some(label.span.file) != file {
                elsewhere.push(format!("{}: {}", files.locate(label.span), label.text));
            } else if index == 0 {
                labels.push(LabeledSpan::new_primary_with_span(text, (offset, length)));
            } else {
                labels.push(LabeledSpan::new_with_span(text, (offset, length)));
            }
        }
        elsewhere.extend(problem.help.clone());
        let source = file.map(|file| Excerpt(files.get(file)));
        Drawn { problem, source, labels, help: (!elsewhere.is_empty()).then(|| elsewhere.join("\n")) }
    }
}

impl Diagnostic for Drawn<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(self.problem.code.id))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.problem.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Drawn<'_> {}
