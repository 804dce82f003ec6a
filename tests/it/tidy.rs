//! The rules of the house as tests: who may use whom, what every file must say, and what must be listed.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use libtest_mimic::{Failed, Trial};

use crate::programs::{files_of, path, read};

/// Which rooms of a crate a room may use, beside itself. A room that is not here is a mistake, as is an arrow that is not.
///
/// `prelude`, `library` and `inputs` stand beside the pipeline: lists of names, of modules and of what the file declares.
const ROOMS: &[(&str, &str, &[&str])] = &[
    ("model", "base", &[]),
    ("model", "source", &["base"]),
    ("model", "diag", &["base", "source"]),
    ("model", "value", &["base", "source", "diag"]),
    ("model", "kind", &["base", "source", "diag", "value"]),
    ("lang", "format", &["syntax"]),
    ("lang", "resolve", &["syntax", "prelude"]),
    ("lang", "check", &["syntax", "resolve", "prelude"]),
    ("lang", "eval", &["syntax", "resolve", "check", "prelude", "library"]),
    ("lang", "graph", &["syntax", "resolve", "check", "eval"]),
    ("lang", "prelude", &["eval", "library", "syntax"]),
    ("lang", "library", &["eval", "inputs", "syntax"]),
    ("lang", "members", &["inputs", "graph"]),
    ("lang", "once", &[]),
    ("lang", "manual", &["eval", "library", "syntax"]),
    ("lang", "inputs", &["eval", "prelude", "resolve", "syntax"]),
    ("engine", "state", &[]),
    ("engine", "lookup", &["state"]),
    ("engine", "plan", &["state", "lookup"]),
    ("engine", "apply", &["state", "lookup", "plan"]),
    ("engine", "adopt", &["state", "lookup", "plan", "apply"]),
    // The simulated cloud, for tests only.
    ("engine", "sim", &["state", "plan", "apply"]),
];

/// Which of our crates a crate may depend on.
const CRATES: &[(&str, &[&str])] = &[
    ("derive", &[]),
    ("model", &["derive"]),
    ("lang/syntax", &["model"]),
    ("lang", &["model", "syntax"]),
    ("engine", &["model"]),
    ("aws", &["model", "derive"]),
    ("proofs", &["model", "derive", "aws"]),
    ("ide", &["model", "lang", "proofs"]),
];

/// What only some rooms may name, by the text that names it.
const DOORS: &[(&str, &[&str])] = &[
    ("aws_sdk_", &["src/aws/"]),
    ("use pest", &["src/lang/syntax/parse/"]),
    ("use miette", &["src/model/diag/"]),
    ("tokio::", &["src/aws/", "src/cli/", "src/engine/", "src/sandbox/", "src/model/kind/", "tests/"]),
    ("process::exit", &["src/cli/"]),
    ("println!", &["src/lang/build.rs"]),
    ("#[allow(", &[]),
    ("#![allow(", &[]),
    ("todo!(", &[]),
    ("unimplemented!(", &[]),
];

/// Lines after which a file is two rooms.
const LINES: usize = 800;

/// A rule: it gives what breaks it.
type Rule = fn() -> Vec<String>;

/// One trial for each rule.
pub fn trials() -> Vec<Trial> {
    let rules: &[(&str, Rule)] = &[
        ("every-file-says-what-it-is-for", every_file_says_what_it_is_for),
        ("files-are-short", files_are_short),
        ("rooms-use-rooms-to-their-left", rooms_use_rooms_to_their_left),
        ("crates-use-crates-to-their-left", crates_use_crates_to_their_left),
        ("doors-are-in-their-rooms", doors_are_in_their_rooms),
        ("every-kind-is-listed", every_kind_is_listed),
        ("every-module-is-listed", every_module_is_listed),
        ("every-case-is-run", every_case_is_run),
        ("every-snapshot-is-of-something", every_snapshot_is_of_something),
        ("no-path-of-a-machine", no_path_of_a_machine),
    ];
    let run = |rule: Rule| -> Result<(), Failed> {
        let broken = rule();
        if broken.is_empty() { Ok(()) } else { Err(broken.join("\n").into()) }
    };
    rules.iter().map(|&(name, rule)| Trial::test(format!("tidy/{name}"), move || run(rule))).collect()
}

