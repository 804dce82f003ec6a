//! The functions of the prelude, each with its documentation and an example that runs as a test.

use std::rc::Rc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use wcalang_model::source::Span;
use wcalang_model::value::{Deferred, Type, When};

use crate::eval::convert::{datum_of, graph_value};
use crate::eval::text::Text;
use crate::eval::value::{Data, Record, Value, deferred};
use crate::eval::{Evaluator, error};

/// A function of the prelude.
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// How many arguments it takes, one after another.
    pub arity: usize,
    /// What it takes and gives, as `Int -> Int -> [Int]`.
    pub signature: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// An expression, and what it evaluates to, both in the language.
    pub example: (&'static str, &'static str),
    /// Does it; no argument is an error.
    pub run: fn(&mut Evaluator<'_>, &[Value], Span) -> Value,
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! builtins {
    ($($name:literal $arity:literal $signature:literal $doc:literal $example:literal = $result:literal $run:path;)*) => {
        /// Every function of the prelude.
        pub static BUILTINS: &[Builtin] = &[$(Builtin {
            name: $name, arity: $arity, signature: $signature, doc: $doc, example: ($example, $result), run: $run,
        }),*];
    };
}

builtins! {
    "map" 2 "(a -> b) -> [a] -> [b]" "Every item, changed by a function." "map (x: x * 2) [ 1 2 3 ]" = "[ 2 4 6 ]" map;
    "genMap" 2 "(Int -> a) -> Int -> [a]" "The results of a function for 0, 1, … up to a count." "genMap (i: i * i) 4" = "[ 0 1 4 9 ]" gen_map;
    "imap" 2 "(Int -> a -> b) -> [a] -> [b]" "Every item, changed by a function that also gets its index from 0." "imap (i: x: \"${x}-${i}\") [ \"a\" \"b\" ]" = "[ \"a-0\" \"b-1\" ]" imap;
    "filter" 2 "(a -> Bool) -> [a] -> [a]" "The items for which a function is true." "filter (x: x > 1) [ 1 2 3 ]" = "[ 2 3 ]" filter;
    "fold" 3 "(b -> a -> b) -> b -> [a] -> b" "One value from a list, beginning with the first item." "fold (sum: x: sum + x) 0 [ 1 2 3 ]" = "6" fold;
    "range" 2 "Int -> Int -> [Int]" "The whole numbers from the first to the second, both included." "range 1 4" = "[ 1 2 3 4 ]" range;
    "length" 1 "[a] -> Int" "How many items there are." "length [ 1 2 3 ]" = "3" length;
    "elemAt" 2 "[a] -> Int -> a" "The item at an index from 0." "elemAt [ 5 6 7 ] 1" = "6" elem_at;
    "head" 1 "[a] -> a" "The first item." "head [ 5 6 7 ]" = "5" head;
    "concat" 1 "[[a]] -> [a]" "The items of lists, one after another." "concat [ [ 1 ] [ 2 3 ] ]" = "[ 1 2 3 ]" concat;
    "concatMap" 2 "(a -> [b]) -> [a] -> [b]" "The items of the lists that a function gives." "concatMap (x: [ x x ]) [ 1 2 ]" = "[ 1 1 2 2 ]" concat_map;
    "elem" 2 "a -> [a] -> Bool" "Whether a list has an item." "elem 2 [ 1 2 ]" = "true" elem;
    "any" 2 "(a -> Bool) -> [a] -> Bool" "Whether a function is true for an item." "any (x: x > 1) [ 1 2 ]" = "true" any;
    "all" 2 "(a -> Bool) -> [a] -> Bool" "Whether a function is true for every item." "all (x: x > 1) [ 1 2 ]" = "false" all;
    "unique" 1 "[a] -> [a]" "Every item once, in the order of first appearance." "unique [ 1 2 1 ]" = "[ 1 2 ]" unique;
    "names" 1 "Map a -> [Str]" "The names of a record's fields, sorted." "names { b = 1; a = 2; }" = "[ \"a\" \"b\" ]" names;
    "values" 1 "Map a -> [a]" "The values of a record's fields, in the order of their names." "values { b = 1; a = 2; }" = "[ 2 1 ]" values;
    "mapValues" 2 "(Str -> a -> b) -> Map a -> Map b" "Every field's value, changed by a function of its name and value." "mapValues (n: v: \"${n}${v}\") { a = 1; }" = "{ a = \"a1\"; }" map_values;
    "filterValues" 2 "(Str -> a -> Bool) -> Map a -> Map a" "The fields for which a function of name and value is true." "filterValues (n: v: v > 1) { a = 1; b = 2; }" = "{ b = 2; }" filter_values;
    "toMap" 2 "(a -> { name : Str, value : b }) -> [a] -> Map b" "A map of what a function gives for each item." "toMap (x: { name = \"n${x}\"; value = x; }) [ 1 2 ]" = "{ n1 = 1; n2 = 2; }" to_map;
    "without" 2 "[Str] -> Map a -> Map a" "A record without some fields." "without [ \"a\" ] { a = 1; b = 2; }" = "{ b = 2; }" without;
    "join" 2 "Str -> [Str] -> Str" "Texts with another between them." "join \",\" [ \"a\" \"b\" ]" = "\"a,b\"" join;
    "split" 2 "Str -> Str -> [Str]" "The parts of a text between separators." "split \",\" \"a,b\"" = "[ \"a\" \"b\" ]" split;
    "replace" 3 "Str -> Str -> Str -> Str" "A text with every occurrence of the first replaced by the second." "replace \"a\" \"o\" \"banana\"" = "\"bonono\"" replace;
    "lower" 1 "Str -> Str" "A text in lower case." "lower \"AbC\"" = "\"abc\"" lower;
    "upper" 1 "Str -> Str" "A text in upper case." "upper \"AbC\"" = "\"ABC\"" upper;
    "hasPrefix" 2 "Str -> Str -> Bool" "Whether a text begins with another." "hasPrefix \"ab\" \"abc\"" = "true" has_prefix;
    "toString" 1 "a -> Str" "A value as text, as `${…}` writes it." "toString 512MiB" = "\"512MiB\"" to_string;
    "toJSON" 1 "a -> Str" "A value as JSON text. Parts that are known only later are filled in then." "toJSON { a = [ 1 true ]; }" = "\"{\\\"a\\\":[1,true]}\"" to_json;
    "min" 2 "Int -> Int -> Int" "The smaller of two numbers." "min 1 2" = "1" min;
    "max" 2 "Int -> Int -> Int" "The greater of two numbers." "max 1 2" = "2" max;
    "subnet" 3 "Int -> Int -> Cidr -> Cidr" "A block of the given prefix length inside a block: the one with this number, from 0." "subnet 24 1 10.0.0.0/16" = "10.0.1.0/24" subnet;
    "contains" 2 "Cidr -> Cidr -> Bool" "Whether the first block has the second one in it." "contains 10.0.0.0/16 10.0.1.0/24" = "true" contains;
    "prefixLength" 1 "Cidr -> Int" "How many leading bits of a block are fixed." "prefixLength 10.0.0.0/16" = "16" prefix_length;
    "address" 1 "Resource -> Str" "The address of a resource, `kind/name`." "address (aws.ecr.Repository { name = \"_x\"; })" = "\"ecr.Repository/_x\"" address;
    "seconds" 1 "Duration -> Int" "A duration in whole seconds." "seconds 5min" = "300" seconds;
    "days" 1 "Duration -> Int" "A duration in whole days." "days 14d" = "14" days;
    "mebibytes" 1 "Size -> Int" "A size in whole MiB." "mebibytes 2GiB" = "2048" mebibytes;
    "failAt" 2 "a -> Str -> b" "Refuses the program with a message, at the value that is the cause." "if true then 1 else failAt 2 \"never\"" = "1" fail_at;
    "fail" 1 "Str -> a" "Refuses the program with a message." "if true then 1 else fail \"never\"" = "1" fail;
}

type Arguments<'a> = &'a [Value];

/// The list in argument `index`, or a report.
fn list(evaluator: &mut Evaluator<'_>, name: &str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<Rc<Vec<Value>>> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::List(items) => evaluator.burn(items.len() as u64, span).then(|| items.clone()),
        _ => wrong(evaluator, name, "a list", value, span),
    }
}

