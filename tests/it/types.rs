//! Laws of the types: what checks evaluates without a problem of types, what is well-typed by construction checks, and no tree
//! makes the checker panic or say two different things.

use libtest_mimic::{Failed, Trial};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::test_runner::Config;
use wcalang_aws::SCHEMAS;
use wcalang_lang::{NoPins, Unit, type_problems};
use wcalang_model::diag::Problem;
use wcalang_model::source::Files;

use crate::laws::law;
use crate::programs::{files_of, read, trial};
use crate::shown;

/// One trial for each law.
pub fn trials() -> Vec<Trial> {
    vec![
        trial("types/what-checks-evaluates", what_checks_evaluates),
        trial("types/what-is-well-typed-checks", what_is_well_typed_checks),
        trial("types/any-tree-is-checked", any_tree_is_checked),
    ]
}

/// Problems that a type can foresee; others are of values.
const OF_TYPES: &[&str] = &["E0303", "E0304", "E0305", "E0309", "E0311", "E0401", "E0402", "E0404", "E0405"];

/// How many programs each law looks at, as a multiple of proptest's own number, which PROPTEST_CASES sets.
const TIMES: u32 = 4;

/// The type of an expression that is made up.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Int,
    Str,
    Bool,
    Size,
    Cidr,
    List(Box<Kind>),
    /// Names are `a`, `b`, …; those marked may be absent.
    Record(Vec<(usize, Kind, bool)>),
    Function(Box<Kind>, Box<Kind>),
}

/// Makes up a program from numbers.
struct Maker<'n> {
    numbers: &'n [u32],
    at: usize,
    /// What is in scope.
    scope: Vec<(String, Kind)>,
    names: usize,
    /// Out of so many choices of a type one is wrong; 0: none.
    wrong: u32,
}

const FIELDS: &[&str] = &["a", "b", "c", "d"];

