//! The commands, one file each. The only room that prints or decides the exit code.

mod apply;
mod args;
mod check;
mod completions;
mod doc;
mod drift;
mod eval;
mod explain;
mod facts;
mod files;
mod fmt;
mod graph;
mod init;
mod lock;
mod made_up;
mod out;
mod output;
mod plan;
mod program;
mod progress;
mod prompt;
mod report;
mod sandbox;
mod saved;
mod session;
mod state;
mod stop;
mod wrap;

use clap::Parser;

use crate::cli::args::{Args, Command};
use crate::cli::out::Out;
pub use crate::cli::stop::{Exit, Stop};

/// The stages run on this much stack, so that no program that fits the limits overflows it. It is the first thread's, since another
/// one would have a heap of its own: a twentieth of what a `check` costs.
const STACK: usize = 64 << 20;

/// Runs the command that the arguments name.
pub fn run() -> Exit {
    match Args::try_parse() {
        Ok(args) => stacker::grow(STACK, || command(args)),
        Err(error) => {
            let fine = !error.use_stderr();
            let _ = error.print();
            if fine { Exit::Fine } else { Exit::Mistake }
        }
    }
}

fn command(args: Args) -> Exit {
    let mut out = Out::new(args.format, args.color);
    let result = match args.command {
        Command::Init { file } => init::run(&file, &mut out),
        Command::Check(args) => check::run(&args, &mut out),
        Command::Fmt(args) => fmt::run(&args, &mut out),
        Command::Plan(args) => plan::run(&args, &mut out),
        Command::Drift(args) => drift::run(&args, &mut out),
        Command::Apply(args) => apply::run(&args, &mut out),
        Command::Destroy(args) => apply::destroy(&args, &mut out),
        Command::Output(args) => output::run(&args, &mut out),
        Command::Lock(args) => lock::run(&args, &mut out),
        Command::Eval(args) => eval::run(&args, &mut out),
        Command::Explain { code } => explain::run(code.as_deref(), &mut out),
        Command::Doc { name } => doc::run(name.as_deref(), &mut out),
        Command::Graph(args) => graph::run(&args, &mut out),
        Command::State { action } => state::run(&action, &mut out),
        Command::Sandbox { action } => sandbox::run(&action, &mut out),
        Command::Completions { shell } => completions::run(shell, &mut out),
    };
    result.unwrap_or_else(|stop| {
        out.problems(&stop.problems, &stop.files);
        stop.exit
    })
}
