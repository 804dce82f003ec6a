//! Links the command so that it starts fast, where the linker can.
//!
//! At a fixed address: the SDK's tables hold 300,000 pointers; in a program that can be loaded anywhere each of them is written anew
//! at every start, which took four of five milliseconds of CPU time. And with the unwinder inside: as a library of its own it is
//! found, mapped and linked at every start.

#![expect(clippy::disallowed_methods, reason = "this is how a build script is told")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("CARGO_CFG_TARGET_ARCH", "x86_64") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        if let Some(folder) = folder_of("libgcc_eh.a") {
            println!("cargo:rustc-link-search=native={}", folder.display());
            println!("cargo:rustc-link-lib=static=gcc_eh");
        }
    }
}

/// Where the C compiler that links has a file of its own; none if it has not.
fn folder_of(file: &str) -> Option<PathBuf> {
    let said = Command::new("cc").arg(format!("-print-file-name={file}")).output().ok()?;
    let path = PathBuf::from(String::from_utf8(said.stdout).ok()?.trim());
    path.is_absolute().then(|| path.parent().map(Path::to_path_buf))?
}
