//! The functions of the prelude, each with its documentation and an example that runs as a test.
//!
//! Those whose name has a `'` in it are for the library's modules alone: `list.wca` gives `list'sortBy` as `list.sortBy`. What can
//! be written in the language with no loss is written there, in `stdlib/`.

mod amounts;
mod blocks;
mod lists;
mod nets;
mod records;
mod refusals;
mod texts;

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use ipnet::IpNet;
use wcalang_model::source::Span;

use crate::eval::value::{self, Data, List, Record, Value};
use crate::eval::{Evaluator, error};
use crate::syntax::Name;

/// A function of the prelude.
pub struct Builtin {
    /// Its name: `map`, or `list'sortBy` for `list.sortBy`.
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

impl Builtin {
    /// What it is called in programs: `map`, `list.sortBy`.
    pub fn shown(&self) -> Cow<'static, str> {
        shown(self.name)
    }
}

/// The name of a function as programs write it.
fn shown(name: &'static str) -> Cow<'static, str> {
    if name.contains('\'') { name.replace('\'', ".").into() } else { name.into() }
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
    "map" 2 "(a -> b) -> [a] -> [b]" "Every item, changed by a function." "map (x: x * 2) [ 1 2 3 ]" = "[ 2 4 6 ]" lists::map;
    "genMap" 2 "(Int -> a) -> Int -> [a]" "The results of a function for 0, 1, … up to a count." "genMap (i: i * i) 4" = "[ 0 1 4 9 ]" lists::gen_map;
    "imap" 2 "(Int -> a -> b) -> [a] -> [b]" "Every item, changed by a function that also gets its index from 0." "imap (i: x: \"${x}-${i}\") [ \"a\" \"b\" ]" = "[ \"a-0\" \"b-1\" ]" lists::imap;
    "filter" 2 "(a -> Bool) -> [a] -> [a]" "The items for which a function is true." "filter (x: x > 1) [ 1 2 3 ]" = "[ 2 3 ]" lists::filter;
    "fold" 3 "(b -> a -> b) -> b -> [a] -> b" "One value from a list, beginning with the first item." "fold (sum: x: sum + x) 0 [ 1 2 3 ]" = "6" lists::fold;
    "range" 2 "Int -> Int -> [Int]" "The whole numbers from the first to the second, both included." "range 1 4" = "[ 1 2 3 4 ]" lists::range;
    "length" 1 "[a] -> Int" "How many items there are." "length [ 1 2 3 ]" = "3" lists::length;
    "elemAt" 2 "[a] -> Int -> a" "The item at an index from 0." "elemAt [ 5 6 7 ] 1" = "6" lists::elem_at;
    "head" 1 "[a] -> a" "The first item." "head [ 5 6 7 ]" = "5" lists::head;
    "concat" 1 "[[a]] -> [a]" "The items of lists, one after another." "concat [ [ 1 ] [ 2 3 ] ]" = "[ 1 2 3 ]" lists::concat;
    "concatMap" 2 "(a -> [b]) -> [a] -> [b]" "The items of the lists that a function gives." "concatMap (x: [ x x ]) [ 1 2 ]" = "[ 1 1 2 2 ]" lists::concat_map;
    "elem" 2 "a -> [a] -> Bool" "Whether a list has an item." "elem 2 [ 1 2 ]" = "true" lists::elem;
    "any" 2 "(a -> Bool) -> [a] -> Bool" "Whether a function is true for an item." "any (x: x > 1) [ 1 2 ]" = "true" lists::any;
    "all" 2 "(a -> Bool) -> [a] -> Bool" "Whether a function is true for every item." "all (x: x > 1) [ 1 2 ]" = "false" lists::all;
    "unique" 1 "[a] -> [a]" "Every item once, in the order of first appearance." "unique [ 1 2 1 ]" = "[ 1 2 ]" lists::unique;
    "list'sortBy" 2 "(a -> b) -> [a] -> [a]" "The items in the order of what a function gives for each: numbers, texts or amounts, the smallest first. Equal ones stay in their order." "list.sortBy (x: x.n) [ { n = 2; } { n = 1; } ]" = "[ { n = 1; } { n = 2; } ]" lists::sort_by;
    "list'groupBy" 2 "(a -> Str) -> [a] -> Map [a]" "The items by the text that a function gives for each." "list.groupBy (x: if x < 3 then \"low\" else \"high\") [ 1 5 2 ]" = "{ high = [ 5 ]; low = [ 1 2 ]; }" lists::group_by;
    "list'slice" 3 "Int -> Int -> [a] -> [a]" "So many items from an index on, counted from 0: as many of them as there are." "list.slice 1 2 [ 5 6 7 8 ]" = "[ 6 7 ]" lists::slice;
    "names" 1 "Map a -> [Str]" "The names of a record's fields, sorted." "names { b = 1; a = 2; }" = "[ \"a\" \"b\" ]" records::names;
    "values" 1 "Map a -> [a]" "The values of a record's fields, in the order of their names." "values { b = 1; a = 2; }" = "[ 2 1 ]" records::values;
    "mapValues" 2 "(Str -> a -> b) -> Map a -> Map b" "Every field's value, changed by a function of its name and value." "mapValues (n: v: \"${n}${v}\") { a = 1; }" = "{ a = \"a1\"; }" records::map_values;
    "filterValues" 2 "(Str -> a -> Bool) -> Map a -> Map a" "The fields for which a function of name and value is true." "filterValues (n: v: v > 1) { a = 1; b = 2; }" = "{ b = 2; }" records::filter_values;
    "toMap" 2 "(a -> { name : Str, value : b }) -> [a] -> Map b" "A map of what a function gives for each item." "toMap (x: { name = \"n${x}\"; value = x; }) [ 1 2 ]" = "{ n1 = 1; n2 = 2; }" records::to_map;
    "without" 2 "[Str] -> Map a -> Map a" "A record without some fields." "without [ \"a\" ] { a = 1; b = 2; }" = "{ b = 2; }" records::without;
    "record'mergeDeep" 2 "Map a -> Map b -> Any" "The fields of both. Where both have a record these are merged in the same way; else the right one counts." "record.mergeDeep { a = { x = 1; y = 1; }; } { a = { y = 2; }; }" = "{ a = { x = 1; y = 2; }; }" records::merge_deep;
    "join" 2 "Str -> [Str] -> Str" "Texts with another between them." "join \",\" [ \"a\" \"b\" ]" = "\"a,b\"" texts::join;
    "split" 2 "Str -> Str -> [Str]" "The parts of a text between separators." "split \",\" \"a,b\"" = "[ \"a\" \"b\" ]" texts::split;
    "replace" 3 "Str -> Str -> Str -> Str" "A text with every occurrence of the first replaced by the second." "replace \"a\" \"o\" \"banana\"" = "\"bonono\"" texts::replace;
    "lower" 1 "Str -> Str" "A text in lower case." "lower \"AbC\"" = "\"abc\"" texts::lower;
    "upper" 1 "Str -> Str" "A text in upper case." "upper \"AbC\"" = "\"ABC\"" texts::upper;
    "hasPrefix" 2 "Str -> Str -> Bool" "Whether a text begins with another." "hasPrefix \"ab\" \"abc\"" = "true" texts::has_prefix;
    "string'hasSuffix" 2 "Str -> Str -> Bool" "Whether a text ends with another." "string.hasSuffix \"bc\" \"abc\"" = "true" texts::has_suffix;
    "string'contains" 2 "Str -> Str -> Bool" "Whether a text, the second one, has the first one in it." "string.contains \"b\" \"abc\"" = "true" texts::contains;
    "string'length" 1 "Str -> Int" "How many characters a text has." "string.length \"größe\"" = "5" texts::length;
    "string'slice" 3 "Int -> Int -> Str -> Str" "So many characters from an index on, counted from 0: as many of them as there are." "string.slice 1 2 \"abcd\"" = "\"bc\"" texts::slice;
    "string'trim" 1 "Str -> Str" "A text without the white space around it." "string.trim \"  a b \"" = "\"a b\"" texts::trim;
    "string'toInt" 1 "Str -> Int" "The whole number that a text writes." "string.toInt \"42\"" = "42" texts::to_int;
    "toString" 1 "a -> Str" "A value as text, as `${…}` writes it." "toString 512MiB" = "\"512MiB\"" texts::to_string;
    "toJSON" 1 "a -> Str" "A value as JSON text. Parts that are known only later are filled in then." "toJSON { a = [ 1 true ]; }" = "\"{\\\"a\\\":[1,true]}\"" texts::to_json;
    "min" 2 "Int -> Int -> Int" "The smaller of two numbers." "min 1 2" = "1" amounts::min;
    "max" 2 "Int -> Int -> Int" "The greater of two numbers." "max 1 2" = "2" amounts::max;
    "mod" 2 "Int -> Int -> Int" "What is left over when the first number is divided by the second; never below zero." "mod 7 3" = "1" amounts::modulo;
    "math'floor" 1 "Float -> Int" "The greatest whole number that is not greater." "math.floor 2.7" = "2" amounts::floor;
    "subnet" 3 "Int -> Int -> Cidr -> Cidr" "A block of the given prefix length inside a block: the one with this number, from 0." "subnet 24 1 10.0.0.0/16" = "10.0.1.0/24" nets::subnet;
    "contains" 2 "Cidr -> Cidr -> Bool" "Whether the first block has the second one in it." "contains 10.0.0.0/16 10.0.1.0/24" = "true" nets::contains;
    "prefixLength" 1 "Cidr -> Int" "How many leading bits of a block are fixed." "prefixLength 10.0.0.0/16" = "16" nets::prefix_length;
    "net'parse" 1 "Str -> Cidr" "The block that a text writes." "net.parse \"10.0.0.0/16\"" = "10.0.0.0/16" nets::parse;
    "net'host" 2 "Int -> Cidr -> Ip" "An address of a block by its number, from 0; -1 is the last one." "net.host 5 10.0.1.0/24" = "10.0.1.5" nets::host;
    "net'size" 1 "Cidr -> Int" "How many addresses a block has." "net.size 10.0.0.0/24" = "256" nets::size;
    "net'place" 4 "Str -> Cidr -> [Cidr] -> Map [Int] -> Map [Cidr]" "Blocks of a network for its tiers: for each tier the prefix length of its block in each zone. The arguments are the name of the network, its block, and blocks in it that are taken otherwise. A block stays where the lock file has it pinned under the name of the network, its tier and zone; a new one is the lowest that is free, and the next apply pins it." "net.place \"shop\" 10.0.0.0/16 [ 10.0.0.0/24 ] { app = [ 22 22 ]; }" = "{ app = [ 10.0.4.0/22 10.0.8.0/22 ]; }" blocks::place;
    "address" 1 "Resource -> Str" "The address of a resource, `kind/name`." "address (aws.ecr.Repository { name = \"_x\"; })" = "\"ecr.Repository/_x\"" refusals::address;
    "seconds" 1 "Duration -> Int" "A duration in whole seconds." "seconds 5min" = "300" amounts::seconds;
    "days" 1 "Duration -> Int" "A duration in whole days." "days 14d" = "14" amounts::days;
    "mebibytes" 1 "Size -> Int" "A size in whole MiB." "mebibytes 2GiB" = "2048" amounts::mebibytes;
    "failAt" 2 "a -> Str -> b" "Refuses the program with a message, at the value that is the cause. What follows the first line of the message is shown as help." "if true then 1 else failAt 2 \"never\"" = "1" refusals::fail_at;
    "fail" 1 "Str -> a" "Refuses the program with a message. What follows its first line is shown as help." "if true then 1 else fail \"never\"" = "1" refusals::fail;
}

type Arguments<'a> = &'a [Value];

/// The list in argument `index`, or a report.
fn list(evaluator: &mut Evaluator<'_>, name: &'static str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<Rc<List>> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::List(items) => evaluator.burn(items.len() as u64, span).then(|| items.clone()),
        _ => wrong(evaluator, name, "a list", value, span),
    }
}