fn record(evaluator: &mut Evaluator<'_>, name: &str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<Rc<Record>> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::Record(fields) => evaluator.burn(fields.len() as u64, span).then(|| fields.clone()),
        _ => wrong(evaluator, name, "a record", value, span),
    }
}

fn int(evaluator: &mut Evaluator<'_>, name: &str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<i64> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::Int(number) => Some(*number),
        _ => wrong(evaluator, name, "a whole number", value, span),
    }
}

fn text(evaluator: &mut Evaluator<'_>, name: &str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<Rc<str>> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::Str(text) => Some(text.clone()),
        _ => wrong(evaluator, name, "text", value, span),
    }
}

fn cidr(evaluator: &mut Evaluator<'_>, name: &str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<IpNet> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::Cidr(net) => Some(**net),
        Data::Str(text) if text.parse::<IpNet>().is_ok() => text.parse().ok(),
        _ => wrong(evaluator, name, "a CIDR block", value, span),
    }
}

fn wrong<T>(evaluator: &mut Evaluator<'_>, name: &str, wanted: &str, value: &Value, span: Span) -> Option<T> {
    let problem = match &value.data {
        Data::Deferred(_) => evaluator.later(value, value.span, &format!("the argument of `{name}`")),
        _ => error::builtin(name, wanted, &evaluator.describe(value), evaluator.outward(span), evaluator.outward(value.span)),
    };
    evaluator.report(problem);
    None
}

