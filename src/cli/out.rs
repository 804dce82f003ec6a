//! Where everything is printed: results to standard output, problems and progress to standard error.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use wcalang_model::diag::{Format, Problem, Problems, render};
use wcalang_model::source::Files;

use crate::cli::args::{Color, ProblemFormat};

/// Columns that problems are wrapped to.
const WIDTH: usize = 110;

/// The two streams of a command.
pub struct Out {
    stdout: AutoStream<std::io::Stdout>,
    stderr: AutoStream<std::io::Stderr>,
    format: ProblemFormat,
}

impl Out {
    /// The streams, with colours where they are wanted and shown.
    pub fn new(format: ProblemFormat, color: Color) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Out { stdout: AutoStream::new(std::io::stdout(), choice), stderr: AutoStream::new(std::io::stderr(), choice), format }
    }

    /// Writes a result. A reader that went away is no problem of ours.
    pub fn print(&mut self, text: &str) {
        if !text.contains('\u{1b}') {
            // Nothing to strip.
            let mut stdout = std::io::stdout();
            let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            return;
        }
        let _ = self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush());
    }

    /// Writes a line for the person at the terminal.
    pub fn say(&mut self, line: &str) {
        let _ = writeln!(self.stderr, "{line}");
    }

    /// Asks the person at the terminal.
    pub fn ask(&mut self, question: &str) {
        let _ = write!(self.stderr, "{question}").and_then(|()| self.stderr.flush());
    }

    /// Whether standard error is a terminal.
    pub fn is_terminal(&self) -> bool {
        std::io::stderr().is_terminal()
    }

    /// Whether standard output shows colours.
    pub fn colors(&self) -> bool {
        !matches!(self.stdout.current_choice(), ColorChoice::Never)
    }

    /// Shows problems.
    pub fn problems(&mut self, problems: &Problems, files: &Files) {
        if !problems.is_empty() {
            self.verdict(problems, files);
        }
    }

    /// Shows the problems that a command was asked for. Of SARIF there is a document also where there are none, and it is a result:
    /// it goes to standard output.
    pub fn verdict(&mut self, problems: &Problems, files: &Files) {
        let format = match self.format {
            ProblemFormat::Human => {
                let color = !matches!(self.stderr.current_choice(), ColorChoice::Never);
                Format::Graphical { color, width: WIDTH }
            }
            ProblemFormat::Short => Format::Short,
            ProblemFormat::Json => Format::Json,
            ProblemFormat::Sarif => Format::Sarif,
            ProblemFormat::Github => Format::Github,
        };
        let text = render(&problems.0, files, format);
        match self.format {
            ProblemFormat::Sarif => self.print(&text),
            ProblemFormat::Human | ProblemFormat::Short | ProblemFormat::Json | ProblemFormat::Github => {
                let _ = self.stderr.write_all(text.as_bytes());
            }
        }
    }

    /// Shows a problem that has no place in a file.
    pub fn problem(&mut self, problem: Problem) {
        self.problems(&Problems(vec![problem]), &Files::default());
    }
}
