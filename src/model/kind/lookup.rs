//! Facts asked of the cloud and pinned in the lock file: an image, a certificate, the zones of a region.

use crate::kind::{Cx, LocalFuture, Outcome, RecordSchema};
use crate::value::Fields;

/// The call of a lookup.
pub type Ask = for<'a> fn(&'a Cx, &'a Fields) -> LocalFuture<'a, Outcome<Fields>>;

/// A lookup: in the language `lookup.NAME { arguments }`, a record of its outputs.
pub struct LookupEntry {
    /// Its name.
    pub name: &'static str,
    /// What it asks; its documentation is the record's.
    pub arguments: &'static RecordSchema,
    /// What it answers.
    pub outputs: &'static RecordSchema,
    /// Asks the cloud. None where the calls are not compiled in.
    pub ask: Option<Ask>,
}

impl std::fmt::Debug for LookupEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
