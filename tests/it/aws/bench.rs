//! A bench: an emulated account, a proxy before it, a folder with the examples, and the binary run there.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::emulator::Emulator;
use super::proxy::Proxy;

/// How long a command may take before it is ended.
const PATIENCE: Duration = Duration::from_secs(240);
const PAUSE: Duration = Duration::from_millis(10);

/// A place to try a stack.
pub struct Bench {
    /// The folder, with a copy of the examples.
    pub folder: PathBuf,
    /// What counts and spoils the calls.
    pub proxy: Proxy,
    /// The account.
    pub emulator: Emulator,
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Said {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// Its results.
    pub stdout: String,
    /// Everything else.
    pub stderr: String,
}

/// A command that runs.
#[derive(Clone)]
pub struct Running {
    child: Arc<Mutex<Option<Child>>>,
    out: PathBuf,
    err: PathBuf,
}

impl Bench {
    /// An empty account, and a folder of this name.
    pub fn new(name: &str) -> Self {
        let folder = folder_of_run().join("aws").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for from in [project().join("examples"), project().join("tests/aws")] {
            for entry in fs::read_dir(from).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
                }
            }
        }
        let emulator = Emulator::take(&["live.worldcubeassociation.org"]);
        let proxy = Proxy::start(emulator.port());
        Self { folder, proxy, emulator }
    }

    /// Runs a command to its end: `apply web.wca --yes`.
    pub fn run(&self, line: &str) -> Said {
        self.start(line).wait()
    }

    /// Runs a command that must end with this code.
    pub fn expect(&self, code: i32, line: &str) -> Said {
        let said = self.run(line);
        assert!(said.code == Some(code), "{line}: exit {:?}, want {code}\n{}{}", said.code, said.stdout, said.stderr);
        said
    }

    /// Starts a command.
    pub fn start(&self, line: &str) -> Running {
        let running = self.idle();
        running.launch(self, line);
        running
    }

    /// A command yet to be launched: what is to end it can know it before.
    pub fn idle(&self) -> Running {
        static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let said = |which: &str| self.folder.join(format!("{count}.{which}"));
        Running { child: Arc::default(), out: said("out"), err: said("err") }
    }

    /// Everything that the runs here said and recorded, file by file.
    pub fn written(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut texts = BTreeMap::new();
        let mut folders = vec![self.folder.join(".wcalang")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    texts.insert(path.clone(), fs::read(&path).unwrap());
                }
            }
        }
        let said = |path: &Path| path.extension().is_some_and(|kind| kind == "out" || kind == "err" || kind == "lock");
        for entry in fs::read_dir(&self.folder).unwrap() {
            let path = entry.unwrap().path();
            if said(&path) {
                texts.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
        texts
    }
}

impl Running {
    /// Launches it.
    pub fn launch(&self, bench: &Bench, line: &str) {
        let mut slot = self.child.lock().unwrap();
        let child = command(&bench.folder)
            .args(line.split(' '))
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", bench.proxy.port))
            .env("AWS_ACCESS_KEY_ID", "x")
            .env("AWS_SECRET_ACCESS_KEY", "x")
            .stdout(File::create(&self.out).unwrap())
            .stderr(File::create(&self.err).unwrap())
            .spawn()
            .unwrap();
        *slot = Some(child);
    }

    /// Ends it at once, as SIGKILL does.
    pub fn kill(&self) {
        if let Some(child) = self.child.lock().unwrap().as_mut() {
            child.kill().unwrap();
        }
    }

    /// Waits for its end.
    pub fn wait(&self) -> Said {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.ended() {
                break status;
            }
            if started.elapsed() > PATIENCE {
                self.kill();
            }
            sleep(PAUSE);
        };
        let read = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        Said { code: status.code(), stdout: read(&self.out), stderr: read(&self.err) }
    }

    fn ended(&self) -> Option<ExitStatus> {
        self.child.lock().unwrap().as_mut().and_then(|child| child.try_wait().unwrap())
    }
}

/// The binary in a folder, in an environment without anything of the machine's user.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(binary());
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
    command
}

/// The binary under test.
pub fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_wcalang")
}

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where the tests may write: it stays between runs.
pub fn folder_of_run() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}