fn record(evaluator: &mut Evaluator<'_>, name: &'static str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<Rc<Record>> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::Record(fields) => evaluator.burn(fields.len() as u64, span).then(|| fields.clone()),
        _ => wrong(evaluator, name, "a record", value, span),
    }
}

fn int(evaluator: &mut Evaluator<'_>, name: &'static str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<i64> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::Int(number) => Some(*number),
        _ => wrong(evaluator, name, "a whole number", value, span),
    }
}

fn text(evaluator: &mut Evaluator<'_>, name: &'static str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<Arc<str>> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::Str(text) => evaluator.burn(value::text_weight(text).into(), span).then(|| text.clone()),
        _ => wrong(evaluator, name, "text", value, span),
    }
}

fn cidr(evaluator: &mut Evaluator<'_>, name: &'static str, arguments: Arguments<'_>, index: usize, span: Span) -> Option<IpNet> {
    let value = arguments.get(index)?;
    match &value.data {
        Data::Cidr(net) => Some(**net),
        Data::Str(text) if text.parse::<IpNet>().is_ok() => text.parse().ok(),
        _ => wrong(evaluator, name, "a CIDR block", value, span),
    }
}

fn wrong<T>(evaluator: &mut Evaluator<'_>, name: &'static str, wanted: &str, value: &Value, span: Span) -> Option<T> {
    let name = shown(name);
    let problem = match &value.data {
        Data::Error => return None,
        Data::Deferred(_) => evaluator.later(value, value.span, &format!("the argument of `{name}`")),
        _ => error::builtin(&name, wanted, &evaluator.describe(value), evaluator.outward(span), evaluator.outward(value.span)),
    };
    evaluator.report(problem);
    None
}

/// The list of some items, which are counted.
fn items(evaluator: &mut Evaluator<'_>, items: Vec<Value>, span: Span) -> Value {
    let count = items.len();
    evaluator.made(Value::list(items, span), count)
}

/// The record of some fields, which are counted.
fn fields(evaluator: &mut Evaluator<'_>, fields: Vec<(Name, Value)>, span: Span) -> Value {
    let count = fields.len();
    evaluator.made(Value::record(Record::from_fields(fields), span), count)
}

fn or_error(value: Option<Value>, span: Span) -> Value {
    value.unwrap_or_else(|| Value::error(span))
}

fn number(number: i64, span: Span) -> Value {
    Value::new(Data::Int(number), span)
}

fn truth(holds: bool, span: Span) -> Value {
    Value::new(Data::Bool(holds), span)
}
