//! `wcalang init`: a first file.

use std::path::Path;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;

use crate::cli::files::write;
use crate::cli::out::Out;
use crate::cli::{Exit, Stop};

/// The file that is written: the smallest example.
const FIRST: &str = include_str!("../../examples/hello.wca");

/// Writes the file, unless there is one.
pub fn run(path: &Path, out: &mut Out) -> Result<Exit, Box<Stop>> {
    if path.exists() {
        let message = format!("{} exists already", path.display());
        return Err(Problem::error(&machine::BAD_ARGUMENT, message).help("name a file that does not exist yet").into());
    }
    write(path, FIRST)?;
    out.say(&format!("wrote {}; now try  wcalang apply {} --sandbox", path.display(), path.display()));
    Ok(Exit::Fine)
}
