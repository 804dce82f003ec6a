//! Values as JSON text, written straight through: `wcalang eval` of a large file makes no second copy of it.
//!
//! What is known only later is a text in angle brackets; a secret is never shown. The layout is that of `serde_json`, two spaces
//! a level, fields in the order of their names.

use std::fmt::Write;

use wcalang_model::value::{self as model, Deferred, Part};

use crate::eval::Evaluator;
use crate::eval::value::{Data, Record, Value, duration_text, size_text};
use crate::syntax::{Name, Names};

/// From how many bytes on text is handed on.
const CHUNK: usize = 64 << 10;

/// JSON text that is being written.
#[derive(Default)]
pub struct Json<'a> {
    text: String,
    /// Who takes the text chunk by chunk, if it is not kept.
    taken: Option<&'a mut dyn FnMut(&str)>,
    level: usize,
    /// Nothing stands yet in the list or record that was opened last.
    empty: bool,
    /// How the last record of each level was ordered: the next one mostly has the same fields.
    orders: Vec<Order>,
}

/// The places of a record's fields in the order of their text.
#[derive(Default)]
struct Order {
    names: Vec<Name>,
    places: Vec<usize>,
}

impl Evaluator<'_> {
    /// Whether a value can be written as JSON: it is none that no graph contains, such as a function. How much it is is counted.
    pub fn is_json(&mut self, value: &Value) -> bool {
        is_shown(value) && self.walks(value, value.span)
    }

    /// Writes a value as JSON, with a newline at its end.
    pub fn write_json(&self, value: &Value, taken: &mut dyn FnMut(&str)) {
        let mut json = Json { taken: Some(taken), ..Json::default() };
        json.value(value, self);
        json.text.push('\n');
        json.hand_on();
    }
}

