//! The sandbox's Python: a virtual environment with pinned packages, made once for each list of requirements.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::SandboxError;
use super::place::{Place, REQUIREMENTS, unusable};

const INSTALL: &str = "install Python 3.10 or later with its venv module (Debian, Ubuntu: apt install python3 python3-venv; Fedora: dnf install python3; \
                       macOS: brew install python3), then run the command again";

/// What the environment is made of: fails where something of it is missing, and names it.
const PROBE: &str = "
import sys
if sys.version_info < (3, 10): sys.exit('it is Python %d.%d' % sys.version_info[:2])
try: import venv, ensurepip
except ImportError as error: sys.exit('its module %s is missing' % error.name)
";

/// Makes the environment unless it is there; answers its Python.
pub(super) fn make(place: &Place, progress: &mut dyn FnMut(&str)) -> Result<PathBuf, SandboxError> {
    let venv = place.venv();
    let python = venv.join("bin").join("python");
    let ready = venv.join("ready");
    if ready.exists() && python.exists() {
        return Ok(python);
    }
    probe()?;
    if venv.exists() {
        fs::remove_dir_all(&venv).map_err(|error| unusable(&venv, &error))?;
    }
    progress("making a Python environment for the sandbox, once");
    let made = Command::new("python3").args(["-m", "venv"]).arg(&venv).run().map_err(|error| missing_python(&error))?;
    if let Some(complaint) = made {
        return Err(SandboxError { what: format!("python3 -m venv failed: {complaint}"), help: INSTALL.to_owned() });
    }
    progress("fetching moto, the emulator, and what it needs, once");
    install(&venv, &python)?;
    fs::write(&ready, "").map_err(|error| unusable(&ready, &error))?;
    Ok(python)
}

fn probe() -> Result<(), SandboxError> {
    match Command::new("python3").args(["-c", PROBE]).run().map_err(|error| missing_python(&error))? {
        None => Ok(()),
        Some(complaint) => {
            Err(SandboxError { what: format!("the sandbox cannot run on this python3: {complaint}"), help: INSTALL.to_owned() })
        }
    }
}

fn missing_python(error: &io::Error) -> SandboxError {
    let what = if error.kind() == io::ErrorKind::NotFound {
        "the sandbox needs python3, which is not on the PATH".to_owned()
    } else {
        format!("python3 does not run: {error}")
    };
    SandboxError { what, help: INSTALL.to_owned() }
}

fn install(venv: &Path, python: &Path) -> Result<(), SandboxError> {
    let list = venv.join("requirements.txt");
    fs::write(&list, REQUIREMENTS).map_err(|error| unusable(&list, &error))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2", "-r"];
    let done = Command::new(python).args(pip).arg(&list).run().map_err(|error| unusable(python, &error))?;
    match done {
        None => Ok(()),
        Some(complaint) => Err(SandboxError {
            what: format!("pip could not fetch the sandbox's packages: {complaint}"),
            help: "the first start needs the Python package index; check the network (behind a proxy set HTTPS_PROXY, with a mirror PIP_INDEX_URL), \
                   then run the command again"
                .to_owned(),
        }),
    }
}

trait Run {
    /// Runs it to its end in silence; `None` when it succeeds, else the last thing that it said.
    fn run(&mut self) -> io::Result<Option<String>>;
}

impl Run for Command {
    fn run(&mut self) -> io::Result<Option<String>> {
        let output = self.env_remove("PYTHONHOME").env_remove("PYTHONPATH").stdin(Stdio::null()).output()?;
        if output.status.success() {
            return Ok(None);
        }
        let said = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let last =
            said.iter().flat_map(|text| text.lines().rev()).map(str::trim).find(|line| !line.is_empty() && !line.starts_with("[notice]"));
        Ok(Some(last.map_or_else(|| output.status.to_string(), str::to_owned)))
    }
}
