//! The product's own emulator, many times: a trial takes one that is free, empties its account, and gives it back.
//!
//! The Python environment is the one that `wcalang sandbox start` makes, in a cache folder of the tests. A server ends
//! with the run of the tests however that ends: it reads a pipe that nobody writes, and the end of the pipe is its end.
//!
//! `EMULATOR` names a program that takes its place: another emulator of AWS that is started, reset and given certificates like it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use super::bench::{binary, folder_of_run, project};

/// What runs the launcher, and ends with its standard input.
const UNTIL_EOF: &str = "
import os, runpy, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name='__main__')
";

static FREE: Mutex<Vec<Server>> = Mutex::new(Vec::new());

struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An emulated account, empty at first, for one trial.
pub struct Emulator {
    server: Option<Server>,
}

impl Emulator {
    /// Takes one that is free, or starts one. A certificate has been issued for each of the domains.
    pub fn take(domains: &[&str]) -> Self {
        let free = FREE.lock().unwrap().pop();
        let server = free.unwrap_or_else(start);
        let emulator = Self { server: Some(server) };
        emulator.post("/moto-api/reset");
        for domain in domains {
            emulator.issue(domain);
        }
        emulator
    }

    /// A certificate is issued for a domain.
    pub fn issue(&self, domain: &str) {
        self.post(&format!("/wcalang/certificate?domain={domain}&region=us-west-2"));
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.server.as_ref().map(|server| server.port).unwrap()
    }

    fn post(&self, path: &str) {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port())).unwrap();
        write!(stream, "POST {path} HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.split(' ').nth(1) == Some("200"), "POST {path}: {answer}");
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(server) = self.server.take()
            && !std::thread::panicking()
        {
            FREE.lock().unwrap().push(server);
        }
    }
}

/// The Python that has moto and boto3.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let cache = cache();
        std::fs::create_dir_all(&cache).unwrap();
        if let Some(python) = made(&cache) {
            return python;
        }
        let run = |action: &str| Command::new(binary()).args(["sandbox", action]).env("XDG_CACHE_HOME", &cache).output().unwrap();
        let started = run("start");
        run("stop");
        made(&cache).unwrap_or_else(|| panic!("no sandbox: {}", String::from_utf8_lossy(&started.stderr)))
    })
}

/// The cache folder of the tests, where the sandbox's environment is made once and stays.
pub fn cache() -> PathBuf {
    folder_of_run().join("cache")
}

/// The environment of these requirements, where it has been made.
fn made(cache: &Path) -> Option<PathBuf> {
    let wanted = std::fs::read_to_string(project().join("src/sandbox/requirements.txt")).unwrap();
    let entries = std::fs::read_dir(cache.join("wcalang/sandbox")).ok()?;
    let mut venvs = entries.flatten().map(|entry| entry.path());
    venvs
        .find(|venv| venv.join("ready").exists() && std::fs::read_to_string(venv.join("requirements.txt")).is_ok_and(|text| text == wanted))
        .map(|venv| venv.join("bin/python"))
}

fn program() -> Command {
    if let Some(other) = std::env::var_os("EMULATOR") {
        return Command::new(other);
    }
    let mut command = Command::new(python());
    command.args(["-c", UNTIL_EOF]).arg(project().join("src/sandbox/emulator.py"));
    command
}

fn start() -> Server {
    let mut child = program()
        .args(["--port", "0"])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let port = said.trim().rsplit(':').next().and_then(|port| port.parse().ok());
    let server = Server { port: port.unwrap_or(0), child };
    assert!(server.port != 0, "the emulator does not start: {said:?}");
    server
}
