//! What is in an account, as text, and how two accounts differ.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::bench::{Bench, project};
use super::emulator::python;

/// Everything in the account of a bench, written to a file in its folder.
pub fn dump(bench: &Bench, name: &str) -> PathBuf {
    let url = format!("http://127.0.0.1:{}", bench.emulator.port());
    let path = bench.folder.join(format!("{name}.json"));
    std::fs::write(&path, inventory(&["dump", "--endpoint", &url])).unwrap();
    path
}

/// The differences of two dumps, a line each.
pub fn differences(a: &Path, b: &Path) -> Vec<String> {
    inventory(&["diff", &a.display().to_string(), &b.display().to_string()]).lines().map(str::to_string).collect()
}

/// That two dumps are of the same things.
pub fn assert_same(a: &Path, b: &Path) {
    let lines = differences(a, b);
    assert!(lines.is_empty(), "{} differences:\n{}", lines.len(), lines.join("\n"));
}

/// That there is nothing in the account of a bench.
pub fn assert_empty(bench: &Bench) {
    let path = dump(bench, "rest");
    let rest = std::fs::read_to_string(&path).unwrap();
    let rest: serde_json::Value = serde_json::from_str(&rest).unwrap();
    let left: Vec<&String> = rest["resources"].as_object().into_iter().flat_map(serde_json::Map::keys).collect();
    assert!(left.is_empty(), "left in the account: {left:?}");
}

/// A dump in which our names are replaced by those of `tests/wca-live.names`: lines `ours = theirs  # why`.
pub fn renamed(path: &Path) -> PathBuf {
    let mut text = std::fs::read_to_string(path).unwrap();
    let mut names: Vec<(String, String)> = lines("wca-live.names")
        .iter()
        .filter_map(|line| line.split('#').next()?.split_once('='))
        .map(|(ours, theirs)| (ours.trim().to_string(), theirs.trim().to_string()))
        .collect();
    // All at once, so that what has been replaced is not replaced again: first by marks, then by the names.
    names.sort_by_key(|(ours, _)| std::cmp::Reverse(ours.len()));
    for (number, (ours, _)) in names.iter().enumerate() {
        text = replaced(&text, ours, &format!("\u{1}{number}\u{2}"));
    }
    for (number, (_, theirs)) in names.iter().enumerate() {
        text = text.replace(&format!("\u{1}{number}\u{2}"), theirs);
    }
    let path = path.with_extension("renamed.json");
    std::fs::write(&path, text).unwrap();
    path
}

/// The differences that `tests/wca-live.differences` lists, lines `path  # why`: how their lines begin.
pub fn decided() -> Vec<String> {
    let path = |line: &String| line.split("  #").next().map(|path| path.trim().to_string());
    lines("wca-live.differences").iter().filter_map(path).filter(|path| !path.is_empty()).collect()
}

fn lines(name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(project().join("tests").join(name)).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with('#')).map(str::to_string).collect()
}

/// Replaces a name where it stands alone.
fn replaced(text: &str, name: &str, by: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let (mut done, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let alone =
            !before.chars().next_back().or(done.chars().next_back()).is_some_and(is_part) && !after.chars().next().is_some_and(is_part);
        done.push_str(before);
        done.push_str(if alone { by } else { name });
        rest = after;
    }
    done + rest
}

fn inventory(arguments: &[&str]) -> String {
    let script = project().join("tests/inventory/inventory.py");
    let output = Command::new(python()).arg(script).args(arguments).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
