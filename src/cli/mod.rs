//! The commands, one file each. The only room that prints or decides the exit code.

mod args;
mod check;
mod completions;
mod doc;
mod eval;
mod explain;
mod fmt;
mod graph;
mod init;
mod out;
mod program;
mod sandbox;

use clap::Parser;

use crate::cli::args::{Args, Command};
use crate::cli::out::Out;

/// How a command ended. The numbers are the same for every command and documented in the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Fine, nothing to do.
    Fine,
    /// A mistake in the file or on the command line.
    Mistake,
    /// Changes are pending (`plan`, `fmt --check`).
    Pending,
}

impl Exit {
    /// The exit code of a run that broke down.
    pub const BROKEN: u8 = 1;

    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::Mistake => 1,
            Exit::Pending => 2,
        }
    }
}

/// Runs the command that the arguments name.
pub fn run() -> Exit {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let fine = !error.use_stderr();
            let _ = error.print();
            return if fine { Exit::Fine } else { Exit::Mistake };
        }
    };
    let mut out = Out::new(args.format, args.color);
    match args.command {
        Command::Check(args) => check::run(&args, &mut out),
        Command::Fmt(args) => fmt::run(&args, &mut out),
        Command::Eval(args) => eval::run(&args, &mut out),
        Command::Explain { code } => explain::run(code.as_deref(), &mut out),
        Command::Doc { name } => doc::run(name.as_deref(), &mut out),
        Command::Graph(args) => graph::run(&args, &mut out),
        Command::Init { file } => init::run(&file, &mut out),
        Command::Sandbox { action } => sandbox::run(&action, &mut out),
        Command::Completions { shell } => completions::run(shell, &mut out),
    }
}
