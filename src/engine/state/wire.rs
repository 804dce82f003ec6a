//! How the vocabulary of the model is written in the files of the state: addresses, identities and places as text, fields as
//! JSON. Each module is for `#[serde(with = …)]`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wcalang_model::kind::Place;
use wcalang_model::value::{Address, Datum, Fields};

/// An address as `kind/name`.
pub mod address {
    use super::*;

    /// Writes it.
    pub fn serialize<S: Serializer>(address: &Address, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(address)
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Address, D::Error> {
        parse(&String::deserialize(deserializer)?)
    }

    pub(super) fn parse<E: serde::de::Error>(text: &str) -> Result<Address, E> {
        Address::parse(text).ok_or_else(|| E::custom(format!("`{text}` is no address")))
    }
}

/// Addresses as a list.
pub mod addresses {
    use super::*;
    use std::collections::BTreeSet;

    /// Writes them.
    pub fn serialize<S: Serializer>(addresses: &BTreeSet<Address>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(addresses.iter().map(Address::to_string))
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<Address>, D::Error> {
        Vec::<String>::deserialize(deserializer)?.iter().map(|text| address::parse(text)).collect()
    }
}

/// An identity as text.
pub mod id {
    use super::*;
    use wcalang_model::kind::Id;

    /// Writes it.
    pub fn serialize<S: Serializer>(id: &Id, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(id.as_str())
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        String::deserialize(deserializer).map(Id)
    }
}

/// An identity that may be absent.
pub mod maybe_id {
    use super::*;
    use wcalang_model::kind::Id;

    /// Writes it.
    pub fn serialize<S: Serializer>(id: &Option<Id>, serializer: S) -> Result<S::Ok, S::Error> {
        id.as_ref().map(Id::as_str).serialize(serializer)
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Id>, D::Error> {
        Option::<String>::deserialize(deserializer).map(|text| text.map(Id))
    }
}

/// The resources of a state, by address.
pub mod resources {
    use super::*;
    use crate::state::Recorded;
    use std::collections::BTreeMap;

    /// Writes them.
    pub fn serialize<S: Serializer>(resources: &BTreeMap<Address, Recorded>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(resources.iter().map(|(address, recorded)| (address.to_string(), recorded)))
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Address, Recorded>, D::Error> {
        let read = BTreeMap::<String, Recorded>::deserialize(deserializer)?;
        read.into_iter().map(|(text, recorded)| Ok((address::parse(&text)?, recorded))).collect()
    }
}

/// Numbers by address.
pub mod counts {
    use super::*;
    use std::collections::BTreeMap;

    /// Writes them.
    pub fn serialize<S: Serializer>(counts: &BTreeMap<Address, u32>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(counts.iter().map(|(address, count)| (address.to_string(), count)))
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Address, u32>, D::Error> {
        let read = BTreeMap::<String, u32>::deserialize(deserializer)?;
        read.into_iter().map(|(text, count)| Ok((address::parse(&text)?, count))).collect()
    }
}

/// Fields as [`Datum::to_json`] writes them.
pub mod fields {
    use super::*;

    /// Writes them.
    pub fn serialize<S: Serializer>(fields: &Fields, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(fields.iter().map(|(name, datum)| (name, datum.to_json())))
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        let read = serde_json::Map::<String, serde_json::Value>::deserialize(deserializer)?;
        Ok(read.iter().map(|(name, json)| (name.clone(), Datum::from_json(json))).collect())
    }
}

/// Fields that may be absent.
pub mod maybe_fields {
    use super::*;

    /// Writes them.
    pub fn serialize<S: Serializer>(known: &Option<Fields>, serializer: S) -> Result<S::Ok, S::Error> {
        match known {
            Some(known) => fields::serialize(known, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Fields>, D::Error> {
        let read = Option::<serde_json::Map<String, serde_json::Value>>::deserialize(deserializer)?;
        Ok(read.map(|read| read.iter().map(|(name, json)| (name.clone(), Datum::from_json(json))).collect()))
    }
}

/// A place as `partition/account/region`.
pub mod known_place {
    use super::*;

    /// Writes it.
    pub fn serialize<S: Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}/{}/{}", place.partition, place.account, place.region))
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Place, D::Error> {
        parse(&String::deserialize(deserializer)?)
    }

    pub(super) fn parse<E: serde::de::Error>(text: &str) -> Result<Place, E> {
        match text.split('/').collect::<Vec<_>>()[..] {
            [partition, account, region] => {
                Ok(Place { partition: partition.to_string(), account: account.to_string(), region: region.to_string() })
            }
            _ => Err(E::custom(format!("`{text}` is no partition/account/region"))),
        }
    }
}

/// A place that may be absent.
pub mod place {
    use super::*;

    /// Writes it.
    pub fn serialize<S: Serializer>(place: &Option<Place>, serializer: S) -> Result<S::Ok, S::Error> {
        match place {
            Some(place) => known_place::serialize(place, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Place>, D::Error> {
        let read = Option::<String>::deserialize(deserializer)?;
        read.map(|text| known_place::parse(&text)).transpose()
    }
}