impl Maker<'_> {
    /// One of so many.
    fn one(&mut self, of: u32) -> u32 {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        number % of
    }

    fn kind(&mut self, depth: u32) -> Kind {
        match self.one(if depth == 0 { 5 } else { 9 }) {
            0 => Kind::Int,
            1 => Kind::Str,
            2 => Kind::Bool,
            3 => Kind::Size,
            4 => Kind::Cidr,
            5 => Kind::List(Box::new(self.kind(depth - 1))),
            6 | 7 => self.record(depth - 1),
            _ => Kind::Function(Box::new(self.kind(depth - 1)), Box::new(self.kind(depth - 1))),
        }
    }

    fn record(&mut self, depth: u32) -> Kind {
        let count = self.one(3) as usize + 1;
        Kind::Record((0..count).map(|name| (name, self.kind(depth), false)).collect())
    }

    fn fresh(&mut self) -> String {
        self.names += 1;
        format!("x{}", self.names)
    }

    /// An expression of a kind, and now and then of another one.
    fn make(&mut self, kind: &Kind, depth: u32) -> String {
        let other;
        let kind = if self.wrong > 0 && self.one(self.wrong) == 1 {
            other = self.kind(1);
            &other
        } else {
            kind
        };
        // Of two of one name the inner one is meant.
        let inner = |index: usize, name: &String| !self.scope[index + 1..].iter().any(|(other, _)| other == name);
        let known = self.scope.iter().enumerate().filter(|(index, (name, of))| of == kind && inner(*index, name));
        let known: Vec<String> = known.map(|(_, (name, _))| name.clone()).collect();
        if !known.is_empty() && self.one(3) == 0 {
            let index = self.one(known.len() as u32) as usize;
            return known[index].clone();
        }
        if depth == 0 {
            return self.plain(kind);
        }
        match self.one(12) {
            0 => {
                let condition = self.make(&Kind::Bool, depth - 1);
                let (then, otherwise) = (self.make(kind, depth - 1), self.make(kind, depth - 1));
                format!("(if {condition} then {then} else {otherwise})")
            }
            1 => {
                let of = self.kind(1);
                let (name, value) = (self.fresh(), self.make(&of, depth - 1));
                self.scope.push((name.clone(), of));
                let body = self.make(kind, depth - 1);
                self.scope.pop();
                format!("(let {name} = {value}; in {body})")
            }
            2 => {
                let from = self.kind(1);
                let function = self.make(&Kind::Function(Box::new(from.clone()), Box::new(kind.clone())), depth - 1);
                format!("({function} {})", self.make(&from, depth - 1))
            }
            3 => {
                // A field of a record, which may have others.
                let Kind::Record(mut fields) = self.record(1) else { return self.plain(kind) };
                let name = fields.len();
                fields.push((name, kind.clone(), false));
                let record = self.make(&Kind::Record(fields), depth - 1);
                format!("({record}).{}", FIELDS[name])
            }
            4 => {
                let list = self.make(&Kind::List(Box::new(kind.clone())), depth - 1);
                let first = self.plain(kind);
                format!("(head ([ {first} ] ++ {list}))")
            }
            5 => {
                // What only one branch has, with a default.
                let condition = self.make(&Kind::Bool, depth - 1);
                let (value, default) = (self.make(kind, depth - 1), self.make(kind, depth - 1));
                format!("((if {condition} then {{ z = {value}; }} else {{ }}).z or {default})")
            }
            6 => {
                // A function of a record, called twice with different ones, the second counting.
                let (name, field) = (self.fresh(), self.fresh());
                let (value, other) = (self.make(kind, depth - 1), self.plain(&Kind::Int));
                format!(
                    "(let {name} = {{ v, ... }}@{field}: ({field} // {{ w = v; }}).w; y{name} = {name} {{ v = {other}; }}; in {name} {{ v = {value}; u = y{name}; }})"
                )
            }
            7 => {
                let (name, condition) = (self.fresh(), self.make(&Kind::Bool, depth - 1));
                let (value, default) = (self.make(kind, depth - 1), self.make(kind, depth - 1));
                format!("(let {name} = if {condition} then {{ z = {value}; }} else {{ }}; in if {name} ? z then {name}.z else {default})")
            }
            8 => format!("(assert true || {}; {})", self.make(&Kind::Bool, depth - 1), self.make(kind, depth - 1)),
            _ => self.own(kind, depth - 1),
        }
    }

    /// An expression that only this kind has.
    fn own(&mut self, kind: &Kind, depth: u32) -> String {
        match kind {
            Kind::Int => match self.one(4) {
                0 => format!("({} + {})", self.make(&Kind::Int, depth), self.make(&Kind::Int, depth)),
                1 => {
                    let item = self.kind(1);
                    format!("(length {})", self.make(&Kind::List(Box::new(item)), depth))
                }
                2 => format!("(fold (s: x: s + x) 0 {})", self.make(&Kind::List(Box::new(Kind::Int)), depth)),
                _ => format!("(prefixLength {})", self.make(&Kind::Cidr, depth)),
            },
            Kind::Str => match self.one(3) {
                0 => format!("\"n-${{{}}}\"", self.make(&Kind::Int, depth)),
                1 => format!("({} + {})", self.make(&Kind::Str, depth), self.make(&Kind::Str, depth)),
                _ => format!("(join \",\" {})", self.make(&Kind::List(Box::new(Kind::Str)), depth)),
            },
            Kind::Bool => match self.one(4) {
                0 => format!("({} < {})", self.make(&Kind::Size, depth), self.make(&Kind::Size, depth)),
                1 => {
                    let of = self.kind(0);
                    format!("({} == {})", self.make(&of, depth), self.make(&of, depth))
                }
                2 => format!("({} && !{})", self.make(&Kind::Bool, depth), self.make(&Kind::Bool, depth)),
                _ => {
                    let of = self.record(1);
                    format!("({} ? a)", self.make(&of, depth))
                }
            },
            Kind::Size => format!("({} * {})", self.make(&Kind::Size, depth), self.plain(&Kind::Int)),
            Kind::Cidr => self.plain(kind),
            Kind::List(item) => match self.one(3) {
                0 => {
                    let from = self.kind(1);
                    let function = self.make(&Kind::Function(Box::new(from.clone()), item.clone()), depth);
                    format!("(map {function} {})", self.make(&Kind::List(Box::new(from)), depth))
                }
                1 => format!("({} ++ {})", self.make(kind, depth), self.make(kind, depth)),
                _ => format!("(filter (_: {}) {})", self.make(&Kind::Bool, depth), self.make(kind, depth)),
            },
            Kind::Record(fields) => {
                let split = self.one(fields.len() as u32 + 1) as usize;
                let side = |maker: &mut Self, fields: &[(usize, Kind, bool)]| {
                    let fields = fields.iter().map(|(name, of, _)| format!("{} = {}; ", FIELDS[*name], maker.make(of, depth)));
                    format!("{{ {}}}", fields.collect::<String>())
                };
                let (left, right) = (side(self, &fields[..split]), side(self, &fields[split..]));
                format!("({left} // {right})")
            }
            Kind::Function(from, to) => self.function(from, to, depth),
        }
    }

    fn function(&mut self, from: &Kind, to: &Kind, depth: u32) -> String {
        let before = self.scope.len();
        let head = if let Kind::Record(fields) = from
            && self.one(2) == 0
        {
            let at = self.fresh();
            // A name of its own for each field would be another record.
            self.scope.extend(fields.iter().map(|(name, of, _)| (FIELDS[*name].to_string(), of.clone())));
            let names: Vec<&str> = fields.iter().map(|(name, ..)| FIELDS[*name]).collect();
            format!("{{ {}, ... }}@{at}", names.join(", "))
        } else {
            let name = self.fresh();
            self.scope.push((name.clone(), from.clone()));
            name
        };
        let body = self.make(to, depth);
        self.scope.truncate(before);
        format!("({head}: {body})")
    }

    fn plain(&mut self, kind: &Kind) -> String {
        match kind {
            Kind::Int => self.one(100).to_string(),
            Kind::Str => format!("\"s{}\"", self.one(30)),
            Kind::Bool => ["true", "false"][self.one(2) as usize].to_string(),
            Kind::Size => format!("{}MiB", self.one(100)),
            Kind::Cidr => format!("10.{}.0.0/16", self.one(256)),
            Kind::List(item) => {
                let items: Vec<String> = (0..self.one(3)).map(|_| self.plain(item)).collect();
                format!("[ {} ]", items.join(" "))
            }
            Kind::Record(fields) => {
                let fields = fields.iter().map(|(name, of, _)| format!("{} = {}; ", FIELDS[*name], self.plain(of)));
                format!("{{ {}}}", fields.collect::<String>())
            }
            Kind::Function(_, to) => format!("(_: {})", self.plain(to)),
        }
    }
}

