//! The AWS name of a resource: chosen once, from its address, within the limit of its kind. Whether it is free is asked elsewhere.

use sha2::{Digest, Sha256};
use wcalang_model::kind::{CreateClass, KindSchema, Naming};
use wcalang_model::value::Address;

/// The AWS name of the next generation of a resource. Revisions share a name, and parts are told apart by what they are part of:
/// only what must be unique by its name gets the generation behind it.
pub fn next(address: &Address, schema: &KindSchema, generation: u32) -> Option<String> {
    let generation = match schema.create {
        CreateClass::Token | CreateClass::Natural | CreateClass::Tagged => generation,
        CreateClass::Upsert | CreateClass::Harmless => 1,
    };
    choose(address, schema.naming, generation)
}

/// The input that holds the AWS name, if the kind has one.
pub fn name_field(naming: Naming) -> Option<&'static str> {
    match naming {
        Naming::Field { field, .. } => Some(field),
        Naming::None | Naming::Tag => None,
    }
}

/// The AWS name of a generation of a resource: its name; from the second generation on with the generation behind it. A name that
/// is too long is cut, and ends in a hash of the whole, so that two long names stay two.
pub fn choose(address: &Address, naming: Naming, generation: u32) -> Option<String> {
    let Naming::Field { max, lower, .. } = naming else { return None };
    let name = if lower { address.name.to_lowercase() } else { address.name.clone() };
    let suffix = if generation > 1 { format!("-g{generation}") } else { String::new() };
    let room = (max as usize).saturating_sub(suffix.len());
    if name.chars().count() <= room {
        return Some(name + &suffix);
    }
    let hash: String = Sha256::digest(address.name.as_bytes()).iter().take(3).map(|byte| format!("{byte:02x}")).collect();
    let cut: String = name.chars().take(room.saturating_sub(hash.len() + 1)).collect();
    Some(format!("{}-{hash}{suffix}", cut.trim_end_matches(['-', '.', '_', '/'])))
}

/// The mark of a resource, which its tag carries and [`wcalang_model::kind::Calls::find`] looks for: 32 hexadecimal digits that
/// follow from whose it is, how often nothing was left of its address (its life), and which one it is in this life. So no two
/// resources of a stack ever have the same one, and the same stack made twice has the same ones.
pub fn mark(stack: &str, address: &Address, life: u32, generation: u32) -> String {
    let digest = Sha256::digest(format!("{stack}\n{address}\n{life}\n{generation}").as_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::choose;
    use wcalang_model::kind::Naming;
    use wcalang_model::value::Address;

    const FIELD: Naming = Naming::Field { field: "name", max: 20, lower: true };

    #[test]
    fn short_names_stay() {
        assert_eq!(choose(&Address::new("k", "Shop"), FIELD, 1).as_deref(), Some("shop"));
        assert_eq!(choose(&Address::new("k", "Shop"), FIELD, 2).as_deref(), Some("shop-g2"));
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let name = |name: &str, generation| choose(&Address::new("k", name), FIELD, generation).unwrap_or_default();
        let (one, two) = (name("a-very-long-name-of-one", 1), name("a-very-long-name-of-two", 1));
        assert_ne!(one, two);
        assert!(one.len() <= 20 && name("a-very-long-name-of-one", 12).len() <= 20);
    }
}
