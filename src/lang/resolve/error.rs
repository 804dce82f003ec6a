//! Problems of names.

use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::names;
use wcalang_model::source::Span;

use crate::prelude;
use crate::syntax::{Name, Names};

/// A name that nothing defines.
pub(super) fn unbound(name: &str, span: Span, visible: Vec<&str>) -> Problem {
    let problem = Problem::error(&names::UNBOUND, format!("nothing here is called `{name}`")).label(span, "not in scope");
    let dash = name.split_once('-').filter(|(left, _)| visible.contains(left));
    if let Some((left, right)) = dash {
        return problem.help(format!("a name may contain `-`: for a difference write `{left} - {right}`"));
    }
    let mut candidates = visible.clone();
    candidates.extend(prelude::all_names().map(|name| -> &str { name }));
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
