//! Tags and documents as IAM's calls write and read them.

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;
use wcalang_model::kind::{Intent, Outcome, Policy, Tags, tags};

use crate::fault::invalid;

/// Tags as a call takes them.
pub(super) fn written<'a>(tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Outcome<Vec<Tag>> {
    let tags = tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    tags.collect::<Result<_, _>>().map_err(|error| invalid("iam:TagRole", error))
}

/// The tags of an answer.
pub(super) fn read(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key(), tag.value())).collect()
}

/// Whether the create with this intent wrote these tags.
pub(super) fn of_intent(written: &[Tag], intent: &Intent) -> bool {
    written.iter().any(|tag| tag.key() == tags::INTENT && tag.value() == intent.mark)
}

/// What to write and which keys to remove, as IAM's calls take them.
pub(super) fn since(new: &Tags, old: &Tags) -> Outcome<(Vec<Tag>, Vec<String>)> {
    let (set, removed): (BTreeMap<String, String>, Vec<String>) = new.since(old);
    Ok((written(&set)?, removed))
}

/// A document of an answer. IAM percent-encodes it (RFC 3986).
pub(super) fn document(text: &str) -> Policy {
    if text.trim_start().starts_with('{') { Policy::parse(text) } else { Policy::parse(&percent_decoded(text)) }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        match rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[at + 3..];
            }
            None => {
                bytes.push(b'%');
                rest = &rest[at + 1..];
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_encoded_and_plain() {
        let plain = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*%é"}]}"#;
        let encoded = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22a%3Ab%22%2C%22Resource%22%3A%22%2A%25%C3%A9%22%7D%5D%7D";
        assert_eq!(document(plain), document(encoded));
    }
}
