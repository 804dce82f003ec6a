//! Attributes of load balancers and target groups: a map of texts, of which a field or two make one.

use std::collections::BTreeMap;
use std::time::Duration;

/// Attributes that a resource has, by AWS's key.
#[derive(Debug, Default)]
pub(super) struct Attributes(BTreeMap<String, String>);

/// How many resources' attributes are asked for at once.
pub(super) const AT_ONCE: usize = 8;

/// An attribute that follows from a field: the field, AWS's key and the value.
pub(super) type Wanted = (&'static str, &'static str, String);

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        Attributes(items.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl Attributes {
    /// The text of a key; None where this type of resource has no such attribute.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Whether a switch is on.
    pub(super) fn on(&self, key: &str, default: bool) -> bool {
        self.text(key).map_or(default, |text| text == "true")
    }

    /// A time in seconds.
    pub(super) fn seconds(&self, key: &str, default: Duration) -> Duration {
        self.text(key).and_then(|text| text.parse().ok()).map_or(default, Duration::from_secs)
    }
}
