//! Lists.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use wcalang_model::source::Span;
use wcalang_model::value::{Deferred, Type};

use super::{Arguments, int, items, list, number, or_error, truth, wrong};
use crate::eval::Evaluator;
use crate::eval::operate::order;
use crate::eval::value::{Data, Value, deferred};
use crate::syntax::Name;

pub(super) fn map(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "map", arguments, 1, span) else { return Value::error(span) };
    let results = list.iter().map(|item| evaluator.apply(&arguments[0], item.clone(), span)).collect();
    items(evaluator, results, span)
}

pub(super) fn imap(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "imap", arguments, 1, span) else { return Value::error(span) };
    let apply = |(index, item): (usize, &Value)| evaluator.apply_two(&arguments[0], number(index as i64, span), item.clone(), span);
    let results = list.iter().enumerate().map(apply).collect();
    items(evaluator, results, span)
}

pub(super) fn gen_map(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(count) = int(evaluator, "genMap", arguments, 1, span) else { return Value::error(span) };
    if !evaluator.burn(count.max(0) as u64, span) {
        return Value::error(span);
    }
    let results = (0..count).map(|index| evaluator.apply(&arguments[0], number(index, span), span)).collect();
    items(evaluator, results, span)
}

/// The items with whether the function in argument 0 is true for them; `None` where that is not known.
fn holding(evaluator: &mut Evaluator<'_>, name: &'static str, arguments: Arguments<'_>, span: Span) -> Option<Vec<(Value, bool)>> {
    let list = list(evaluator, name, arguments, 1, span)?;
    let mut results = Vec::with_capacity(list.len());
    for item in list.iter() {
        let holds = evaluator.apply(&arguments[0], item.clone(), span);
        results.push((item.clone(), evaluator.truth(&holds, holds.span, "result")?));
    }
    Some(results)
}

pub(super) fn filter(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(results) = holding(evaluator, "filter", arguments, span) else { return Value::error(span) };
    let kept = results.into_iter().filter(|(_, holds)| *holds).map(|(item, _)| item).collect();
    items(evaluator, kept, span)
}

pub(super) fn any(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let results = holding(evaluator, "any", arguments, span);
    or_error(results.map(|results| truth(results.iter().any(|(_, holds)| *holds), span)), span)
}

pub(super) fn all(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let results = holding(evaluator, "all", arguments, span);
    or_error(results.map(|results| truth(results.iter().all(|(_, holds)| *holds), span)), span)
}

pub(super) fn fold(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "fold", arguments, 2, span) else { return Value::error(span) };
    list.iter().fold(arguments[1].clone(), |acc, item| evaluator.apply_two(&arguments[0], acc, item.clone(), span))
}

pub(super) fn range(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (from, to) = (int(evaluator, "range", arguments, 0, span), int(evaluator, "range", arguments, 1, span));
    let (Some(from), Some(to)) = (from, to) else { return Value::error(span) };
    if !evaluator.burn(to.saturating_sub(from).max(0) as u64, span) {
        return Value::error(span);
    }
    items(evaluator, (from..=to).map(|one| number(one, span)).collect(), span)
}

pub(super) fn length(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    match &arguments[0].data {
        Data::List(list) => number(list.len() as i64, span),
        _ => or_error(wrong(evaluator, "length", "a list", &arguments[0], span), span),
    }
}

pub(super) fn elem_at(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    if let (Data::Deferred(later), Data::Int(index)) = (&arguments[0].data, &arguments[1].data)
        && let Some(item) = later_item(later, *index)
    {
        return deferred(item, span);
    }
    let Data::List(list) = &arguments[0].data else {
        return or_error(wrong(evaluator, "elemAt", "a list", &arguments[0], span), span);
    };
    let Some(index) = int(evaluator, "elemAt", arguments, 1, span) else { return Value::error(span) };
    match usize::try_from(index).ok().and_then(|index| list.get(index)) {
        Some(item) => item.clone(),
        None => evaluator.impossible(
            span,
            &format!("there is no item {index} in a list of {}", list.len()),
            "the first item is number 0: compare with `length` first",
        ),
    }
}

/// The item of a list that is known only later: a step of the output's path, as a field of a record is.
fn later_item(later: &Deferred, index: i64) -> Option<Deferred> {
    let index = u32::try_from(index).ok()?;
    match later {
        Deferred::Lookup { lookup, output, ty: Type::List(item) } => {
            Some(Deferred::Lookup { lookup: lookup.clone(), output: format!("{output}.{index}"), ty: (**item).clone() })
        }
        Deferred::Output { address, output, ty: Type::List(item), when } => {
            Some(Deferred::Output { address: address.clone(), output: format!("{output}.{index}"), ty: (**item).clone(), when: *when })
        }
        Deferred::Lookup { .. } | Deferred::Output { .. } | Deferred::Input { .. } | Deferred::Text(_) | Deferred::Json(_) => None,
    }
}

