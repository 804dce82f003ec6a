//! The user's own files: read as text, written whole or not at all.

use std::io::Read;
use std::path::Path;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;
use wcalang_model::source::{OsWorld, World};

use crate::cli::Stop;

/// The text of a file.
pub fn read_text(path: &Path) -> Result<String, Box<Stop>> {
    let bytes = OsWorld.read(path).map_err(|error| {
        let why = if path.is_dir() { "it is a folder".to_string() } else { error.to_string() };
        Problem::error(&machine::UNREADABLE_FILE, format!("{} cannot be read: {why}", path.display())).help("name a .wca file that exists")
    })?;
    text_of(bytes, &path.display().to_string())
}

/// All of standard input, as text.
pub fn standard_input() -> Result<String, Box<Stop>> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
        Problem::error(&machine::UNREADABLE_FILE, format!("standard input cannot be read: {error}")).help("pipe UTF-8 text into it")
    })?;
    text_of(bytes, "standard input")
}

/// The text that bytes are, if they are UTF-8.
fn text_of(bytes: Vec<u8>, name: &str) -> Result<String, Box<Stop>> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        Problem::error(&machine::NOT_TEXT_FILE, format!("{name} is not UTF-8 text"))
            .help(format!("byte {at}, in line {line}, does not fit; is it another kind of file, or saved in another encoding?"))
    })?;
    Ok(text)
}

/// Writes a file whole or not at all: into a new one beside it, which then takes its place.
pub fn write(path: &Path, text: &str) -> Result<(), Box<Stop>> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    #[expect(clippy::disallowed_methods, reason = "a command that writes the user's own file")]
    let written = std::fs::write(beside, text).and_then(|()| std::fs::rename(beside, path));
    written.map_err(|error| {
        Problem::error(&machine::UNWRITABLE_FILE, format!("{} cannot be written: {error}", path.display()))
            .help("check the folder and its permissions")
    })?;
    Ok(())
}

/// Writes a file that only this user may read, with the folders around it.
pub fn write_private(path: &Path, text: &str) -> Result<(), Box<Stop>> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    let written = folder.and_then(|()| options.open(path)).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Problem::error(&machine::UNWRITABLE_FILE, format!("{} cannot be written: {error}", path.display()))
            .help("check the folder and its permissions")
    })?;
    Ok(())
}
