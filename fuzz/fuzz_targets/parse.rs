//! Fuzzes the parser and the formatter.
#![no_main]

#[path = "../laws.rs"]
#[expect(dead_code, reason = "the other target's law")]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        laws::parse(text);
    }
});