fn items(items: Vec<Value>, span: Span) -> Value {
    Value::new(Data::List(Rc::new(items)), span)
}

fn or_error(value: Option<Value>, span: Span) -> Value {
    value.unwrap_or_else(|| Value::error(span))
}

fn map(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "map", arguments, 1, span) else { return Value::error(span) };
    items(list.iter().map(|item| evaluator.apply(arguments[0].clone(), item.clone(), span)).collect(), span)
}

fn imap(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "imap", arguments, 1, span) else { return Value::error(span) };
    let apply = |(index, item): (usize, &Value)| {
        let partial = evaluator.apply(arguments[0].clone(), Value::new(Data::Int(index as i64), span), span);
        evaluator.apply(partial, item.clone(), span)
    };
    items(list.iter().enumerate().map(apply).collect(), span)
}

fn gen_map(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(count) = int(evaluator, "genMap", arguments, 1, span) else { return Value::error(span) };
    if !evaluator.burn(count.max(0) as u64, span) {
        return Value::error(span);
    }
    items((0..count).map(|index| evaluator.apply(arguments[0].clone(), Value::new(Data::Int(index), span), span)).collect(), span)
}

/// The items for which the function in argument 0 is true; `None` where that is not known.
fn holding(evaluator: &mut Evaluator<'_>, name: &str, arguments: Arguments<'_>, span: Span) -> Option<Vec<(Value, bool)>> {
    let list = list(evaluator, name, arguments, 1, span)?;
    let mut results = Vec::with_capacity(list.len());
    for item in list.iter() {
        let holds = evaluator.apply(arguments[0].clone(), item.clone(), span);
        results.push((item.clone(), evaluator.truth(&holds, holds.span, "result")?));
    }
    Some(results)
}

fn filter(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(results) = holding(evaluator, "filter", arguments, span) else { return Value::error(span) };
    items(results.into_iter().filter(|(_, holds)| *holds).map(|(item, _)| item).collect(), span)
}

fn any(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let results = holding(evaluator, "any", arguments, span);
    or_error(results.map(|results| Value::new(Data::Bool(results.iter().any(|(_, holds)| *holds)), span)), span)
}

fn all(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let results = holding(evaluator, "all", arguments, span);
    or_error(results.map(|results| Value::new(Data::Bool(results.iter().all(|(_, holds)| *holds)), span)), span)
}

fn fold(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "fold", arguments, 2, span) else { return Value::error(span) };
    list.iter().fold(arguments[1].clone(), |acc, item| {
        let partial = evaluator.apply(arguments[0].clone(), acc, span);
        evaluator.apply(partial, item.clone(), span)
    })
}

