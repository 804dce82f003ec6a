//! `wcalang init`: a first file.

use std::path::Path;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;

use crate::cli::Exit;
use crate::cli::fmt::write;
use crate::cli::out::Out;

/// The file that is written: the smallest example.
const FIRST: &str = include_str!("../../examples/hello.wca");

/// Writes the file, unless there is one.
pub fn run(path: &Path, out: &mut Out) -> Exit {
    if path.exists() {
        let message = format!("{} exists already", path.display());
        out.problem(Problem::error(&machine::BAD_ARGUMENT, message).help("name a file that does not exist yet"));
        return Exit::Mistake;
    }
    if let Err(problem) = write(path, FIRST) {
        out.problem(problem);
        return Exit::Mistake;
    }
    out.say(&format!("wrote {}; now try  wcalang apply {} --sandbox", path.display(), path.display()));
    Exit::Fine
}
