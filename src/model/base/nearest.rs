//! The nearest of the names that exist, for "did you mean".

/// The candidate most like `name`, if one is near enough to be a slip of the keyboard: at most a third of its letters differ,
/// counting a swap of neighbours as one (Damerau–Levenshtein), or only its case does.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(a: &str, b: &str) -> usize {
    if a.eq_ignore_ascii_case(b) { 0 } else { strsim::damerau_levenshtein(a, b) }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_found_and_a_stranger_is_not() {
        assert_eq!(nearest("cird", ["cidr", "zones"]), Some("cidr"));
        assert_eq!(nearest("multiaz", ["multiAz", "zones"]), Some("multiAz"));
        assert_eq!(nearest("banana", ["cidr", "zones"]), None);
    }
}