fn range(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (from, to) = (int(evaluator, "range", arguments, 0, span), int(evaluator, "range", arguments, 1, span));
    let (Some(from), Some(to)) = (from, to) else { return Value::error(span) };
    if !evaluator.burn(to.saturating_sub(from).max(0) as u64, span) {
        return Value::error(span);
    }
    items((from..=to).map(|number| Value::new(Data::Int(number), span)).collect(), span)
}

fn length(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let list = list(evaluator, "length", arguments, 0, span);
    or_error(list.map(|list| Value::new(Data::Int(list.len() as i64), span)), span)
}

fn elem_at(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    if let (Data::Deferred(later), Data::Int(index)) = (&arguments[0].data, &arguments[1].data)
        && let Some(item) = later_item(later, *index)
    {
        return deferred(item, span);
    }
    let (list, index) = (list(evaluator, "elemAt", arguments, 0, span), int(evaluator, "elemAt", arguments, 1, span));
    let (Some(list), Some(index)) = (list, index) else { return Value::error(span) };
    match usize::try_from(index).ok().and_then(|index| list.get(index)) {
        Some(item) => item.clone(),
        None => evaluator.impossible(span, &format!("there is no item {index} in a list of {}", list.len())),
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

fn head(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "head", arguments, 0, span) else { return Value::error(span) };
    match list.first() {
        Some(item) => item.clone(),
        None => evaluator.impossible(span, "an empty list has no first item"),
    }
}

fn concat(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(lists) = list(evaluator, "concat", arguments, 0, span) else { return Value::error(span) };
    let mut all = Vec::new();
    for index in 0..lists.len() {
        match list(evaluator, "concat", &lists, index, span) {
            Some(list) => all.extend(list.iter().cloned()),
            None => return Value::error(span),
        }
    }
    items(all, span)
}

fn concat_map(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let lists = map(evaluator, arguments, span);
    concat(evaluator, &[lists], span)
}

fn elem(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "elem", arguments, 1, span) else { return Value::error(span) };
    for item in list.iter() {
        match evaluator.equal(&arguments[0], item, span) {
            Some(true) => return Value::new(Data::Bool(true), span),
            Some(false) => {}
            None => return Value::error(span),
        }
    }
    Value::new(Data::Bool(false), span)
}

fn unique(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
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
    items(kept, span)
}

fn names(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(fields) = record(evaluator, "names", arguments, 0, span) else { return Value::error(span) };
    let sorted = fields.sorted(evaluator.names);
    items(sorted.into_iter().map(|(name, _)| Value::str(evaluator.names.text(*name), span)).collect(), span)
}

fn values(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(fields) = record(evaluator, "values", arguments, 0, span) else { return Value::error(span) };
    items(fields.sorted(evaluator.names).into_iter().map(|(_, value)| value.clone()).collect(), span)
}

/// What a function of name and value gives for each field.
fn each_field(
    evaluator: &mut Evaluator<'_>,
    name: &str,
    arguments: Arguments<'_>,
    span: Span,
) -> Option<Vec<(crate::syntax::Name, Value, Value)>> {
    let fields = record(evaluator, name, arguments, 1, span)?;
    let mut results = Vec::with_capacity(fields.len());
    for (name, value) in fields.iter() {
        let text = Value::str(evaluator.names.text(*name), span);
        let partial = evaluator.apply(arguments[0].clone(), text, span);
        results.push((*name, value.clone(), evaluator.apply(partial, value.clone(), span)));
    }
    Some(results)
}

fn map_values(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(fields) = each_field(evaluator, "mapValues", arguments, span) else { return Value::error(span) };
    let fields = fields.into_iter().map(|(name, _, result)| (name, result)).collect();
    Value::new(Data::Record(Rc::new(Record::from_fields(fields))), span)
}

fn filter_values(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(fields) = each_field(evaluator, "filterValues", arguments, span) else { return Value::error(span) };
    let mut kept = Vec::new();
    for (name, value, holds) in fields {
        match evaluator.truth(&holds, holds.span, "result") {
            Some(true) => kept.push((name, value)),
            Some(false) => {}
            None => return Value::error(span),
        }
    }
    Value::new(Data::Record(Rc::new(Record::from_fields(kept))), span)
}

