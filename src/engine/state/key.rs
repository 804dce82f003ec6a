//! Which stack's state it is, in which corner of which cloud.

use wcalang_model::kind::Place;

/// What a state is kept under. Two runs with the same key share a state and exclude each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The corner of the cloud.
    pub place: Place,
    /// The stack's name.
    pub stack: String,
    /// Whether calls go to an endpoint that is not AWS's own: an emulator. What stands there is never taken for the real thing.
    pub sandbox: bool,
}

impl Key {
    /// The folder of its local state: `aws-123456789012-eu-west-1-shop`, `sandbox-aws-…`.
    pub fn folder(&self) -> String {
        let Place { partition, account, region } = &self.place;
        let sandbox = if self.sandbox { "sandbox-" } else { "" };
        escape(&format!("{sandbox}{partition}-{account}-{region}-{}", self.stack))
    }

    /// The key of a folder, if it is one of this region, stack and cloud.
    pub fn of_folder(folder: &str, region: &str, stack: &str, sandbox: bool) -> Option<Self> {
        let rest = if sandbox { folder.strip_prefix("sandbox-")? } else { folder };
        let (partition, account) = rest.strip_suffix(&escape(&format!("-{region}-{stack}")))?.rsplit_once('-')?;
        let place = Place { partition: partition.to_string(), account: account.to_string(), region: region.to_string() };
        let key = Key { place, stack: stack.to_string(), sandbox };
        (account.bytes().all(|byte| byte.is_ascii_digit()) && key.folder() == folder && (sandbox || !partition.starts_with("sandbox")))
            .then_some(key)
    }

    /// The section of its pins in the lock file: `aws/123456789012/eu-west-1`, `sandbox/aws/…`. Stacks have lock files of their
    /// own, so the name is no part of it.
    pub fn section(&self) -> String {
        let Place { partition, account, region } = &self.place;
        let sandbox = if self.sandbox { "sandbox/" } else { "" };
        format!("{sandbox}{partition}/{account}/{region}")
    }
}

/// The text as the name of one folder on any system: what is not a letter, digit, `-` or `_` is written `%` and its code.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02x}"));
        }
    }
    escaped
}