pub(super) fn head(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Data::List(list) = &arguments[0].data else {
        return or_error(wrong(evaluator, "head", "a list", &arguments[0], span), span);
    };
    match list.first() {
        Some(item) => item.clone(),
        None => {
            evaluator.impossible(span, "an empty list has no first item", "say what it is then: `if list == [ ] then … else head list`")
        }
    }
}

pub(super) fn concat(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    concat_of(evaluator, "concat", arguments, span)
}

fn concat_of(evaluator: &mut Evaluator<'_>, name: &'static str, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(lists) = list(evaluator, name, arguments, 0, span) else { return Value::error(span) };
    let mut all = Vec::new();
    for index in 0..lists.len() {
        match list(evaluator, name, &lists, index, span) {
            Some(list) => all.extend(list.iter().cloned()),
            None => return Value::error(span),
        }
    }
    items(evaluator, all, span)
}

pub(super) fn concat_map(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let lists = map(evaluator, arguments, span);
    concat_of(evaluator, "concatMap", &[lists], span)
}

pub(super) fn elem(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "elem", arguments, 1, span) else { return Value::error(span) };
    for item in list.iter() {
        match evaluator.equal(&arguments[0], item, span) {
            Some(true) => return truth(true, span),
            Some(false) => {}
            None => return Value::error(span),
        }
    }
    truth(false, span)
}

pub(super) fn unique(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "unique", arguments, 0, span) else { return Value::error(span) };
    let mut kept: Vec<Value> = Vec::new();
    for item in list.iter() {
        if !evaluator.burn(kept.len() as u64, span) {
            return Value::error(span);
        }
        let mut known = false;
        for other in &kept {
            match evaluator.equal(other, item, span) {
                Some(same) => known |= same,
                None => return Value::error(span),
            }
        }
        if !known {
            kept.push(item.clone());
        }
    }
    items(evaluator, kept, span)
}

pub(super) fn sort_by(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "list'sortBy", arguments, 1, span) else { return Value::error(span) };
    let mut keyed: Vec<(Value, Value)> = Vec::with_capacity(list.len());
    for item in list.iter() {
        let key = evaluator.apply(&arguments[0], item.clone(), span);
        // Each is comparable with the first one, so any two are.
        let first = keyed.first().map_or(&key, |(first, _)| first);
        match &key.data {
            Data::Error => return Value::error(span),
            Data::Deferred(_) => {
                let problem = evaluator.later(&key, key.span, "what is sorted by");
                evaluator.report(problem);
                return Value::error(span);
            }
            _ if order(&first.data, &key.data).is_some() => keyed.push((key, item.clone())),
            _ => {
                let wanted = "a function that gives numbers, texts or amounts of one unit";
                return or_error(wrong(evaluator, "list'sortBy", wanted, &key, span), span);
            }
        }
    }
    if !evaluator.burn(4 * keyed.len() as u64, span) {
        return Value::error(span);
    }
    keyed.sort_by(|(a, _), (b, _)| order(&a.data, &b.data).unwrap_or(Ordering::Equal));
    items(evaluator, keyed.into_iter().map(|(_, item)| item).collect(), span)
}

pub(super) fn group_by(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "list'groupBy", arguments, 1, span) else { return Value::error(span) };
    let mut groups: BTreeMap<Name, Vec<Value>> = BTreeMap::new();
    for item in list.iter() {
        let key = evaluator.apply(&arguments[0], item.clone(), span);
        let Some(text) = evaluator.known_text(&key, "the name of a group") else { return Value::error(span) };
        groups.entry(evaluator.names.intern(&text)).or_default().push(item.clone());
    }
    let fields = groups.into_iter().map(|(name, group)| (name, Value::list(group, span))).collect();
    super::fields(evaluator, fields, span)
}

pub(super) fn slice(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (from, count) = (int(evaluator, "list'slice", arguments, 0, span), int(evaluator, "list'slice", arguments, 1, span));
    let (Some(from), Some(count)) = (from, count) else { return Value::error(span) };
    let Data::List(list) = &arguments[2].data else {
        return or_error(wrong(evaluator, "list'slice", "a list", &arguments[2], span), span);
    };
    let (from, count) = (usize::try_from(from).unwrap_or(0), usize::try_from(count).unwrap_or(0));
    let part = list.iter().skip(from).take(count).cloned().collect();
    items(evaluator, part, span)
}
