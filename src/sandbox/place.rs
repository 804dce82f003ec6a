//! Where the sandbox lives: one folder in the user's cache, with a lock; and the launcher that the binary carries.
//!
//! ```text
//! ~/.cache/wcalang/sandbox/
//!   lock                held while a sandbox is started or stopped
//!   server.json         the running server: process, port, digest
//!   server.log          what it said
//!   venv-<hash>/        the environment, by its requirements; `ready` in it says that it is whole
//!   code-<digest>/      the launcher, by its text
//! ```

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::SandboxError;

pub(super) const REQUIREMENTS: &str = include_str!("requirements.txt");

/// The launcher, file by file.
const CODE: [(&str, &str); 8] = [
    ("emulator.py", include_str!("emulator.py")),
    ("gaps/__init__.py", include_str!("gaps/__init__.py")),
    ("gaps/network.py", include_str!("gaps/network.py")),
    ("gaps/containers.py", include_str!("gaps/containers.py")),
    ("gaps/scaling.py", include_str!("gaps/scaling.py")),
    ("gaps/stores.py", include_str!("gaps/stores.py")),
    ("gaps/delivery.py", include_str!("gaps/delivery.py")),
    ("gaps/tags.py", include_str!("gaps/tags.py")),
];

/// The sandbox's folder.
pub(super) struct Place {
    folder: PathBuf,
    digest: String,
}

impl Place {
    /// In `$XDG_CACHE_HOME`, or in `~/.cache`.
    pub(super) fn of_user() -> Result<Self, SandboxError> {
        let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let cache =
            absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache"))).ok_or_else(|| SandboxError {
                what: "there is no cache folder for the sandbox".to_owned(),
                help: "set HOME or XDG_CACHE_HOME to an absolute path".to_owned(),
            })?;
        Ok(Self { folder: cache.join("wcalang").join("sandbox"), digest: digest_of_code() })
    }

    /// What tells this version's sandbox from another's.
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    pub(super) fn record(&self) -> PathBuf {
        self.folder.join("server.json")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    pub(super) fn venv(&self) -> PathBuf {
        self.folder.join(format!("venv-{}", fnv(FNV_START, REQUIREMENTS)))
    }

    pub(super) fn code(&self) -> PathBuf {
        self.folder.join(format!("code-{}", self.digest))
    }

    /// Makes the folder and takes its lock, waiting for whoever has it. The lock ends with the file, or with the process.
    pub(super) fn lock(&self, progress: &mut dyn FnMut(&str)) -> Result<File, SandboxError> {
        fs::create_dir_all(&self.folder).map_err(|error| unusable(&self.folder, &error))?;
        let path = self.folder.join("lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| unusable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                progress("waiting for another wcalang, which is starting or stopping the sandbox");
                file.lock().map_err(|error| unusable(&path, &error))?;
                Ok(file)
            }
            Err(TryLockError::Error(error)) => Err(unusable(&path, &error)),
        }
    }

    /// Writes the launcher; answers the path of what is to be run.
    pub(super) fn write_code(&self) -> Result<PathBuf, SandboxError> {
        for (name, text) in CODE {
            let path = self.code().join(name);
            let folder = path.parent().unwrap_or(&self.folder);
            fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
            fs::write(&path, text).map_err(|error| unusable(&path, &error))?;
        }
        Ok(self.code().join(CODE[0].0))
    }

    /// Removes what other versions left. What cannot be removed stays: it is in nobody's way.
    pub(super) fn tidy(&self) {
        let keep = [self.venv(), self.code()];
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with("venv-") || name.starts_with("code-"));
            if ours && !keep.contains(&entry.path()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// A file or folder of the sandbox that cannot be read or written.
pub(super) fn unusable(path: &Path, error: &std::io::Error) -> SandboxError {
    SandboxError {
        what: format!("the sandbox cannot use {}: {error}", path.display()),
        help: "make the folder writable, or set XDG_CACHE_HOME to another one".to_owned(),
    }
}

fn digest_of_code() -> String {
    let state = CODE.iter().fold(FNV_START, |state, (name, text)| step(step(state, name), text));
    fnv(state, REQUIREMENTS)
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a with 64 bits: the same on every build, which the standard library's hashers do not promise.
fn fnv(state: u64, text: &str) -> String {
    format!("{:016x}", step(state, text))
}

fn step(state: u64, text: &str) -> u64 {
    text.bytes().fold(state, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
