//! The local store: a folder of `.wcalang/` beside the file.
//!
//! ```text
//! .wcalang/aws-123456789012-eu-west-1-shop/
//!   lock                who holds it; locked by the operating system, so a dead process holds nothing
//!   snapshot.json       a whole state
//!   journal.jsonl       the batches since then, one per line
//!   journal-12.jsonl    the batches up to serial 12, for `state log`
//!   journal.torn        what was cut from the ends of journals
//!   digest.key          the key of the digests of secrets
//! ```
//!
//! A crash at any instant leaves the snapshot and a journal of which at most the last line is torn: its append never returned,
//! so nothing relied on it, and it is cut. Batches that the snapshot already holds are skipped. Anything else that does not read
//! is an error, and nothing is overwritten.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use wcalang_model::source::World;

use crate::state::files::{self, Privacy, io_error};
use crate::state::sealed::{self, Batch, Snapshot, Unsealed};
use crate::state::{DigestKey, Holder, Key, LocalJournal, Notice, State, StateError};

/// Where a stack's local state is.
#[derive(Debug, Clone)]
pub struct LocalStore {
    folder: PathBuf,
    key: Key,
}

/// A state as it was read, and what there is to say about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened<T> {
    /// What was opened.
    pub content: T,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

impl LocalStore {
    /// The store of a key, in `.wcalang/` of the folder that the file lies in. Touches nothing.
    pub fn new(beside: &Path, key: Key) -> Self {
        LocalStore { folder: beside.join(".wcalang").join(key.folder()), key }
    }

