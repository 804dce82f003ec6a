//! The members of finite inputs: every combination is a stack that the file can be. Tried by `check`; two of them must be able to
//! stand side by side.

use std::collections::BTreeMap;

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::inputs::SAME_NAMES;
use wcalang_model::source::Span;
use wcalang_model::value::Address;

use crate::graph::Standing;
use crate::inputs::{Given, Input, members};

/// How many combinations of finite inputs are tried at most.
const COMBINATIONS: usize = 64;

/// How many names a problem lists.
const LISTED: usize = 3;

/// What is given, with the defaults of finite inputs that are not.
pub fn chosen(declared: &[Input], given: &BTreeMap<String, Given>) -> BTreeMap<String, Given> {
    let mut chosen = given.clone();
    for input in declared.iter().filter(|input| !input.secret && !given.contains_key(&input.name)) {
        if let Some(member) = members(input).into_iter().find(|member| input.default.as_ref() == Some(member)) {
            chosen.insert(input.name.clone(), member);
        }
    }
    chosen
}

/// Every combination of the members of finite inputs.
pub fn combinations(declared: &[Input], chosen: &BTreeMap<String, Given>) -> Vec<BTreeMap<String, Given>> {
    let mut all = vec![chosen.clone()];
    for input in declared.iter().filter(|input| !input.secret) {
        let members = members(input);
        if !members.is_empty() && all.len() * members.len() <= COMBINATIONS {
            let with = |given: &BTreeMap<String, Given>| {
                let with_member = members.iter().map(|member| {
                    let mut given = given.clone();
                    given.insert(input.name.clone(), member.clone());
                    given
                });
                with_member.collect::<Vec<_>>()
            };
            all = all.iter().flat_map(with).collect();
        }
    }
    all
}

/// The finite inputs of a combination: `stage = "prod"`.
pub fn describe(declared: &[Input], given: &BTreeMap<String, Given>) -> String {
    let finite = declared.iter().filter(|input| !members(input).is_empty());
    let texts = finite.filter_map(|input| Some(format!("{} = {}", input.name, shown(given.get(&input.name)?))));
    texts.collect::<Vec<_>>().join(", ")
}

/// Two combinations that cannot stand side by side: they would give something in one place the same AWS name.
pub fn collision(declared: &[Input], stacks: &[(BTreeMap<String, Given>, Standing)]) -> Option<Problem> {
    for (index, (one_given, one)) in stacks.iter().enumerate() {
        for (other_given, other) in &stacks[index + 1..] {
            if !one.is_beside(other) {
                continue;
            }
            let both: Vec<(&Address, &Span)> = one.names.iter().filter(|(name, _)| other.names.contains_key(name)).collect();
            let differs = |input: &&Input| one_given.get(&input.name) != other_given.get(&input.name);
            let differing: Vec<&Input> = declared.iter().filter(differs).collect();
            let with = |given: &BTreeMap<String, Given>| describe(&differing.iter().copied().cloned().collect::<Vec<_>>(), given);
            let listed: Vec<String> = both.iter().take(LISTED).map(|(name, _)| name.to_string()).collect();
            let more = if both.len() > LISTED { format!(" and {} more", both.len() - LISTED) } else { String::new() };
            // A name that is written as it is says more than a call that makes it.
            let Some((_, named)) = both.iter().min_by_key(|(_, named)| named.end - named.start) else { continue };
            let (one_with, other_with) = (with(one_given), with(other_given));
            let message = format!("the stacks of {one_with} and of {other_with} would use the same AWS names: {}{more}", listed.join(", "));
            let mut problem = Problem::error(&SAME_NAMES, message).label(**named, "this has one name in both");
            for input in &differing {
                problem = problem.label(input.span, "and this chooses the stack");
            }
            let input = differing.first().map_or("stage", |input| input.name.as_str());
            return Some(problem.help(format!("let names depend on it: name = \"{}-${{{input}}}\";", both[0].0.name)));
        }
    }
    None
}

fn shown(given: &Given) -> String {
    match given {
        Given::Text(text) => format!("{text:?}"),
        Given::Data(datum) => datum.to_json().to_string(),
    }
}
