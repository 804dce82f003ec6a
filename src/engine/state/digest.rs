//! The keyed digest by which a secret is recorded: whether it changed can be told, what it is cannot.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use wcalang_model::source::World;
use wcalang_model::value::{Datum, Fields, Secret};

use crate::state::sealed::hex;

/// The key of a stack's digests. It lies beside the state, readable by its owner alone, and is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct DigestKey([u8; 32]);

impl DigestKey {
    /// A new one.
    pub fn new(world: &dyn World) -> Self {
        let mut bytes = [0; 32];
        for half in bytes.chunks_mut(16) {
            half.copy_from_slice(&world.random().to_le_bytes());
        }
        DigestKey(bytes)
    }

    /// The digest of a secret: HMAC-SHA256, in hexadecimal.
    pub fn digest(&self, secret: &Secret) -> String {
        // HMAC takes keys of every length, so there is no other case.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(secret.expose().as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    /// The fields as they are recorded: every secret replaced by its digest.
    pub fn seal(&self, fields: &Fields) -> Fields {
        fields.iter().map(|(name, datum)| (name.clone(), self.seal_datum(datum))).collect()
    }

    fn seal_datum(&self, datum: &Datum) -> Datum {
        match datum {
            Datum::Secret(secret) => Datum::Digest(self.digest(secret)),
            Datum::List(items) => Datum::List(items.iter().map(|item| self.seal_datum(item)).collect()),
            Datum::Record(fields) => Datum::Record(self.seal(fields)),
            Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Digest(_) | Datum::Unknown => datum.clone(),
        }
    }

    /// The key as the text of its file.
    pub(crate) fn to_text(&self) -> String {
        format!("{}\n", hex(&self.0))
    }

    /// The key of a file's text.
    pub(crate) fn from_text(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?.trim_end();
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
        }
        Some(DigestKey(bytes))
    }
}

impl std::fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestKey(secret)")
    }
}
