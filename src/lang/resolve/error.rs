//! Problems of names.

use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::names;
use wcalang_model::source::Span;

use crate::prelude;
use crate::syntax::{Name, Names};

/// What those write who come from Nix, and what it is here.
const FROM_NIX: &[(&str, &str)] = &[
    ("abort", "`fail \"…\"`"),
    ("attrNames", "`names`"),
    ("attrValues", "`values`"),
    ("builtins", "in scope without a prefix: `wcalang doc` lists all functions"),
    ("cartesianProduct", "`list.combine`"),
    ("concatLines", "`string.joinMap \"\" (line: \"${line}\\n\")`"),
    ("concatLists", "`concat`"),
    ("concatMapAttrs", "`record.mergeAll (record.toList f map)`"),
    ("concatMapStrings", "`string.joinMap \"\" f`"),
    ("concatMapStringsSep", "`string.joinMap`"),
    ("concatStrings", "`join \"\"`"),
    ("concatStringsSep", "`join`"),
    ("count", "`list.count`"),
    ("drop", "`list.drop`"),
    ("filterAttrs", "`filterValues`"),
    ("findFirst", "`list.findOr`, which takes the default first"),
    ("flatten", "`concat`, for lists of lists"),
    ("flip", "written out: `a: b: f b a`"),
    ("foldl", "`fold`"),
    ("foldl'", "`fold`"),
    ("foldr", "`fold` over `list.reverse`"),
    ("foldAttrs", "`record.fold`"),
    ("genAttrs", "`record.generate`, which takes the function first"),
    ("genList", "`genMap`"),
    ("getAttr", "`map.${name}`"),
    ("getAttrFromPath", "`e.a.b or default`"),
    ("groupBy", "`list.groupBy`"),
    ("hasAttr", "`map ? ${name}`"),
    ("hasInfix", "`string.contains`"),
    ("hasSuffix", "`string.hasSuffix`"),
    ("id", "written out: `x: x`"),
    ("imap0", "`imap`"),
    ("imap1", "`imap`, which counts from 0"),
    ("import", "not there: one file is one environment"),
    ("intersectLists", "`list.intersect`"),
    ("isNull", "`e ? field`: there is no null"),
    ("last", "`list.last`"),
    ("lib", "in scope without a prefix, or in `list`, `string`, `record`, `net`, `math`"),
    ("listToAttrs", "`toMap (one: one)`"),
    ("mapAttrs", "`mapValues`"),
    ("mapAttrs'", "`toMap` of `record.toList`"),
    ("mapAttrsToList", "`record.toList`"),
    ("mergeAttrsList", "`record.mergeAll`"),
    ("nameValuePair", "`record.single`, or `{ inherit name value; }` for `toMap`"),
    ("null", "no value: leave the field out, and read it with `or`"),
    ("optional", "`list.optional`"),
    ("optionalAttrs", "`record.optional`"),
    ("optionalString", "`string.optional`"),
    ("optionals", "`list.optionals`"),
    ("partition", "`list.partition`, which gives `yes` and `no`"),
    ("recursiveUpdate", "`record.mergeDeep`"),
    ("removeAttrs", "`without`, which takes the names first"),
    ("removePrefix", "`string.removePrefix`"),
    ("removeSuffix", "`string.removeSuffix`"),
    ("replaceStrings", "`replace`, or `string.replaceAll` for several"),
    ("replicate", "`list.replicate`"),
    ("reverseList", "`list.reverse`"),
    ("singleton", "written out: `[ x ]`"),
    ("sort", "`list.sort`, or `list.sortBy (x: x.key)`"),
    ("sortOn", "`list.sortBy`"),
    ("splitString", "`split`"),
    ("stringLength", "`string.length`"),
    ("stringToCharacters", "`string.chars`"),
    ("sublist", "`list.slice`"),
    ("substring", "`string.slice`"),
    ("subtractLists", "`list.subtract`"),
    ("tail", "`list.tail`"),
    ("take", "`list.take`"),
    ("throw", "`fail \"…\"`"),
    ("toInt", "`string.toInt`"),
    ("toLower", "`lower`"),
    ("toUpper", "`upper`"),
    ("trace", "not there: `wcalang eval -e` shows what an expression is"),
    ("trim", "`string.trim`"),
    ("zipLists", "`list.zip`"),
    ("zipListsWith", "`list.zipWith`"),
];

/// A name that nothing defines.
pub(super) fn unbound(name: &str, span: Span, visible: Vec<&str>) -> Problem {
    let problem = Problem::error(&names::UNBOUND, format!("nothing here is called `{name}`")).label(span, "not in scope");
    let dash = name.split_once('-').filter(|(left, _)| visible.contains(left));
    if let Some((left, right)) = dash {
        return problem.help(format!("a name may contain `-`: for a difference write `{left} - {right}`"));
    }
    if let Some((_, ours)) = FROM_NIX.iter().find(|(nix, _)| *nix == name) {
        return problem.help(format!("Nix's `{name}` is {ours}"));
    }
    let mut candidates = visible.clone();
    candidates.extend(prelude::public_names().map(|name| -> &str { name }));
    match nearest(name, candidates) {
        Some(near) => problem.help(format!("did you mean `{near}`?")).fix(span, near),
        None if visible.is_empty() => problem.help("`wcalang doc` lists the library and the prelude"),
        None => {
            let mut visible = visible;
            visible.sort_unstable();
            visible.dedup();
            problem.help(format!("in scope are {}; `wcalang doc` lists the library and the prelude", visible.join(", ")))
        }
    }
}

/// An amount whose unit does not follow its number at once.
pub(super) fn blank_before_unit(span: Span, unit: &str, amount: &str) -> Problem {
    Problem::error(&names::UNBOUND, format!("`{unit}` stands apart from its number: this is a number, and a name"))
        .label(span, "a unit follows its number at once")
        .help(format!("write `{amount}`"))
        .fix(span, amount)
}

/// Members that need themselves.
pub(super) fn recursion(members: &[(Name, Span)], names: &Names) -> Problem {
    let texts: Vec<&str> = members.iter().map(|(name, _)| names.text(*name)).collect();
    let message = match texts.as_slice() {
        [one] => format!("`{one}` needs itself"),
        _ => format!("`{}` needs itself: {} → {}", texts[0], texts.join(" → "), texts[0]),
    };
    let mut problem = Problem::error(&names::RECURSION, message);
    for (index, (_, span)) in members.iter().enumerate() {
        problem = problem.label(*span, format!("needs `{}`", texts[(index + 1) % texts.len()]));
    }
    problem.help("every definition must end: use `map`, `fold`, `range` or `genMap` to repeat, or give one of them a value of its own")
}
