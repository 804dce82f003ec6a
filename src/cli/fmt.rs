//! `wcalang fmt`: files as everyone writes them.

use std::io::Read;
use std::path::Path;

use wcalang_model::diag::catalogue::machine;
use wcalang_model::diag::{Problem, Problems};
use wcalang_model::source::Files;

use crate::cli::Exit;
use crate::cli::args::FmtArgs;
use crate::cli::out::Out;
use crate::cli::files::{read_text, write};

/// Formats files, or says which are not.
pub fn run(args: &FmtArgs, out: &mut Out) -> Exit {
    let mut exit = Exit::Fine;
    for path in &args.files {
        let one = file(path, args.check, out);
        if one != Exit::Fine && exit != Exit::Mistake {
            exit = one;
        }
    }
    exit
}

fn file(path: &Path, check: bool, out: &mut Out) -> Exit {
    let piped = path == Path::new("-");
    let text = if piped { standard_input() } else { read_text(path) };
    let text = match text {
        Ok(text) => text,
        Err(problem) => {
            out.problem(problem);
            return Exit::Mistake;
        }
    };
    let Some(formatted) = wcalang_lang::format::format(&text) else {
        let mut files = Files::default();
        let file = files.add(path.display().to_string(), text);
        let problems: Problems = wcalang_lang::syntax_problems(&files, file);
        out.problems(&problems, &files);
        return Exit::Mistake;
    };
    if piped && !check {
        out.print(&formatted);
        return Exit::Fine;
    }
    if formatted == text {
        return Exit::Fine;
    }
    out.say(&format!("{}{}", path.display(), if check { " is not formatted" } else { "" }));
    if check {
        return Exit::Pending;
    }
    match write(path, &formatted) {
        Ok(()) => Exit::Fine,
        Err(problem) => {
            out.problem(problem);
            Exit::Mistake
        }
    }
}

fn standard_input() -> Result<String, Problem> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| {
        Problem::error(&machine::UNREADABLE_FILE, format!("standard input cannot be read: {error}")).help("pipe UTF-8 text into it")
    })?;
    Ok(text)
}
