//! Every test of the whole: one binary, so that the SDK is linked once, and one named trial for each case of each corpus.
//!
//! The runner is `libtest-mimic` and not the harness of the standard library, because most cases are text and not functions:
//! with it every case has a name of its own, runs in parallel and can be asked for, `cargo test --release --test it eval/with`.
//! A module gives its cases by `trials`; `tests/README.md` says how the texts are written.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on fails; the cases are files")]

#[cfg(feature = "aws")]
mod aws;
mod catalogue;
mod cli;
mod corpus;
mod diagnostics;
mod hostile;
mod laws;
mod library;
mod programs;
mod recovery;
mod schema;
mod shown;
mod tidy;
mod tour;
mod types;
mod wrong;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let modules: &[fn() -> Vec<Trial>] = &[
        #[cfg(feature = "aws")]
        aws::trials,
        corpus::trials,
        wrong::trials,
        diagnostics::trials,
        catalogue::trials,
        recovery::trials,
        library::trials,
        schema::trials,
        tidy::trials,
        tour::trials,
        types::trials,
        laws::trials,
        hostile::trials,
        cli::trials,
    ];
    let trials = modules.iter().flat_map(|trials| trials()).collect();
    libtest_mimic::run(&arguments, trials).exit();
}