fn to_map(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "toMap", arguments, 1, span) else { return Value::error(span) };
    let (name, value) = (evaluator.names.intern("name"), evaluator.names.intern("value"));
    let mut fields = Vec::new();
    for item in list.iter() {
        let pair = evaluator.apply(arguments[0].clone(), item.clone(), span);
        let Some(pair) = record(evaluator, "toMap", &[pair], 0, span) else { return Value::error(span) };
        let (Some(name), Some(value)) = (pair.get(name), pair.get(value)) else {
            return evaluator.impossible(span, "the function of `toMap` must give a record of `name` and `value`");
        };
        let Some(text) = evaluator.known_text(&name.clone(), "a field's name") else { return Value::error(span) };
        fields.push((evaluator.names.intern(&text), value.clone()));
    }
    Value::new(Data::Record(Rc::new(Record::from_fields(fields))), span)
}

fn without(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (Some(names), Some(fields)) = (list(evaluator, "without", arguments, 0, span), record(evaluator, "without", arguments, 1, span))
    else {
        return Value::error(span);
    };
    let mut dropped = Vec::new();
    for name in names.iter() {
        match evaluator.known_text(name, "a field's name") {
            Some(text) => dropped.push(evaluator.names.intern(&text)),
            None => return Value::error(span),
        }
    }
    let kept = fields.iter().filter(|(name, _)| !dropped.contains(name)).cloned().collect();
    Value::new(Data::Record(Rc::new(Record::from_fields(kept))), span)
}

fn join(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(list) = list(evaluator, "join", arguments, 1, span) else { return Value::error(span) };
    let mut text = Text::default();
    for (index, item) in list.iter().enumerate() {
        if (index > 0 && !evaluator.add_text(&mut text, &arguments[0], span)) || !evaluator.add_text(&mut text, item, item.span) {
            return Value::error(span);
        }
    }
    text.value(span)
}

fn split(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (separator, whole) = (text(evaluator, "split", arguments, 0, span), text(evaluator, "split", arguments, 1, span));
    let (Some(separator), Some(whole)) = (separator, whole) else { return Value::error(span) };
    if separator.is_empty() {
        return evaluator.impossible(span, "an empty separator is between any two letters");
    }
    items(whole.split(&*separator).map(|part| Value::str(part, span)).collect(), span)
}

fn replace(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let mut texts = [0, 1, 2].map(|index| text(evaluator, "replace", arguments, index, span)).into_iter().flatten();
    let (Some(from), Some(to), Some(whole)) = (texts.next(), texts.next(), texts.next()) else { return Value::error(span) };
    Value::str(whole.replace(&*from, &to), span)
}

fn lower(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    or_error(text(evaluator, "lower", arguments, 0, span).map(|text| Value::str(text.to_lowercase(), span)), span)
}

fn upper(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    or_error(text(evaluator, "upper", arguments, 0, span).map(|text| Value::str(text.to_uppercase(), span)), span)
}

fn has_prefix(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (prefix, whole) = (text(evaluator, "hasPrefix", arguments, 0, span), text(evaluator, "hasPrefix", arguments, 1, span));
    let (Some(prefix), Some(whole)) = (prefix, whole) else { return Value::error(span) };
    Value::new(Data::Bool(whole.starts_with(&*prefix)), span)
}

fn to_string(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    if let Data::Bool(value) = arguments[0].data {
        return Value::str(value.to_string(), span);
    }
    let mut text = Text::default();
    if evaluator.add_text(&mut text, &arguments[0], arguments[0].span) { text.value(span) } else { Value::error(span) }
}

fn to_json(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let Some(value) = graph_value(&arguments[0], evaluator) else {
        return or_error(wrong(evaluator, "toJSON", "data", &arguments[0], span), span);
    };
    if value.when() == When::Now && !value.is_secret() {
        return Value::str(datum_of(&arguments[0], evaluator).to_json().to_string(), span);
    }
    deferred(Deferred::Json(Box::new(value)), span)
}

