//! Reads the modules of the library when the program is built, so that no run has to: each becomes a packed tree beside which
//! its text stays for messages. A module that cannot be read fails the build with its problems.

#![expect(clippy::disallowed_methods, reason = "a build script reads and writes files, and is told by variables and `println!`")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use wcalang_model::diag::{Format, render};
use wcalang_model::source::Files;
use wcalang_syntax::{Names, pack, parse};

fn main() -> ExitCode {
    match modules() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("cargo::error=the library cannot be read: {}", reason.trim_end().replace('\n', "; "));
            ExitCode::FAILURE
        }
    }
}

fn modules() -> Result<(), String> {
    let variable = |name: &str| std::env::var(name).map(PathBuf::from).map_err(|error| format!("{name}: {error}"));
    let folder = variable("CARGO_MANIFEST_DIR")?.join("../../stdlib");
    let target = variable("OUT_DIR")?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", folder.display());
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    for entry in std::fs::read_dir(&folder).map_err(|error| failed(&folder, error))? {
        let path = entry.map_err(|error| failed(&folder, error))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".wca")) else { continue };
        let text = std::fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
        let (mut files, mut names) = (Files::default(), Names::default());
        let file = files.add(format!("stdlib/{name}"), text.as_str());
        let parsed = parse(file, &text, &mut names);
        if !parsed.problems.is_empty() {
            return Err(render(&parsed.problems.0, &files, Format::Short));
        }
        let packed = pack(&parsed.tree, parsed.root, &names).ok_or(format!("{name}: its tree cannot be written"))?;
        let place = target.join(format!("{name}.tree"));
        std::fs::write(&place, packed).map_err(|error| failed(&place, error))?;
    }
    Ok(())
}
