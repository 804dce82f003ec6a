//! The sandbox: a local emulator of AWS on loopback, so that everything can be tried without an account.
//!
//! It is moto, pinned, in a virtual environment of its own under the user's cache folder, run by the launcher in this
//! folder (`emulator.py` and `gaps/`), which the binary carries. The first start makes the environment; every later command
//! finds the running server by its record and reuses it, until `stop`. Nothing here knows the language or the engine: a
//! sandbox is an endpoint. It says what it does through `progress` and never prints.

#![expect(clippy::disallowed_methods, reason = "this room has files and processes of its own, which are no part of the World")]

mod http;
mod place;
mod server;
mod venv;

use place::Place;

/// A running sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    /// Where it listens, as an AWS endpoint: `http://127.0.0.1:40123`.
    pub endpoint: String,
    /// Its process.
    pub pid: u32,
}

/// What `stop` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// It ran, and has ended; its account is gone.
    Ended(Sandbox),
    /// There was none.
    NotRunning,
}

/// Why there is no sandbox, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxError {
    /// What is the matter, as a sentence without a full stop.
    pub what: String,
    /// What the user can do.
    pub help: String,
}

impl std::fmt::Display for SandboxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what, self.help)
    }
}

impl std::error::Error for SandboxError {}

/// Makes sure that a sandbox of this version runs and has an issued certificate in `region` for each of `domains`.
///
/// Takes seconds when one has to be started, about a minute the first time, when the Python packages are fetched. Two
/// commands at once start one server: the second waits. A sandbox of another version of wcalang is ended first.
pub fn start(domains: &[String], region: &str, progress: &mut dyn FnMut(&str)) -> Result<Sandbox, SandboxError> {
    let place = Place::of_user()?;
    let _lock = place.lock(progress)?;
    let sandbox = match server::running(&place) {
        Some((sandbox, digest)) if digest == place.digest() => sandbox,
        other => {
            if let Some((old, _)) = other {
                progress("ending the sandbox of another version of wcalang");
                server::end(&place, &old)?;
            }
            let python = venv::make(&place, progress)?;
            server::launch(&place, &python, progress)?
        }
    };
    for domain in domains {
        server::issue_certificate(&sandbox, domain, region)?;
    }
    Ok(sandbox)
}

/// Ends the running sandbox, with everything in it.
pub fn stop() -> Result<Stopped, SandboxError> {
    let place = Place::of_user()?;
    let _lock = place.lock(&mut |_| ())?;
    match server::running(&place) {
        Some((sandbox, _)) => {
            server::end(&place, &sandbox)?;
            Ok(Stopped::Ended(sandbox))
        }
        None => Ok(Stopped::NotRunning),
    }
}

/// The running sandbox, of whatever version.
pub fn status() -> Option<Sandbox> {
    let place = Place::of_user().ok()?;
    server::running(&place).map(|(sandbox, _)| sandbox)
}
