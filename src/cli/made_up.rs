//! Secret inputs in the sandbox: made up where none are given, and kept, so that the next run has the same ones.

use std::collections::BTreeMap;
use std::path::PathBuf;

use wcalang_model::source::{OsWorld, World};
use wcalang_model::value::Secret;

use crate::cli::Stop;
use crate::cli::files::write_private;
use crate::cli::out::Out;
use crate::cli::program::Program;
use crate::cli::session::{folder, random_secret};

/// Gives every secret input that has no value one that was made up.
pub fn fill(program: &mut Program, out: &mut Out) -> Result<(), Box<Stop>> {
    let wanted: Vec<String> = program.inputs.iter().filter(|input| input.secret).map(|input| input.name.clone()).collect();
    let missing: Vec<String> = wanted.into_iter().filter(|name| !program.secrets.contains_key(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let path = kept_in(program);
    let text = OsWorld.read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let mut kept: BTreeMap<String, String> = serde_json::from_str(&text).unwrap_or_default();
    let before = kept.len();
    for name in &missing {
        let value = kept.entry(name.clone()).or_insert_with(|| random_secret().expose().to_string());
        program.secrets.insert(name.clone(), Secret::new(value.clone()));
    }
    if kept.len() > before {
        write_private(&path, &format!("{}\n", serde_json::json!(kept)))?;
        out.say(&format!("made up for the sandbox, in {}: {}", path.display(), missing.join(", ")));
    }
    Ok(())
}

fn kept_in(program: &Program) -> PathBuf {
    folder(&program.path).join(".wcalang").join("sandbox-secrets.json")
}