fn every_file_says_what_it_is_for() -> Vec<String> {
    let bare = sources().into_iter().filter(|(_, text)| !text.starts_with("//!"));
    bare.map(|(path, _)| format!("{path} does not begin with //!")).collect()
}

fn files_are_short() -> Vec<String> {
    let long = sources().into_iter().map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > LINES);
    long.map(|(path, lines)| format!("{path} has {lines} lines: it is probably two rooms")).collect()
}

fn rooms_use_rooms_to_their_left() -> Vec<String> {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let mut steps = path.trim_end_matches(".rs").split('/').skip(1);
        let (Some(crate_name), Some(room)) = (steps.next(), steps.next()) else { continue };
        // A script of cargo, and a room that is a crate of its own.
        let is_apart = ["lib", "build"].contains(&room) || CRATES.iter().any(|(name, _)| *name == format!("{crate_name}/{room}"));
        if !ROOMS.iter().any(|(of, ..)| *of == crate_name) || is_apart {
            continue;
        }
        let Some((_, _, may)) = ROOMS.iter().find(|(of, name, _)| *of == crate_name && *name == room) else {
            broken.push(format!("{path}: the room `{room}` has no line in the table of rooms"));
            continue;
        };
        let is_test = path.ends_with("tests.rs") || path.contains("/tests/");
        for used in uses(&text) {
            if used != room && !may.contains(&used.as_str()) && !(is_test && used == "sim") {
                broken.push(format!("{path}: `{room}` may not use `{used}`"));
            }
        }
    }
    broken
}

/// The rooms that a file names by `crate::room`.
fn uses(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let named = code.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_').unwrap_or(rest.len());
        (rest[..end].to_string(), rest[end..].starts_with("::"))
    });
    named.filter(|(room, steps_on)| !room.is_empty() && *steps_on).map(|(room, _)| room).collect()
}

fn crates_use_crates_to_their_left() -> Vec<String> {
    let mut broken = Vec::new();
    for (name, may) in CRATES {
        let manifest = path(&format!("src/{name}/Cargo.toml"));
        if !manifest.exists() {
            continue;
        }
        let manifest: toml::Table = toml::from_str(&read(&format!("src/{name}/Cargo.toml"))).unwrap();
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        for used in dependencies.keys().filter_map(|key| key.strip_prefix("wcalang-")) {
            if !may.contains(&used) {
                broken.push(format!("src/{name}/Cargo.toml: `{name}` may not depend on `{used}`"));
            }
        }
    }
    broken
}

fn doors_are_in_their_rooms() -> Vec<String> {
    let mut broken = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| path != "tests/it/tidy.rs") {
        for (name, rooms) in DOORS {
            let code = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
            for (index, _) in code.filter(|(_, line)| line.contains(name)) {
                if !rooms.iter().any(|room| path.starts_with(room)) {
                    broken.push(format!("{path}:{}: `{name}` does not belong here", index + 1));
                }
            }
        }
    }
    broken
}

/// `aws::KINDS` has one line for each file that implements `Kind`, and no other.
fn every_kind_is_listed() -> Vec<String> {
    let listing = read("src/aws/lib.rs");
    let (_, list) = listing.split_once("\nkinds![\n").unwrap();
    let list = list.split_once("\n];").unwrap().0;
    let lines: Vec<&str> = list.lines().map(|line| line.trim()).collect();
    let mut broken: Vec<String> = lines
        .iter()
        .filter(|line| line.matches("::").count() != 2 || !line.ends_with(','))
        .map(|line| format!("KINDS: {line} is not one kind on its line"))
        .collect();
    let mut sorted = lines.clone();
    sorted.sort_unstable();
    if sorted != lines {
        broken.push("KINDS is not sorted".to_string());
    }
    let listed: BTreeSet<String> = lines.iter().map(|line| line.trim_end_matches(',').rsplit_once("::").unwrap().0.to_string()).collect();
    let files = sources().into_iter().filter(|(path, text)| path.starts_with("src/aws/") && text.contains("\nimpl Kind for "));
    let files: BTreeSet<String> = files.map(|(path, _)| path["src/aws/".len()..].trim_end_matches(".rs").replace('/', "::")).collect();
    broken.extend(files.difference(&listed).map(|file| format!("{file} is a kind and not in KINDS")));
    broken.extend(listed.difference(&files).map(|file| format!("KINDS has {file}, and no such file is a kind")));
    broken
}

