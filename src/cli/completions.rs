//! `wcalang completions`: for a shell.

use clap::CommandFactory;

use crate::cli::args::Args;
use crate::cli::out::Out;
use crate::cli::{Exit, Stop};

/// Writes the completions of a shell.
pub fn run(shell: clap_complete::Shell, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "wcalang", &mut bytes);
    out.print(&String::from_utf8_lossy(&bytes));
    Ok(Exit::Fine)
}
