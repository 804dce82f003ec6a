//! The server's life: its record, whether it answers, its start, its end.
//!
//! A record is believed only when the port answers with the record's process and digest: a process id alone may long be
//! somebody else's. For the same reason the server is asked to end; nothing is killed.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::http;
use super::place::{Place, unusable};
use super::{Sandbox, SandboxError};

/// How long a server may take to answer a control request, to start, and to end.
const ANSWER: Duration = Duration::from_secs(5);
const START: Duration = Duration::from_secs(60);
const END: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// The server that the record names, and its digest, when it answers.
pub(super) fn running(place: &Place) -> Option<(Sandbox, String)> {
    let record: Value = serde_json::from_str(&fs::read_to_string(place.record()).ok()?).ok()?;
    let port = u16::try_from(record["port"].as_u64()?).ok()?;
    let answer = alive(port)?;
    let digest = record["digest"].as_str()?;
    let ours = answer["digest"] == record["digest"] && answer["pid"] == record["pid"];
    let pid = u32::try_from(record["pid"].as_u64()?).ok()?;
    ours.then(|| (sandbox(port, pid), digest.to_owned()))
}

/// Starts a server, apart from this process, and waits until it answers.
pub(super) fn launch(place: &Place, python: &Path, progress: &mut dyn FnMut(&str)) -> Result<Sandbox, SandboxError> {
    progress("starting the sandbox, an emulator of AWS on this machine");
    let code = place.write_code()?;
    let log = File::create(place.log()).map_err(|error| unusable(&place.log(), &error))?;
    let errors = log.try_clone().map_err(|error| unusable(&place.log(), &error))?;
    let mut child = Command::new(python)
        .arg(&code)
        .args(["--port", "0", "--digest", place.digest()])
        .env_remove("PYTHONHOME")
        .env_remove("PYTHONPATH")
        .current_dir(place.code())
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(|error| unusable(python, &error))?;
    let port = match await_port(place, &mut child) {
        Ok(port) => port,
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            return Err(error);
        }
    };
    write_record(place, &json!({ "pid": child.id(), "port": port, "digest": place.digest() }))?;
    place.tidy();
    Ok(sandbox(port, child.id()))
}

/// Asks a server to end, and waits until it has.
pub(super) fn end(place: &Place, sandbox: &Sandbox) -> Result<(), SandboxError> {
    let stuck = |why: String| SandboxError {
        what: format!("the sandbox does not end: {why}"),
        help: format!("end its process yourself: kill {}", sandbox.pid),
    };
    let port = port_of(sandbox);
    http::request(port, "POST", "/wcalang/stop", ANSWER).map_err(|error| stuck(error.to_string()))?;
    let started = Instant::now();
    while alive(port).is_some() {
        if started.elapsed() > END {
            return Err(stuck(format!("it still answers after {} seconds", END.as_secs())));
        }
        sleep(PAUSE);
    }
    fs::remove_file(place.record()).map_err(|error| unusable(&place.record(), &error))
}

/// Makes an issued certificate for a domain, unless there is one.
pub(super) fn issue_certificate(sandbox: &Sandbox, domain: &str, region: &str) -> Result<(), SandboxError> {
    let path = format!("/wcalang/certificate?domain={}&region={}", http::quoted(domain), http::quoted(region));
    http::request(port_of(sandbox), "POST", &path, ANSWER).map(|_| ()).map_err(|error| SandboxError {
        what: format!("the sandbox made no certificate for {domain}: {error}"),
        help: "start it anew: wcalang sandbox stop, then the command again".to_owned(),
    })
}

/// The port that the server names in its log once it listens.
fn await_port(place: &Place, child: &mut Child) -> Result<u16, SandboxError> {
    let started = Instant::now();
    loop {
        let said = fs::read_to_string(place.log()).unwrap_or_default();
        let port = said.lines().filter_map(|line| line.strip_prefix("listening on http://127.0.0.1:")).find_map(|port| port.parse().ok());
        if let Some(port) = port
            && alive(port).is_some_and(|answer| answer["digest"] == place.digest())
        {
            return Ok(port);
        }
        let over = child.try_wait().map_err(|error| unusable(&place.log(), &error))?;
        if over.is_some() || started.elapsed() > START {
            let last = said.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
            let how =
                over.map_or_else(|| format!("does not answer after {} seconds", START.as_secs()), |status| format!("ended with {status}"));
            return Err(SandboxError {
                what: format!("the sandbox {how}: {last}"),
                help: format!("see {}; removing {} makes its Python environment anew", place.log().display(), place.venv().display()),
            });
        }
        sleep(PAUSE);
    }
}

/// What answers at a port, if it is a sandbox.
fn alive(port: u16) -> Option<Value> {
    http::request(port, "GET", "/wcalang/alive", ANSWER).ok().filter(|answer| answer["name"] == "wcalang sandbox")
}

fn sandbox(port: u16, pid: u32) -> Sandbox {
    Sandbox { endpoint: format!("http://127.0.0.1:{port}"), pid }
}

/// The port of an endpoint that `sandbox` made.
fn port_of(sandbox: &Sandbox) -> u16 {
    sandbox.endpoint.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_default()
}

fn write_record(place: &Place, record: &Value) -> Result<(), SandboxError> {
    let path = place.record();
    let draft = path.with_extension("new");
    fs::write(&draft, record.to_string()).and_then(|()| fs::rename(&draft, &path)).map_err(|error| unusable(&path, &error))
}
