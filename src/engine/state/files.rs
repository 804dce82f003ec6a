//! Files that are never half written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::state::StateError;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// As the system's defaults say.
    Shared,
    /// Its owner alone.
    Owner,
}

/// The bytes of a file; None if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, StateError> {
    #[expect(clippy::disallowed_methods, reason = "state lives in files")]
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(path, "read", &error)),
    }
}

/// Puts a file in place of what was there, whole and durable: a temporary file beside it is written, synced and renamed.
pub(crate) fn replace(path: &Path, bytes: &[u8], privacy: Privacy) -> Result<(), StateError> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    let temporary = path.with_file_name(name);
    let written = open(OpenOptions::new().write(true).create(true).truncate(true), &temporary, privacy).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| io_error(&temporary, "write", &error))?;
    fs::rename(&temporary, path).map_err(|error| io_error(path, "write", &error))?;
    sync_folder_of(path)
}

/// Opens a file; one that is made is made for these readers.
pub(crate) fn open(options: &mut OpenOptions, path: &Path, privacy: Privacy) -> io::Result<File> {
    #[cfg(unix)]
    if privacy == Privacy::Owner {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = privacy;
    options.open(path)
}

/// Makes the folder's list of files durable. Only Unix needs, and has, a call for it.
pub(crate) fn sync_folder_of(path: &Path) -> Result<(), StateError> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| io_error(folder, "sync", &error))?;
    }
    Ok(())
}

/// What the system said, as an error of the store.
pub(crate) fn io_error(path: &Path, doing: &'static str, error: &io::Error) -> StateError {
    StateError::Io { path: path.to_path_buf(), doing, what: error.to_string() }
}