    /// The keys under which a stack of this region and name has state beside a file.
    pub fn find(beside: &Path, region: &str, stack: &str, sandbox: bool) -> Vec<Key> {
        let folders = fs::read_dir(beside.join(".wcalang")).into_iter().flatten().flatten();
        let mut keys: Vec<Key> = folders.filter_map(|entry| Key::of_folder(entry.file_name().to_str()?, region, stack, sandbox)).collect();
        keys.sort_by_key(Key::section);
        keys
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The state, without the lock: what a run in progress has made durable so far. Writes nothing.
    pub fn read(&self) -> Result<Opened<State>, StateError> {
        let replayed = self.replay()?;
        Ok(Opened { notices: replayed.notice().into_iter().collect(), content: replayed.state })
    }

    /// Takes the lock and opens the store for appending. A torn tail is cut, after a copy of it was kept.
    pub fn open(&self, world: &dyn World) -> Result<Opened<LocalJournal>, StateError> {
        self.make_folder()?;
        let lock = self.lock(world)?;
        let replayed = self.replay()?;
        let path = self.journal();
        let mut file = files::open(OpenOptions::new().append(true).create(true), &path, Privacy::Owner)
            .map_err(|error| io_error(&path, "write", &error))?;
        files::sync_folder_of(&path)?;
        if !replayed.torn.is_empty() {
            self.cut(&mut file, &replayed)?;
        }
        let notices = replayed.notice().into_iter().collect();
        let (folder, length, state) = (self.folder.clone(), replayed.whole, replayed.state);
        Ok(Opened { content: LocalJournal::new(folder, file, length, state, lock), notices })
    }

    /// Everything that was ever appended, oldest first, as far as it is kept.
    pub fn log(&self) -> Result<Vec<Batch>, StateError> {
        let mut older: Vec<(u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let serial = name.to_str().and_then(|name| name.strip_prefix("journal-")?.strip_suffix(".jsonl")?.parse().ok());
            older.extend(serial.map(|serial| (serial, entry.path())));
        }
        older.sort();
        let mut batches = Vec::new();
        for path in older.into_iter().map(|(_, path)| path).chain([self.journal()]) {
            let lines = read_lines(&path, &files::read(&path)?.unwrap_or_default())?;
            batches.extend(lines.batches);
        }
        batches.dedup_by_key(|batch| batch.serial);
        Ok(batches)
    }

    /// The key of the digests, if there is one. Without one, whether secrets changed cannot be told.
    pub fn digest_key(&self) -> Result<Option<DigestKey>, StateError> {
        let path = self.folder.join("digest.key");
        let Some(text) = files::read(&path)? else { return Ok(None) };
        let what = "it is not 64 hexadecimal digits".to_string();
        DigestKey::from_text(&text).map(Some).ok_or(StateError::Damaged { path, at: "line 1".into(), what })
    }

    /// The key of the digests; a new one is made where there is none. Only for a run that has the lock.
    pub fn need_digest_key(&self, world: &dyn World) -> Result<DigestKey, StateError> {
        if let Some(key) = self.digest_key()? {
            return Ok(key);
        }
        self.make_folder()?;
        let key = DigestKey::new(world);
        files::replace(&self.folder.join("digest.key"), key.to_text().as_bytes(), Privacy::Owner)?;
        Ok(key)
    }

    fn journal(&self) -> PathBuf {
        self.folder.join("journal.jsonl")
    }

    /// Makes the folder, and tells git to leave it alone: it may hold the key of the digests.
    fn make_folder(&self) -> Result<(), StateError> {
        fs::create_dir_all(&self.folder).map_err(|error| io_error(&self.folder, "make", &error))?;
        let ignore = self.folder.with_file_name(".gitignore");
        if !ignore.exists() {
            files::replace(&ignore, b"*\n", Privacy::Shared)?;
        }
        Ok(())
    }

    fn lock(&self, world: &dyn World) -> Result<File, StateError> {
        let path = self.folder.join("lock");
        let refused = |error: &std::io::Error| io_error(&path, "lock", error);
        let mut file = files::open(OpenOptions::new().read(true).write(true).create(true).truncate(false), &path, Privacy::Shared)
            .map_err(|error| refused(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Whoever has just taken the lock may not have written its name yet.
                let read = file.read_to_string(&mut text).is_ok();
                let holder = if read { serde_json::from_str(&text).unwrap_or_default() } else { Holder::default() };
                return Err(StateError::Held { holder });
            }
            Err(TryLockError::Error(error)) => return Err(refused(&error)),
        }
        let holder = Holder { pid: std::process::id(), host: host(world), since: world.now().as_secs() };
        let text = serde_json::to_string(&holder).unwrap_or_default();
        file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(|error| refused(&error))?;
        Ok(file)
    }

    /// The state that the files add up to. The journal is read before the snapshot: a run in progress may fold the one into the
    /// other, and a snapshot read later holds at least what the journal read earlier began from.
    fn replay(&self) -> Result<Replayed, StateError> {
        let path = self.journal();
        let Lines { batches, whole, torn, .. } = read_lines(&path, &files::read(&path)?.unwrap_or_default())?;
        let mut state = self.snapshot()?.unwrap_or_else(|| State::new(self.key.stack.clone()));
        for (index, batch) in batches.iter().enumerate().filter(|(_, batch)| batch.serial > state.serial).collect::<Vec<_>>() {
            if batch.serial != state.serial + 1 {
                let what = format!("it has serial {}, and {} is what follows", batch.serial, state.serial + 1);
                return Err(StateError::Damaged { path, at: format!("line {}", index + 1), what });
            }
            state.take(&batch.events);
        }
        if state.stack != self.key.stack || state.place.as_ref().is_some_and(|place| *place != self.key.place) {
            let place = state.place.map(|place| format!(" in account {}, {}", place.account, place.region)).unwrap_or_default();
            let what = format!("it is the state of stack {}{place}", state.stack);
            return Err(StateError::Damaged { path: self.folder.clone(), at: "its owner".into(), what });
        }
        Ok(Replayed { path, state, whole, torn })
    }

    fn snapshot(&self) -> Result<Option<State>, StateError> {
        let path = self.folder.join("snapshot.json");
        let Some(text) = files::read(&path)? else { return Ok(None) };
        let line = text.strip_suffix(b"\n").unwrap_or(&text);
        let snapshot = sealed::unseal::<Snapshot>(line).map_err(|why| unreadable(&path, 1, why))?;
        Ok(Some(snapshot.state))
    }

    /// Cuts a torn tail, after a copy of it was kept.
    fn cut(&self, file: &mut File, replayed: &Replayed) -> Result<(), StateError> {
        let kept = self.folder.join("journal.torn");
        files::open(OpenOptions::new().append(true).create(true), &kept, Privacy::Owner)
            .and_then(|mut copy| {
                copy.write_all(&replayed.torn)?;
                copy.write_all(b"\n")?;
                copy.sync_all()
            })
            .map_err(|error| io_error(&kept, "write", &error))?;
        file.set_len(replayed.whole).and_then(|()| file.sync_all()).map_err(|error| io_error(&replayed.path, "write", &error))
    }
}

/// What the files of a store add up to.
struct Replayed {
    path: PathBuf,
    state: State,
    /// The length of the journal's whole records.
    whole: u64,
    /// What follows them.
    torn: Vec<u8>,
}

impl Replayed {
    fn notice(&self) -> Option<Notice> {
        let serial = self.state.serial;
        (!self.torn.is_empty()).then(|| Notice::TornTail { path: self.path.clone(), bytes: self.torn.len(), serial })
    }
}

/// The lines of a journal.
struct Lines {
    batches: Vec<Batch>,
    whole: u64,
    torn: Vec<u8>,
}

fn read_lines(path: &Path, text: &[u8]) -> Result<Lines, StateError> {
    let mut lines = Lines { batches: Vec::new(), whole: 0, torn: Vec::new() };
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after, ended) = match rest.iter().position(|&byte| byte == b'\n') {
            Some(end) => (&rest[..end], &rest[end + 1..], true),
            None => (rest, &rest[rest.len()..], false),
        };
        match sealed::unseal::<Batch>(line) {
            Ok(batch) if ended => {
                lines.batches.push(batch);
                lines.whole += line.len() as u64 + 1;
            }
            Ok(_) | Err(Unsealed::Torn) if after.is_empty() => lines.torn = rest.to_vec(),
            Ok(_) => {}
            Err(why) => return Err(unreadable(path, lines.batches.len() + 1, why)),
        }
        rest = after;
    }
    Ok(lines)
}

fn unreadable(path: &Path, line: usize, why: Unsealed) -> StateError {
    let what = match why {
        Unsealed::Newer(version) => return StateError::Newer { path: path.to_path_buf(), version },
        Unsealed::Torn => "its checksum does not fit".to_string(),
        Unsealed::Unreadable(what) => what,
    };
    StateError::Damaged { path: path.to_path_buf(), at: format!("line {line}"), what }
}

fn host(world: &dyn World) -> String {
    let asked = ["HOSTNAME", "COMPUTERNAME"].iter().find_map(|name| world.env(name));
    let read = || world.read(Path::new("/etc/hostname")).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    asked.or_else(read).map(|name| name.trim().to_string()).filter(|name| !name.is_empty()).unwrap_or_else(|| "this machine".to_string())
}