/// Every file of `stdlib/` is a module of the library.
fn every_module_is_listed() -> Vec<String> {
    let listing = read("src/lang/library.rs");
    let unlisted = files_of("stdlib", ".wca").into_iter().filter(|file| !listing.contains(&format!("\"{file}\"")));
    unlisted.map(|file| format!("stdlib/{file} is not in the list of modules")).collect()
}

/// No `.wca` file of the tests is forgotten: each lies in a folder that a module of this program runs, as a case or with its twin.
fn every_case_is_run() -> Vec<String> {
    let run = ["tests/syntax", "tests/format", "tests/eval", "tests/check", "tests/wrong"];
    let mut broken = Vec::new();
    for file in below("tests", ".wca") {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder == "tests/aws" {
            let stem = file["tests/aws/".len()..].trim_end_matches(".wca");
            if !read("tests/it/aws/laws.rs").contains(&format!("laws(\"{stem}\"")) {
                broken.push(format!("{file} is applied by no test"));
            }
        } else if file == "tests/aws/fields/base.wca" {
            if !read("tests/it/aws/fields/run.rs").contains("/base.wca") {
                broken.push(format!("{file} is applied by no test"));
            }
        } else if folder == "tests/scenes" {
            if !read("tests/scenes/scenes.toml").contains(&format!("program = \"{}\"", &file["tests/scenes/".len()..])) {
                broken.push(format!("{file} is in no scene"));
            }
        } else if folder.starts_with("tests/diagnostics/") {
            if !read("docs/diagnostics.md").contains(&format!("(../{file})")) {
                broken.push(format!("{file} has no section in docs/diagnostics.md"));
            }
        } else if !run.contains(&folder) {
            broken.push(format!("{file} is run by no test"));
        } else if folder == "tests/wrong" {
            let twin = match file.strip_suffix(".mended.wca") {
                Some(stem) => format!("{stem}.wca"),
                None => file.replace(".wca", ".mended.wca"),
            };
            if !path(&twin).exists() {
                broken.push(format!("{file} has no twin {twin}"));
            }
        } else if !read(&file).contains("\n### ") {
            broken.push(format!("{file} has no case"));
        }
    }
    broken
}

/// Every snapshot belongs to a program, module or example that exists.
fn every_snapshot_is_of_something() -> Vec<String> {
    let listing = read("src/lang/library.rs");
    let mut broken = Vec::new();
    for file in below("tests", ".snap") {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", &file));
        let stem = name.trim_end_matches(".snap");
        let stands = match folder {
            "tests/wrong/snapshots" => path(&format!("tests/wrong/{stem}.wca")).exists(),
            "tests/examples/snapshots" => path(&format!("examples/{stem}.wca")).exists(),
            "tests/stdlib/snapshots" => listing.contains(&format!("\"{stem}\" = ")),
            _ => true,
        };
        if !stands {
            broken.push(format!("{file} is a snapshot of nothing"));
        }
    }
    broken
}

/// Nothing of the machine that it was written on is in the project.
fn no_path_of_a_machine() -> Vec<String> {
    let homes = [concat!("/", "home/"), concat!("/", "root/"), concat!("/", "work/"), concat!("/", "Users/")];
    let mut files = sources();
    for (folder, ending) in [("stdlib", ".wca"), ("examples", ".wca"), ("tests", ".wca"), ("tests", ".snap"), ("tests", ".md")] {
        files.extend(below(folder, ending).into_iter().map(|file| (file.clone(), read(&file))));
    }
    let found = files
        .into_iter()
        .filter_map(|(path, text)| homes.iter().find(|home| text.contains(**home)).map(|home| format!("{path} has {home}")));
    found.collect()
}

/// Every Rust file of the repository with its text, by path.
fn sources() -> Vec<(String, String)> {
    let files = below("src", ".rs").into_iter().chain(below("tests", ".rs"));
    files.map(|file| (file.clone(), read(&file))).collect()
}

/// The files below a folder with this ending, as paths of the repository, sorted.
fn below(folder: &str, ending: &str) -> Vec<String> {
    let root = path("");
    let mut folders: Vec<PathBuf> = vec![path(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(ending) {
                found.push(name);
            }
        }
    }
    found.sort();
    found
}
