//! The problems of two stages, each once.
//!
//! `check` and `eval` find many of the same mistakes. Where both did, evaluation knows more of it: the values; unless the types
//! point at it more closely. What evaluation says of values that are ill-typed already is left out.

use std::collections::BTreeMap;

use hashbrown::HashSet;
use wcalang_model::diag::catalogue::{arguments, values};
use wcalang_model::diag::{Label, MADE_HERE, Problem, Problems};
use wcalang_model::source::Span;

/// How far back a place around another one is looked for.
const BACK: usize = 64;

/// The problems of types and those of values, each once.
pub(crate) fn each(checked: &Problems, evaluated: Problems) -> Problems {
    if checked.is_empty() {
        return evaluated;
    }
    let by_code = Places::new(evaluated.0.iter().map(|problem| (problem.code.id, problem.span())));
    // Where types see both a record and what needs it, that is more.
    let is_closer = |types: &Problem| record_of(types).is_some();
    let known = |types: &&Problem| !is_closer(types) && types.span().is_some_and(|span| by_code.within(types.code.id, span));
    let (known, new): (Vec<&Problem>, Vec<&Problem>) = checked.0.iter().partition(known);
    let known = Places::new(known.iter().map(|problem| (problem.code.id, problem.span())));
    let labels: HashSet<Span> = new.iter().flat_map(|problem| problem.labels.iter().map(|label| label.span)).collect();
    let by_message = Places::new(new.iter().map(|problem| (problem.message.as_str(), problem.span())));
    let places = Places::new(new.iter().map(|problem| ((), problem.span())));
    let later = |problem: &Problem| [values::LATER_CONDITION.id, values::LATER_NAME.id].contains(&problem.code.id);
    let follows = |values: &Problem| {
        let Some(span) = values.span() else { return false };
        let from_types = labels.contains(&span) || by_message.within(&values.message, span) || (later(values) && places.around((), span));
        from_types && !known.around(values.code.id, span)
    };
    let mut problems = Problems(new.iter().map(|problem| (*problem).clone()).collect());
    problems.0.extend(evaluated.0.iter().filter(|values| !follows(values)).cloned());
    problems
}

/// A record that lacks what several places need of it is one mistake: it was made as something else than it is used as.
pub(crate) fn of_one_record(problems: Problems) -> Problems {
    let mut by_record: BTreeMap<Option<(usize, usize)>, Vec<usize>> = BTreeMap::new();
    for (index, problem) in problems.0.iter().enumerate() {
        let place = record_of(problem).map(|span| (span.start as usize, span.end as usize));
        by_record.entry(place).or_default().push(index);
    }
    let mut joined: BTreeMap<usize, Option<Problem>> = BTreeMap::new();
    for (_, uses) in by_record.into_iter().filter(|(place, uses)| place.is_some() && uses.len() > 1) {
        let Some(span) = uses.first().and_then(|first| record_of(&problems.0[*first])) else { continue };
        let mut labels = vec![Label { span, text: "this record".to_string() }];
        for index in &uses {
            let problem = &problems.0[*index];
            let used = problem.labels.iter().map(|label| label.span).find(|used| *used != span).unwrap_or(span);
            labels.push(Label { span: used, text: problem.message.clone() });
            joined.insert(*index, None);
        }
        let mut problem = Problem::error(&arguments::MISSING_FIELD, format!("this record lacks what {} places need of it", uses.len()))
            .help("give it the fields, or call the function that makes what they need: is its name missing before `{`?");
        problem.labels = labels;
        joined.insert(uses[0], Some(problem));
    }
    let each = problems.0.into_iter().enumerate().filter_map(|(index, problem)| joined.remove(&index).unwrap_or(Some(problem)));
    Problems(each.collect())
}

/// The record, written out elsewhere, that a problem is about.
fn record_of(problem: &Problem) -> Option<Span> {
    let labels = &problem.labels;
    match problem.code.id {
        id if id == arguments::MISSING_FIELD.id => labels.first().filter(|_| labels.len() > 1).map(|label| label.span),
        id if id == values::NO_FIELD.id => labels.iter().find(|label| label.text == MADE_HERE).map(|label| label.span),
        _ => None,
    }
}

/// Places by a key, in the order of the text.
struct Places<K>(BTreeMap<K, Vec<Span>>);

impl<K: Ord> Places<K> {
    fn new(all: impl Iterator<Item = (K, Option<Span>)>) -> Self {
        let mut places: BTreeMap<K, Vec<Span>> = BTreeMap::new();
        for (key, span) in all {
            if let Some(span) = span {
                places.entry(key).or_default().push(span);
            }
        }
        places.values_mut().for_each(|spans| spans.sort_by_key(|span| (span.file, span.start, span.end)));
        Places(places)
    }

    fn of(&self, key: K) -> &[Span] {
        self.0.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whether one lies within a place.
    fn within(&self, key: K, outer: Span) -> bool {
        let spans = self.of(key);
        let first = spans.partition_point(|span| (span.file, span.start) < (outer.file, outer.start));
        let mut near = spans[first..].iter().take_while(|span| span.file == outer.file && span.start <= outer.end);
        near.any(|span| span.end <= outer.end)
    }

    /// Whether one lies around a place.
    fn around(&self, key: K, inner: Span) -> bool {
        let spans = self.of(key);
        let after = spans.partition_point(|span| (span.file, span.start) <= (inner.file, inner.start));
        spans[after.saturating_sub(BACK)..after].iter().any(|span| span.file == inner.file && inner.end <= span.end)
    }
}