impl Json<'_> {
    fn hand_on(&mut self) {
        if let Some(taken) = &mut self.taken {
            taken(&self.text);
            self.text.clear();
        }
    }

    /// The text.
    pub fn text(self) -> String {
        self.text
    }

    /// Opens a record with `{` or a list with `[`.
    pub fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.level += 1;
        self.empty = true;
    }

    /// Begins an item of the open list.
    pub fn item(&mut self) {
        if !self.empty {
            self.text.push(',');
        }
        self.empty = false;
        if self.text.len() > CHUNK {
            self.hand_on();
        }
        self.line();
    }

    /// Begins a field of the open record.
    pub fn field(&mut self, name: &str) {
        self.item();
        self.string(name);
        self.text.push_str(": ");
    }

    /// Closes what was opened last.
    pub fn close(&mut self, bracket: char) {
        self.level -= 1;
        if !self.empty {
            self.line();
        }
        self.empty = false;
        self.text.push(bracket);
    }

    fn line(&mut self) {
        const BLANKS: &str = "                                ";
        self.text.push('\n');
        let mut left = 2 * self.level;
        while left > 0 {
            let some = left.min(BLANKS.len());
            self.text.push_str(&BLANKS[..some]);
            left -= some;
        }
    }

    /// A text.
    pub fn string(&mut self, text: &str) {
        if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
            self.text.push('"');
            self.text.push_str(text);
            self.text.push('"');
        } else {
            let _ = write!(self.text, "{}", serde_json::Value::from(text));
        }
    }

    fn float(&mut self, number: f64) {
        let _ = write!(self.text, "{}", serde_json::Value::from(number));
    }

    fn plain(&mut self, value: impl std::fmt::Display) {
        let _ = write!(self.text, "{value}");
    }

    /// Orders the fields of a record of this level by their text.
    fn order(&mut self, fields: &Record, names: &Names) {
        if self.orders.len() <= self.level {
            self.orders.resize_with(self.level + 1, Order::default);
        }
        let order = &mut self.orders[self.level];
        if !fields.iter().map(|(name, _)| name).eq(&order.names) {
            order.names = fields.iter().map(|(name, _)| *name).collect();
            order.places = (0..fields.len()).collect();
            order.places.sort_by_key(|place| names.text(order.names[*place]));
        }
    }

    /// A value of the evaluator; nothing for one that cannot be shown: a function, or what was reported.
    fn value(&mut self, value: &Value, evaluator: &Evaluator<'_>) {
        match &value.data {
            Data::Bool(value) => self.plain(value),
            Data::Int(value) | Data::Money(value) => self.plain(value),
            Data::Float(value) | Data::Percent(value) => self.float(*value),
            Data::Str(text) => self.string(text),
            Data::Cidr(net) => self.string(&net.to_string()),
            Data::Ip(ip) => self.string(&ip.to_string()),
            Data::Size(bytes) => self.string(&size_text(*bytes)),
            Data::Duration(millis) => self.string(&duration_text(*millis)),
            Data::Cpu(millis) => self.string(&cpu_text(*millis)),
            Data::List(items) => {
                self.open('[');
                for item in items.iter().filter(|item| is_shown(item)) {
                    self.item();
                    self.value(item, evaluator);
                }
                self.close(']');
            }
            Data::Record(fields) => {
                self.open('{');
                let level = self.level;
                self.order(fields, evaluator.names);
                for at in 0..fields.len() {
                    let (name, field) = fields.at(self.orders[level].places[at]);
                    if is_shown(field) {
                        self.field(evaluator.names.text(*name));
                        self.value(field, evaluator);
                    }
                }
                self.close('}');
            }
            Data::Resource(id) => self.string(&format!("<{}>", evaluator.made[id.0 as usize].address)),
            Data::Deferred(later) => self.string(&later_text(later)),
            Data::Error | Data::Absent | Data::Function(_) | Data::Builtin(_) | Data::Partial(_) | Data::Kinds(_) => {}
            Data::Constructor(_) | Data::Lookups | Data::Lookup(_) | Data::Library => {}
        }
    }

    /// A value of the graph.
    pub fn graph_value(&mut self, value: &model::Value) {
        match &value.data {
            model::Data::Bool(value) => self.plain(value),
            model::Data::Int(value) | model::Data::Money(value) => self.plain(value),
            model::Data::Float(value) | model::Data::Percent(value) => self.float(*value),
            model::Data::Str(text) => self.string(text),
            model::Data::Cidr(net) => self.string(&net.to_string()),
            model::Data::Ip(ip) => self.string(&ip.to_string()),
            model::Data::Size(bytes) => self.string(&size_text(*bytes)),
            model::Data::Duration(millis) => self.string(&duration_text(*millis)),
            model::Data::Cpu(millis) => self.string(&cpu_text(*millis)),
            model::Data::List(items) => {
                self.open('[');
                for item in items {
                    self.item();
                    self.graph_value(item);
                }
                self.close(']');
            }
            model::Data::Record(fields) => {
                self.open('{');
                for (name, field) in fields {
                    self.field(name);
                    self.graph_value(field);
                }
                self.close('}');
            }
            model::Data::Resource(address) => self.string(&format!("<{address}>")),
            model::Data::Deferred(later) => self.string(&later_text(later)),
        }
    }
}

/// Whether a graph could contain it.
fn is_shown(value: &Value) -> bool {
    !matches!(
        value.data,
        Data::Error
            | Data::Absent
            | Data::Function(_)
            | Data::Builtin(_)
            | Data::Partial(_)
            | Data::Kinds(_)
            | Data::Constructor(_)
            | Data::Lookups
            | Data::Lookup(_)
            | Data::Library
    )
}

fn cpu_text(millis: u64) -> String {
    format!("{}vcpu", millis as f64 / 1000.0)
}

/// What stands for a value that is known only later.
fn later_text(later: &Deferred) -> String {
    match later {
        Deferred::Output { address, output, .. } => format!("<{address} {output}>"),
        Deferred::Input { .. } => "(secret)".to_string(),
        Deferred::Lookup { lookup, output, .. } => format!("<lookup.{} {output}>", lookup.name),
        Deferred::Json(value) => {
            let mut json = Json::default();
            json.graph_value(value);
            // One line, as JSON inside of JSON is written.
            serde_json::from_str::<serde_json::Value>(&json.text).map_or(json.text, |value| value.to_string())
        }
        Deferred::Text(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.to_string(),
                Part::Deferred(later) => later_text(later),
                Part::Resource(address) => format!("<{address}>"),
            })
            .collect(),
    }
}
