//! The one door to the outside for everything that is not an AWS call: files, environment, clock, randomness.

#![expect(clippy::disallowed_methods, reason = "this is the room that may touch files, environment and clock")]

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the stages may ask of the machine they run on.
pub trait World: Send + Sync {
    /// The bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// An environment variable, if it is set and is Unicode.
    fn env(&self, name: &str) -> Option<String>;
    /// Every environment variable that is Unicode.
    fn env_all(&self) -> Vec<(String, String)>;
    /// The time since 1970-01-01 UTC.
    fn now(&self) -> Duration;
    /// 128 random bits.
    fn random(&self) -> u128;
}

/// The real machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsWorld;

impl World for OsWorld {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn env_all(&self) -> Vec<(String, String)> {
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
    }

    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn random(&self) -> u128 {
        let mut bytes = [0; 16];
        // A machine without randomness cannot make tokens that are unique: there is no safe way on.
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        u128::from_le_bytes(bytes)
    }
}

/// A machine made of maps, for tests: its clock stands still and its random numbers count up.
#[derive(Debug, Default)]
pub struct MemoryWorld {
    /// The files.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// The time since 1970-01-01 UTC.
    pub now: Duration,
    /// The last random number given.
    pub counter: std::sync::atomic::AtomicU64,
}

impl World for MemoryWorld {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn env(&self, name: &str) -> Option<String> {
        self.env.get(name).cloned()
    }

    fn env_all(&self) -> Vec<(String, String)> {
        self.env.clone().into_iter().collect()
    }

    fn now(&self) -> Duration {
        self.now
    }

    fn random(&self) -> u128 {
        u128::from(self.counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1)
    }
}