fn min(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (a, b) = (int(evaluator, "min", arguments, 0, span), int(evaluator, "min", arguments, 1, span));
    or_error(a.zip(b).map(|(a, b)| Value::new(Data::Int(a.min(b)), span)), span)
}

fn max(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (a, b) = (int(evaluator, "max", arguments, 0, span), int(evaluator, "max", arguments, 1, span));
    or_error(a.zip(b).map(|(a, b)| Value::new(Data::Int(a.max(b)), span)), span)
}

fn subnet(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (prefix, number) = (int(evaluator, "subnet", arguments, 0, span), int(evaluator, "subnet", arguments, 1, span));
    let (Some(prefix), Some(number), Some(net)) = (prefix, number, cidr(evaluator, "subnet", arguments, 2, span)) else {
        return Value::error(span);
    };
    match nth_subnet(net, prefix, number) {
        Some(net) => Value::new(Data::Cidr(Rc::new(net)), span),
        None => evaluator.impossible(span, &format!("{net} has no block number {number} of prefix length {prefix}")),
    }
}

fn nth_subnet(net: IpNet, prefix: i64, number: i64) -> Option<IpNet> {
    let (prefix, number) = (u8::try_from(prefix).ok()?, u128::try_from(number).ok()?);
    let extra = prefix.checked_sub(net.prefix_len())?;
    if prefix > net.max_prefix_len() || (extra < 128 && number >= 1 << extra) {
        return None;
    }
    Some(match net {
        IpNet::V4(v4) => {
            let bits = u64::from(v4.network().to_bits()) + ((number as u64) << (32 - prefix));
            IpNet::V4(Ipv4Net::new(u32::try_from(bits).ok()?.into(), prefix).ok()?)
        }
        IpNet::V6(v6) => {
            let bits = v6.network().to_bits().checked_add(number.checked_shl(128 - u32::from(prefix)).unwrap_or(0))?;
            IpNet::V6(Ipv6Net::new(bits.into(), prefix).ok()?)
        }
    })
}

fn contains(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    let (outer, inner) = (cidr(evaluator, "contains", arguments, 0, span), cidr(evaluator, "contains", arguments, 1, span));
    or_error(outer.zip(inner).map(|(outer, inner)| Value::new(Data::Bool(outer.contains(&inner)), span)), span)
}

fn prefix_length(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    or_error(cidr(evaluator, "prefixLength", arguments, 0, span).map(|net| Value::new(Data::Int(net.prefix_len().into()), span)), span)
}

fn address(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    match &arguments[0].data {
        Data::Resource(id) => Value::str(evaluator.made[id.0 as usize].address.to_string(), span),
        _ => or_error(wrong(evaluator, "address", "a resource", &arguments[0], span), span),
    }
}

/// A whole number of `unit`s in an amount.
fn whole(evaluator: &mut Evaluator<'_>, name: &str, arguments: Arguments<'_>, span: Span, unit: u64) -> Value {
    match (&arguments[0].data, name) {
        (Data::Duration(amount), "seconds" | "days") | (Data::Size(amount), "mebibytes") => {
            Value::new(Data::Int((amount / unit) as i64), span)
        }
        (_, "mebibytes") => or_error(wrong(evaluator, name, "a size", &arguments[0], span), span),
        _ => or_error(wrong(evaluator, name, "a duration", &arguments[0], span), span),
    }
}

fn seconds(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    whole(evaluator, "seconds", arguments, span, 1000)
}

fn days(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    whole(evaluator, "days", arguments, span, 86_400_000)
}

fn mebibytes(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    whole(evaluator, "mebibytes", arguments, span, 1 << 20)
}

fn fail(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    if let Some(message) = text(evaluator, "fail", arguments, 0, span) {
        let problem = error::failure(&message, evaluator.outward(span), span);
        evaluator.report(problem);
    }
    Value::error(span)
}

fn fail_at(evaluator: &mut Evaluator<'_>, arguments: Arguments<'_>, span: Span) -> Value {
    if let Some(message) = text(evaluator, "failAt", arguments, 1, span) {
        let place = evaluator.outward(arguments[0].span);
        evaluator.report(error::failure(&message, place, place));
    }
    Value::error(span)
}
