//! How cases are written, and read.
//!
//! ```text
//! # a comment
//! [ec2.Subnet subnet]                       the resource: its kind and name
//! mapPublicIp: true -> false -> absent      a field, and the values it takes one after the other
//! given { vpc = net; }                      what the resource is given in the cases that follow
//! healthCheck.path: "/a" -> "/b"            a leaf of a nested record
//! containers[].cpu: 1vcpu                   … of the first record of a list
//! tags: { a = "1"; } == { … }               `==`: the same in other words, which must be no difference
//! port: 80 with { protocol = "TCP"; }       what must be given with a value
//! source: from guard -> guard2              it starts with a value, where it cannot be left out
//! routes[].gateway: whole [ { … } ]         the value of the whole field, of which the leaf is a part
//! transitGateway: never WHY                 no case changes it, and why
//! tags: unread WHY                          the cases that change it cannot read it back, and why
//! ```
//!
//! A line that begins with a space continues the one before it. Values are expressions of the language, within `base.wca`.

/// The cases of one resource.
#[derive(Debug, Clone)]
pub struct Section {
    /// `ec2.Subnet`
    pub kind: String,
    /// Its name in `base.wca`.
    pub resource: String,
    /// Its cases, in order.
    pub cases: Vec<Case>,
    /// Fields that no case changes, and why.
    pub never: Vec<(String, String)>,
    /// Fields that are not read back, and why.
    pub unread: Vec<(String, String)>,
}

/// One field and its values.
#[derive(Debug, Clone)]
pub struct Case {
    /// The steps into the field: `containers[]`, `cpu`.
    pub path: Vec<String>,
    /// What the resource is given beside it.
    pub given: String,
    /// What it is at first, where it cannot be left out.
    pub from: Option<Value>,
    /// The values, in order.
    pub values: Vec<Value>,
}

/// One value of a field.
#[derive(Debug, Clone)]
pub struct Value {
    /// The expression; none where the field is left out.
    pub text: Option<String>,
    /// What must be given with it.
    pub with: Option<String>,
    /// Whether it is the value before it in other words.
    pub same: bool,
    /// Whether it is the value of the whole field of the kind.
    pub whole: bool,
}

impl Case {
    /// As it is written: `containers[].cpu`.
    pub fn name(&self) -> String {
        self.path.join(".")
    }

    /// The field of the kind that it changes.
    pub fn field(&self) -> &str {
        self.path[0].trim_end_matches("[]")
    }

    /// The expression for what the resource is given before its values.
    pub fn given_at_first(&self) -> String {
        self.given_with(self.from.as_ref())
    }

    /// The expression for what the resource is given, with this value in its place; without one, without it.
    pub fn given_with(&self, value: Option<&Value>) -> String {
        let base = match value.and_then(|value| value.with.as_ref()) {
            Some(with) => format!("({} // {with})", self.given),
            None => self.given.clone(),
        };
        match value.and_then(|value| Some((value, value.text.as_ref()?))) {
            Some((value, text)) if value.whole => set(&base, &[self.field().to_string()], text),
            Some((_, text)) => set(&base, &self.path, text),
            None => base,
        }
    }
}

/// The record `base` with another value in the place of a path.
fn set(base: &str, path: &[String], value: &str) -> String {
    let Some((first, rest)) = path.split_first() else { return value.to_string() };
    if rest.is_empty() {
        return format!("({base} // {{ {first} = {value}; }})");
    }
    let depth = path.len();
    let name = first.trim_end_matches("[]");
    if name == first {
        let inner = set(&format!("(b{depth}.{name} or {{}})"), rest, value);
        return format!("(let b{depth} = {base}; in b{depth} // {{ {name} = {inner}; }})");
    }
    let inner = set(&format!("x{depth}"), rest, value);
    format!(
        "(let b{depth} = {base}; in b{depth} // {{ {name} = imap (i{depth}: x{depth}: if i{depth} == 0 then {inner} else x{depth}) (b{depth}.{name} or [ {{}} ]); }})"
    )
}

/// Reads a file of cases.
pub fn parse(file: &str, text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut given = "{}".to_string();
    for line in joined(text) {
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')).filter(|(_, rest)| rest.is_empty()) {
            let (kind, resource) = header.0.split_once(' ').unwrap_or_else(|| panic!("{file}: [KIND NAME] is wanted: {line}"));
            let (kind, resource) = (kind.to_string(), resource.to_string());
            sections.push(Section { kind, resource, cases: Vec::new(), never: Vec::new(), unread: Vec::new() });
            given = "{}".to_string();
            continue;
        }
        let section = sections.last_mut().unwrap_or_else(|| panic!("{file}: a section comes first: {line}"));
        if let Some(record) = line.strip_prefix("given ") {
            given = record.trim().to_string();
            continue;
        }
        let (path, values) = line.split_once(": ").unwrap_or_else(|| panic!("{file}: FIELD: VALUES is wanted: {line}"));
        if let Some(why) = values.strip_prefix("never ") {
            section.never.push((path.to_string(), why.trim().to_string()));
            continue;
        }
        if let Some(why) = values.strip_prefix("unread ") {
            section.unread.push((path.to_string(), why.trim().to_string()));
            continue;
        }
        let path = path.split('.').map(str::to_string).collect();
        let (values, from) = match values.strip_prefix("from ") {
            Some(values) => {
                let mut values = self::values(values);
                let from = values.remove(0);
                (values, Some(from))
            }
            None => (self::values(values), None),
        };
        section.cases.push(Case { path, given: given.clone(), from, values });
    }
    sections
}

/// The lines, each with those that continue it; without comments.
fn joined(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
        match lines.last_mut() {
            Some(before) if line.starts_with(' ') => *before = format!("{before} {}", line.trim()),
            Some(_) | None => lines.push(line.trim_end().to_string()),
        }
    }
    lines
}

fn values(text: &str) -> Vec<Value> {
    let mut values = Vec::new();
    let mut same = false;
    let mut rest = text;
    loop {
        let next = [rest.find(" -> "), rest.find(" == ")].into_iter().flatten().min();
        let one = &rest[..next.unwrap_or(rest.len())];
        let (text, with) = match one.split_once(" with {") {
            Some((text, with)) => (text, Some(format!("{{{with}"))),
            None => (one, None),
        };
        let text = Some(text.trim()).filter(|text| *text != "absent");
        let whole = text.is_some_and(|text| text.starts_with("whole "));
        let text = text.map(|text| text.trim_start_matches("whole ").to_string());
        values.push(Value { text, with, same, whole });
        let Some(next) = next else { return values };
        same = &rest[next..next + 4] == " == ";
        rest = &rest[next + 4..];
    }
}
