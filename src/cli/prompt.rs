//! Asking the person at the terminal for inputs that nobody gave.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal};

use wcalang_lang::inputs::Given;
use wcalang_model::value::Secret;

use crate::cli::out::Out;
use crate::cli::program::Program;

/// Whether there is a person to ask.
fn somebody(out: &Out) -> bool {
    std::io::stdin().is_terminal() && out.is_terminal()
}

/// Asks for every input that must be given and was not; an empty answer leaves it out.
pub fn inputs(program: &mut Program, out: &mut Out) {
    if !somebody(out) {
        return;
    }
    for input in program.inputs.clone() {
        if input.secret || input.optional || program.given.contains_key(&input.name) {
            continue;
        }
        out.ask(&format!("{} ({}): ", input.name, input.ty));
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        let text = line.trim_end_matches(['\r', '\n']);
        if read.is_ok() && !text.is_empty() {
            program.given.insert(input.name, Given::Text(text.to_string()));
        }
    }
}

/// Asks for these secrets, without showing what is typed; an empty answer leaves one out. Whether any was given.
pub fn secrets(program: &mut Program, wanted: &BTreeSet<String>, out: &mut Out) -> bool {
    if !somebody(out) {
        return false;
    }
    let mut given = false;
    for name in wanted {
        out.ask(&format!("{name} (secret): "));
        if let Ok(text) = rpassword::read_password()
            && !text.is_empty()
        {
            program.secrets.insert(name.clone(), Secret::new(text));
            given = true;
        }
    }
    given
}