/// A program made up of numbers.
fn program(numbers: &[u32], wrong: u32) -> String {
    let mut maker = Maker { numbers, at: 0, scope: Vec::new(), names: 0, wrong };
    let kind = maker.kind(2);
    maker.make(&kind, 4)
}

/// The problems of its types, and those of its values.
fn problems(text: &str) -> (Files, Vec<Problem>, Vec<Problem>) {
    let mut files = Files::default();
    let file = files.add("program", text);
    let mut unit = Unit::read(&files, file);
    let types = unit.type_problems(&mut files, SCHEMAS);
    let (_, values) = unit.evaluate(&mut files, SCHEMAS, &NoPins);
    (files, types.0, values.0)
}

fn cases() -> u32 {
    Config::default().cases * TIMES
}

fn numbers() -> impl Strategy<Value = Vec<u32>> {
    vec(any::<u32>(), 0..300)
}

fn what_checks_evaluates() -> Result<(), Failed> {
    let checked = std::cell::Cell::new(0u32);
    law(TIMES, numbers(), |numbers| {
        let text = program(&numbers, 20);
        let (files, types, values) = problems(&text);
        // Any text may be a block; whether it is one is a question of its value.
        let of_types = |problem: &&Problem| OF_TYPES.contains(&problem.code.id) && !problem.message.contains("a CIDR block, not the text");
        let wrong = values.iter().find(of_types);
        if types.is_empty() {
            checked.set(checked.get() + 1);
        }
        match wrong {
            Some(problem) if types.is_empty() => Err(format!(
                "{text}\nchecks, but:\n{}",
                shown::problems(std::slice::from_ref(problem), &files, problem.span().unwrap().file)
            )),
            Some(_) | None => Ok(()),
        }
    })?;
    // Otherwise the law would say little.
    if checked.get() * 4 > cases() { Ok(()) } else { Err(format!("only {} of {} programs check", checked.get(), cases()).into()) }
}

fn what_is_well_typed_checks() -> Result<(), Failed> {
    law(TIMES, numbers(), |numbers| {
        let text = program(&numbers, 0);
        let (files, types, _) = problems(&text);
        match types.first() {
            Some(problem) => {
                Err(format!("{text}\n{}", shown::problems(std::slice::from_ref(problem), &files, problem.span().unwrap().file)))
            }
            None => Ok(()),
        }
    })
}

/// Whatever is left of an example when a piece of it is cut out, the checker ends, twice with the same result.
fn any_tree_is_checked() -> Result<(), Failed> {
    let files = files_of("stdlib", ".wca").into_iter().map(|file| format!("stdlib/{file}"));
    let texts: Vec<String> =
        files.chain(files_of("examples", ".wca").into_iter().map(|file| format!("examples/{file}"))).map(|file| read(&file)).collect();
    law(TIMES, vec(any::<u32>(), 3..4), |numbers| {
        let text = &texts[numbers[0] as usize % texts.len()];
        let cut = |number: u32| (number as usize % text.len()..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        let (from, to) = (cut(numbers[1]), cut(numbers[2]));
        let rest = if from < to && to - from < 400 { format!("{}{}", &text[..from], &text[to..]) } else { text[from..].to_string() };
        let once = || {
            let mut files = Files::default();
            let file = files.add("program", rest.as_str());
            type_problems(&mut files, file, SCHEMAS)
        };
        if once() == once() { Ok(()) } else { Err(format!("{rest}\nis checked differently twice")) }
    })
}
