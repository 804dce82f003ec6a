//! How fast wcalang is, beside Nix and jrsonnet: `cargo bench --no-default-features`, with `-- WORD` only the lines that have the
//! word.
//!
//! Every line is measured in this run, on this machine, whole processes from start to end, in turns: the best of a few runs each. What is
//! not installed is left out with a word. Before anything is measured, the programs of the three languages must print the same.
//! `docs/performance.md` has what came of it and how to repeat it.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a bench prints what it measured, and writes the programs that it measures"
)]

mod edit;
mod generate;
mod measure;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::generate::{MEGABYTE, Syntax, code, literals};
use crate::measure::{Cost, costs, is_installed, printed};

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each command runs.
const RUNS: usize = 15;

/// A line of the table: the same work in each language.
struct Line {
    what: String,
    ours: Vec<String>,
    nix: Option<Vec<String>>,
    jrsonnet: Option<Vec<String>>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("speed");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let (nix, jrsonnet) = (is_installed("nix-instantiate"), is_installed("jrsonnet"));
    for (name, there, how) in [("Nix", nix, "apt-get install nix-bin"), ("jrsonnet", jrsonnet, "cargo install jrsonnet")] {
        if !there {
            println!("{name} is not installed, so it is not measured: {how}");
        }
    }
    let word = std::env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    let lines = lines(&folder)?;
    println!("{:34} {:>22} {:>30} {:>30}", "", "wcalang", "Nix", "jrsonnet");
    for line in lines.iter().filter(|line| line.what.contains(&word)) {
        let others = [line.nix.as_ref().filter(|_| nix), line.jrsonnet.as_ref().filter(|_| jrsonnet)];
        for other in others.iter().flatten() {
            same(&line.ours, other, &folder).map_err(|reason| format!("{}: {reason}", line.what))?;
        }
        let commands: Vec<&Vec<String>> = [Some(&line.ours)].into_iter().chain(others).flatten().collect();
        let mut costs = costs(RUNS, &commands)?.into_iter();
        let ours = costs.next().ok_or("nothing was measured")?;
        let mut text = format!("{:34} {:>22}", line.what, shown(ours));
        for other in others {
            let cell = match other.and_then(|_| costs.next()) {
                Some(theirs) => format!("{} {:>6.1}×", shown(theirs), theirs.cpu.as_secs_f64() / ours.cpu.as_secs_f64().max(1e-6)),
                None => "-".to_string(),
            };
            text.push_str(&format!(" {cell:>30}"));
        }
        println!("{text}");
    }
    if edit::WHAT.contains(&word) { edit::run() } else { Ok(()) }
}

/// CPU time and memory.
fn shown(cost: Cost) -> String {
    format!("{:.1} ms {:>5.1} MB", cost.cpu.as_secs_f64() * 1e3, cost.memory as f64 / 1e6)
}

/// Whether two commands print the same JSON.
fn same(ours: &[String], other: &[String], folder: &Path) -> Result<(), String> {
    let (a, b) = (printed(ours, &folder.join("ours.json"))?, printed(other, &folder.join("other.json"))?);
    if a == b { Ok(()) } else { Err(format!("{} prints something else", other[0])) }
}

fn lines(folder: &Path) -> Result<Vec<Line>, String> {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let programs = project.join("benches/programs");
    let file = |path: PathBuf| path.display().to_string();
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok::<String, String>(file(path))
    };
    let command = |words: &[&str]| words.iter().map(|word| (*word).to_string()).collect::<Vec<String>>();
    let wcalang = env!("CARGO_BIN_EXE_wcalang");
    let nix = |rest: &[&str]| command(&[&["nix-instantiate", "--eval", "--strict", "--json"], rest].concat());
    let mut lines = vec![
        Line { what: "start: --version".into(), ours: command(&[wcalang, "--version"]), nix: None, jrsonnet: None },
        Line {
            what: "start: 1 + 1".into(),
            ours: command(&[wcalang, "eval", "-e", "1 + 1"]),
            nix: Some(nix(&["--expr", "1 + 1"])),
            jrsonnet: Some(command(&["jrsonnet", "-e", "1 + 1"])),
        },
    ];
    for count in ["100", "1000", "10000"] {
        let (ours, theirs) = (file(programs.join("services.wca")), [programs.join("services.nix"), programs.join("services.jsonnet")]);
        let [in_nix, in_jsonnet] = theirs.map(file);
        lines.push(Line {
            what: format!("{count} services, checked, evaluated"),
            ours: command(&[wcalang, "eval", "--value", &ours, "--var", &format!("count={count}")]),
            nix: Some(nix(&["--arg", "count", count, &in_nix])),
            jrsonnet: Some(command(&["jrsonnet", "--tla-code", &format!("count={count}"), &in_jsonnet])),
        });
    }
    for megabytes in [1, 10] {
        let text = |syntax| literals(megabytes * MEGABYTE, syntax);
        let ours = write(&format!("literals-{megabytes}.wca"), text(Syntax::Nix))?;
        let theirs = write(&format!("literals-{megabytes}.jsonnet"), text(Syntax::Jsonnet))?;
        lines.push(Line {
            what: format!("{megabytes} MB of literals"),
            ours: command(&[wcalang, "eval", "--value", &ours]),
            nix: Some(nix(&[&ours])),
            jrsonnet: Some(command(&["jrsonnet", &theirs])),
        });
    }
    // Without what printing takes.
    let list = literals(10 * MEGABYTE, Syntax::Nix);
    let list = list.trim_end();
    let ours = write("literals-length.wca", format!("let\n  all = {list}; in length all\n"))?;
    let theirs = write("literals-length.nix", format!("let\n  all = {list}; in builtins.deepSeq all (builtins.length all)\n"))?;
    lines.push(Line {
        what: "10 MB of literals, length of it".into(),
        ours: command(&[wcalang, "eval", "--value", &ours]),
        nix: Some(nix(&[&theirs])),
        jrsonnet: None,
    });
    let live = file(project.join("examples/wca-live.wca"));
    lines.push(Line { what: "check examples/wca-live.wca".into(), ours: command(&[wcalang, "check", &live]), nix: None, jrsonnet: None });
    let long = write("code.wca", code(5000))?;
    lines.push(Line { what: "check of 5,000 lines".into(), ours: command(&[wcalang, "check", &long]), nix: None, jrsonnet: None });
    Ok(lines)
}
