//! Links the command at a fixed address where the linker can. The SDK's tables hold 300,000 pointers; in a program that can be
//! loaded anywhere each of them is written anew at every start, which took four of five milliseconds of CPU time.

#![expect(clippy::disallowed_methods, reason = "this is how a build script is told")]

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("CARGO_CFG_TARGET_ARCH", "x86_64") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
