//! `wcalang fmt`: files as everyone writes them.

use std::io::Read;
use std::path::Path;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;
use wcalang_model::source::Files;

use crate::cli::args::FmtArgs;
use crate::cli::files::{read_text, write};
use crate::cli::out::Out;
use crate::cli::{Exit, Stop};

/// Formats files, or says which are not. A file that cannot be formatted does not keep the others from it.
pub fn run(args: &FmtArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let mut exit = Exit::Fine;
    for path in &args.files {
        let one = file(path, args.check, out).unwrap_or_else(|stop| {
            out.problems(&stop.problems, &stop.files);
            stop.exit
        });
        if one != Exit::Fine && exit != Exit::Mistake {
            exit = one;
        }
    }
    Ok(exit)
}

fn file(path: &Path, check: bool, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let piped = path == Path::new("-");
    let text = if piped { standard_input()? } else { read_text(path)? };
    let Some(formatted) = wcalang_lang::format::format(&text) else {
        let mut files = Files::default();
        let file = files.add(path.display().to_string(), text);
        return Err(Stop::mistakes(wcalang_lang::syntax_problems(&files, file), &files));
    };
    if piped && !check {
        out.print(&formatted);
        return Ok(Exit::Fine);
    }
    if formatted == text {
        return Ok(Exit::Fine);
    }
    out.say(&format!("{}{}", path.display(), if check { " is not formatted" } else { "" }));
    if check {
        return Ok(Exit::Pending);
    }
    write(path, &formatted)?;
    Ok(Exit::Fine)
}

fn standard_input() -> Result<String, Box<Stop>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| {
        Problem::error(&machine::UNREADABLE_FILE, format!("standard input cannot be read: {error}")).help("pipe UTF-8 text into it")
    })?;
    Ok(text)
}
