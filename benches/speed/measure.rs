//! What a command costs: CPU time of all its processes and the most memory that one of them held.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// User and system time.
    pub cpu: Duration,
    /// Bytes of memory at the most.
    pub memory: u64,
}

/// Runs one command and prints what it cost, as `microseconds bytes`. Python has the calls to start it without a copy of the starter
/// and to ask what that one child used, not the children of whatever wrapper found Python; Linux counts kilobytes, and what the
/// starter holds is the least that it tells.
const ONE: &str = "\
import os, sys
silent = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0) for descriptor in (1, 2)]
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(child, 0)
if status:
    sys.exit(' '.join(sys.argv[1:]) + ' ended with ' + str(os.waitstatus_to_exitcode(status)))
print(int((usage.ru_utime + usage.ru_stime) * 1e6), usage.ru_maxrss * 1024)
";

/// The CPU time that this thread has used: the first number of Linux's `schedstat`, in nanoseconds.
pub fn own_time() -> Result<Duration, String> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").map_err(|error| error.to_string())?;
    let nanos = text.split(' ').next().and_then(|number| number.parse().ok()).ok_or("no schedstat")?;
    Ok(Duration::from_nanos(nanos))
}

/// What each command costs: the best of so many runs. They run in turns, since the speed of a machine changes, and back again in every
/// other one: what a command leaves behind, such as memory that the system takes back, costs the one that comes after it.
pub fn costs(runs: usize, commands: &[&Vec<String>]) -> Result<Vec<Cost>, String> {
    let mut best: Vec<Option<Cost>> = vec![None; commands.len()];
    for turn in 0..runs {
        for place in 0..commands.len() {
            let place = if turn % 2 == 0 { place } else { commands.len() - 1 - place };
            let (command, best) = (commands[place], &mut best[place]);
            let run = cost(command)?;
            let cheaper = best.is_none_or(|best| run.cpu < best.cpu);
            *best = if cheaper { Some(run) } else { *best };
        }
    }
    best.into_iter().map(|best| best.ok_or_else(|| "no run".to_string())).collect()
}

/// What one run of a command costs.
fn cost(command: &[String]) -> Result<Cost, String> {
    let output = Command::new("python3").args(["-c", ONE]).args(command).output().map_err(|error| format!("python3: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (micros, bytes) = text.trim().split_once(' ').ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text}: {error}"));
    Ok(Cost { cpu: Duration::from_micros(number(micros)?), memory: number(bytes)? })
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
