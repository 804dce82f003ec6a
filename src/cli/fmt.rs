//! `wcalang fmt`: files as everyone writes them.

use std::path::Path;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};
use wcalang_model::source::Files;

use crate::cli::args::FmtArgs;
use crate::cli::files::{read_text, standard_input, write};
use crate::cli::out::Out;
use crate::cli::{Exit, Stop};

/// How long the smallest difference is looked for; then another one will do.
const PATIENCE: Duration = Duration::from_secs(2);

/// Formats files, or says which are not. A file that cannot be formatted does not keep the others from it.
pub fn run(args: &FmtArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let mut exit = Exit::Fine;
    for path in &args.files {
        let one = file(path, args, out).unwrap_or_else(|stop| {
            out.problems(&stop.problems, &stop.files);
            stop.exit
        });
        if one != Exit::Fine && exit != Exit::Mistake {
            exit = one;
        }
    }
    Ok(exit)
}

fn file(path: &Path, args: &FmtArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let piped = path == Path::new("-");
    let text = if piped { standard_input()? } else { read_text(path)? };
    let Some(formatted) = wcalang_lang::format::format(&text) else {
        let mut files = Files::default();
        let file = files.add(path.display().to_string(), text);
        return Err(Stop::mistakes(wcalang_lang::syntax_problems(&files, file), &files));
    };
    let changes_nothing = args.check || args.diff;
    if piped && !changes_nothing {
        out.print(&formatted);
        return Ok(Exit::Fine);
    }
    if formatted == text {
        return Ok(Exit::Fine);
    }
    if args.diff {
        out.print(&difference(path, &text, &formatted));
    }
    if args.check || !args.diff {
        out.say(&format!("{}{}", path.display(), if args.check { " is not formatted" } else { "" }));
    }
    if changes_nothing {
        return Ok(Exit::Pending);
    }
    write(path, &formatted)?;
    Ok(Exit::Fine)
}

/// What formatting changes, in the form that `patch` reads, with colours for those who see them.
fn difference(path: &Path, before: &str, after: &str) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    let colored = |code: u8, text: &str| format!("\u{1b}[{code}m{text}\u{1b}[0m\n");
    let (bold, red, green, cyan) = (1, 31, 32, 36);
    let mut shown = colored(bold, &format!("--- {}", path.display())) + &colored(bold, &format!("+++ {}", path.display()));
    for hunk in diff.unified_diff().iter_hunks() {
        shown.push_str(&colored(cyan, &hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches('\n');
            shown.push_str(&match change.tag() {
                ChangeTag::Equal => format!(" {line}\n"),
                ChangeTag::Delete => colored(red, &format!("-{line}")),
                ChangeTag::Insert => colored(green, &format!("+{line}")),
            });
            if change.missing_newline() {
                shown.push_str("\\ No newline at end of file\n");
            }
        }
    }
    shown
}
