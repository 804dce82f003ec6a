//! What a command costs: CPU time of all its processes and the most memory that one of them held.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// User and system time.
    pub cpu: Duration,
    /// Bytes of memory at the most.
    pub memory: u64,
}

/// The word before a command that makes this program measure it: each is measured by a process of its own, since the system says
/// only what the greediest of all children held.
pub const ONE: &str = "--one";

/// Runs a command and prints what it cost, as `microseconds bytes`.
pub fn one(command: &[String]) -> Result<String, String> {
    let (program, arguments) = command.split_first().ok_or("no command")?;
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.map_err(|error| format!("{program}: {error}"))?;
    if !status.success() {
        return Err(format!("{} ended with {status}", command.join(" ")));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| error.to_string())?;
    // Linux counts kilobytes.
    Ok(format!("{} {}", micros(&usage), usage.max_rss() * 1024))
}

/// The CPU time that this process has used.
pub fn own_time() -> Result<Duration, String> {
    let usage = getrusage(UsageWho::RUSAGE_SELF).map_err(|error| error.to_string())?;
    Ok(Duration::from_micros(micros(&usage)))
}

fn micros(usage: &Usage) -> u64 {
    let time = |time: TimeVal| u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).unwrap_or(0);
    time(usage.user_time()) + time(usage.system_time())
}

/// The cheapest of some runs of a command: what is beyond it is the machine's.
pub fn cost(runs: usize, command: &[String]) -> Result<Cost, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut best: Option<Cost> = None;
    for _ in 0..runs {
        let output = Command::new(&this).arg(ONE).args(command).output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let (micros, bytes) = text.trim().split_once(' ').ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text}: {error}"));
        let run = Cost { cpu: Duration::from_micros(number(micros)?), memory: number(bytes)? };
        let cheaper = best.is_none_or(|best| run.cpu < best.cpu);
        best = if cheaper { Some(run) } else { best };
    }
    best.ok_or_else(|| "no run".to_string())
}

/// What a command prints, into a file.
pub fn printed(command: &[String], place: &Path) -> Result<serde_json::Value, String> {
    let (program, arguments) = command.split_first().ok_or("no command")?;
    let file = File::create(place).map_err(|error| error.to_string())?;
    let status = Command::new(program).args(arguments).stdout(file).stderr(Stdio::null()).status();
    status.map_err(|error| format!("{program}: {error}"))?;
    let text = std::fs::read_to_string(place).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", command.join(" ")))
}

/// Whether a program is installed.
pub fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
