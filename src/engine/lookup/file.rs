//! The lock file: the pins of every corner of the cloud, as JSON that people can read in a review.
//!
//! ```text
//! {
//!   "version": 1,
//!   "account": "123456789012",
//!   "sections": {
//!     "aws/123456789012/eu-west-1": {
//!       "blocks": { "main": { "app": { "1": "10.0.0.0/22", "2": "10.0.4.0/22" } } },
//!       "lookups": { "certificate": [ { "arguments": { "domain": "shop.example" }, "answer": { "arn": "arn:aws:…" } } ] }
//!     }
//!   }
//! }
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use wcalang_model::value::{Block, Fields, Lookup};

use crate::lookup::{Pins, PinsError};
use crate::state::files::{self, Privacy};
use crate::state::{Key, wire};

/// The version of the format that is written.
const VERSION: u64 = 1;

/// A lock file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PinFile {
    /// The account that the first apply pinned, where the file does not name one.
    pub account: Option<String>,
    sections: BTreeMap<String, Pins>,
}

impl PinFile {
    /// Reads it; one that does not exist has no pins. What does not read is an error, never taken for empty.
    pub fn read(path: &Path) -> Result<Self, PinsError> {
        match files::read(path)? {
            None => Ok(PinFile::default()),
            Some(text) => parse(path, &text),
        }
    }

    /// Writes it, whole or not at all, unless it says the same already.
    pub fn write(&self, path: &Path) -> Result<(), PinsError> {
        let text = self.to_text().map_err(|error| files::io_error(path, "write", &error.into()))?;
        let old = files::read(path)?;
        if old.as_deref() == Some(text.as_bytes()) || (old.is_none() && *self == PinFile::default()) {
            return Ok(());
        }
        Ok(files::replace(path, text.as_bytes(), Privacy::Shared)?)
    }

    /// The pins of a corner of the cloud, to read.
    pub fn section(&self, key: &Key) -> Option<&Pins> {
        self.sections.get(&key.section())
    }

    /// The pins that a run without the cloud at hand goes by: those of this account, or of the pinned one, in a region. None where
    /// no account is known yet.
    pub fn offline(&self, account: Option<&str>, region: &str) -> Option<&Pins> {
        let end = format!("/{}/{region}", account.or(self.account.as_deref())?);
        self.sections.iter().find(|(name, _)| !name.starts_with("sandbox/") && name.ends_with(&end)).map(|(_, pins)| pins)
    }

    /// The pins of a corner of the cloud, to change.
    pub fn pins(&mut self, key: &Key) -> &mut Pins {
        self.sections.entry(key.section()).or_default()
    }

    /// The text of the file: sorted, so that equal pins are equal bytes, and ending in a newline.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let sections = self.sections.iter().filter(|(_, pins)| !pins.is_empty());
        let sections = sections.map(|(name, pins)| (name.clone(), Section::of(pins))).collect();
        let mut text = serde_json::to_string_pretty(&Text { version: VERSION, account: self.account.clone(), sections })?;
        text.push('\n');
        Ok(text)
    }
}

fn parse(path: &Path, text: &[u8]) -> Result<PinFile, PinsError> {
    #[derive(Deserialize)]
    struct Version {
        version: u64,
    }
    if let Ok(Version { version }) = serde_json::from_slice(text)
        && version > VERSION
    {
        return Err(PinsError::Newer { path: path.to_path_buf(), version });
    }
    let text: Text =
        serde_json::from_slice(text).map_err(|error| PinsError::Damaged { path: path.to_path_buf(), what: error.to_string() })?;
    let mut sections = BTreeMap::new();
    for (name, section) in text.sections {
        let pins = section.pins().map_err(|what| PinsError::Damaged { path: path.to_path_buf(), what })?;
        sections.insert(name, pins);
    }
    Ok(PinFile { account: text.account, sections })
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    sections: BTreeMap<String, Section>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    /// By network, tier and zone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    blocks: BTreeMap<String, BTreeMap<String, BTreeMap<u32, String>>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    lookups: BTreeMap<String, Vec<Pin>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pin {
    #[serde(with = "wire::fields")]
    arguments: Fields,
    #[serde(with = "wire::fields")]
    answer: Fields,
}

impl Section {
    fn of(pins: &Pins) -> Self {
        let mut section = Section::default();
        for (Block { network, tier, zone }, net) in pins.blocks() {
            let tiers = section.blocks.entry(network.clone()).or_default();
            tiers.entry(tier.clone()).or_default().insert(*zone, net.to_string());
        }
        for (lookup, answer) in pins.answers() {
            let pin = Pin { arguments: lookup.arguments.clone(), answer: answer.clone() };
            section.lookups.entry(lookup.name.clone()).or_default().push(pin);
        }
        section
    }

    fn pins(self) -> Result<Pins, String> {
        let mut pins = Pins::default();
        let mut blocks = BTreeMap::new();
        for (network, tiers) in self.blocks {
            for (tier, zones) in tiers {
                for (zone, text) in zones {
                    let net = text.parse::<IpNet>().ok().filter(|net| net.trunc() == *net);
                    let net = net.ok_or_else(|| format!("{text:?} of {network}/{tier}/{zone} is no address block"))?;
                    blocks.insert(Block { network: network.clone(), tier: tier.clone(), zone }, net);
                }
            }
        }
        pins.set_blocks(&blocks);
        for (name, asked) in self.lookups {
            for Pin { arguments, answer } in asked {
                pins.set(&Lookup { name: name.clone(), arguments }, answer);
            }
        }
        Ok(pins)
    }
}
