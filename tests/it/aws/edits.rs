//! What others do to a stack behind wcalang's back: forty-odd edits of the acceptance stack, made with boto3, each with its verdict.
//!
//! `tests/aws/edits/edits.toml` says of each what it is and what `apply` does about it; `docs/drift.md` is made from the same.
//! Several edits are made together. Then `drift` and `plan` must say of each what is written there, and nothing of anything else,
//! `apply` must do it, and the plan after it must be empty.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::bench::{Bench, project};
use super::emulator::python;
use super::laws::recorded;
use super::trial;
use super::wca_live::line;

pub fn trials() -> Vec<Trial> {
    vec![trial("edits/made", made), trial("edits/table", table)]
}

/// An edit.
struct Edit {
    round: i64,
    what: String,
    address: String,
    /// The field; none: the resource goes.
    field: Option<String>,
    verdict: String,
    apply: String,
    /// What it is after the apply, where that is neither what it was nor what the edit made.
    after: Option<Value>,
    /// What it takes along: addresses.
    also: Vec<String>,
    statements: String,
    look: String,
}

/// All of them.
fn edits() -> Vec<Edit> {
    let text = std::fs::read_to_string(project().join("tests/aws/edits/edits.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let one = |edit: &toml::Value| {
        let text = |key: &str| edit.get(key).and_then(toml::Value::as_str).map(str::to_string);
        let must = |key: &str| text(key).unwrap_or_else(|| panic!("{edit}: no {key}"));
        let also = edit.get("also").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        Edit {
            round: edit["round"].as_integer().unwrap(),
            what: must("edit"),
            address: must("address"),
            field: text("field"),
            verdict: must("verdict"),
            apply: must("apply"),
            after: edit.get("after").map(|after| serde_json::to_value(after).unwrap()),
            also: also.iter().map(|address| address.as_str().unwrap().to_string()).collect(),
            statements: must("do"),
            look: must("look"),
        }
    };
    table["edit"].as_array().unwrap().iter().map(one).collect()
}

/// The Python that makes edits.
pub struct Editor {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Editor {
    /// One who knows the identities of a stack.
    pub fn new(bench: &Bench, stack: &str) -> Self {
        let ids = recorded(bench, stack).resources.into_iter().filter_map(|(address, one)| Some((address.to_string(), one.id?.0)));
        let mut child = Command::new(python())
            .arg(project().join("tests/aws/edits/edit.py"))
            .arg(format!("http://127.0.0.1:{}", bench.emulator.port()))
            .arg(json!(ids.collect::<BTreeMap<_, _>>()).to_string())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (ask, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, ask, answers }
    }

    /// Makes an edit.
    pub fn make(&mut self, statements: &str) {
        self.ask(&json!({ "do": statements }));
    }

    /// Tells the value of an expression.
    pub fn tell(&mut self, expression: &str) -> Value {
        self.ask(&json!({ "look": expression }))
    }

    fn look(&mut self, edit: &Edit) -> Value {
        self.tell(edit.look.trim())
    }

    fn ask(&mut self, asked: &Value) -> Value {
        writeln!(self.ask, "{asked}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{asked} fails"))
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn made() {
    let edits = edits();
    let bench = Bench::new("edits");
    bench.expect(0, &line("apply --yes"));
    let mut wrong = Vec::new();
    for round in edits.iter().map(|edit| edit.round).collect::<BTreeSet<_>>() {
        let edits: Vec<&Edit> = edits.iter().filter(|edit| edit.round == round).collect();
        let mut editor = Editor::new(&bench, "wca-live");
        let before: Vec<Value> = edits.iter().map(|edit| editor.look(edit)).collect();
        for edit in &edits {
            editor.make(&edit.statements);
        }
        let edited: Vec<Value> = edits.iter().map(|edit| editor.look(edit)).collect();
        for command in ["drift --json", "plan --json"] {
            let said = bench.run(&line(command));
            let document: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{}{}", said.stdout, said.stderr));
            wrong.extend(edits.iter().filter_map(|edit| says(&document, edit)).map(|why| format!("{command}: {why}")));
            wrong.extend(strays(&document, &edits).into_iter().map(|why| format!("{command}: {why}")));
        }
        bench.expect(0, &line("apply --yes"));
        let after: Vec<Value> = edits.iter().map(|edit| editor.look(edit)).collect();
        for (index, edit) in edits.iter().enumerate() {
            let (before, edited, after) = (&before[index], &edited[index], &after[index]);
            let wanted = match (edit.apply.as_str(), &edit.after) {
                (_, Some(after)) => after,
                ("reverts", None) => before,
                ("leaves", None) => edited,
                (other, None) => panic!("{}: {other} needs an `after`", edit.what),
            };
            if before == edited {
                wrong.push(format!("{}: the edit changes nothing of {before}", edit.what));
            }
            if wanted != after {
                wrong.push(format!("{}: it was {before}, the edit made it {edited}, and apply {after}, not {wanted}", edit.what));
            }
        }
        let left = bench.run(&line("plan"));
        if left.code != Some(0) {
            wrong.push(format!("round {round}: the plan after it is not empty\n{}{}", left.stdout, left.stderr));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What a document says of an edit otherwise than it should.
fn says(document: &Value, edit: &Edit) -> Option<String> {
    let list = |name: &str| document[name].as_array().cloned().unwrap_or_default();
    let change = list("changes").into_iter().find(|change| change["address"] == edit.address.as_str());
    let fields = change.as_ref().and_then(|change| change["fields"].as_array().cloned()).unwrap_or_default();
    let field = |name: &str| fields.iter().find(|field| field["field"] == name).cloned();
    let is_of = |notice: &Value| notice["notice"] == "not-ours" && notice["address"] == edit.address.as_str();
    let notice = list("notices").into_iter().find(|notice| is_of(notice) && notice["field"].as_str() == edit.field.as_deref());
    let inside = notice.as_ref().map(|notice| notice["inside"] == true);
    let is_told = |notice: &Value| notice["notice"] == "undeclared" && notice["address"] == edit.address.as_str();
    let told = list("notices").iter().any(|notice| is_told(notice) && notice["field"].as_str() == edit.field.as_deref());
    let drifts = match &edit.field {
        Some(name) => field(name).map(|field| field["drift"] == true),
        None => change.as_ref().map(|change| change["reason"] == "vanished"),
    };
    let holds = match edit.verdict.as_str() {
        "drift" => (drifts, inside, told) == (Some(true), None, false),
        "not ours" => (drifts, inside, told) == (None, Some(true), false),
        "out of bounds" => (drifts, inside, told) == (Some(true), Some(false), false),
        "undeclared" => (drifts, inside, told) == (None, None, true),
        other => panic!("{}: there is no verdict {other}", edit.what),
    };
    (!holds).then(|| format!("{} is not {}: {} {}", edit.what, edit.verdict, change.unwrap_or_default(), notice.unwrap_or_default()))
}

/// What a document says of what nobody touched.
fn strays(document: &Value, edits: &[&Edit]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let of_an_edit = |address: &str, field: Option<&str>| {
        edits.iter().any(|edit| {
            edit.also.iter().any(|also| also == address) || edit.address == address && (field.is_none() || edit.field.as_deref() == field)
        })
    };
    let mut strays = Vec::new();
    for change in document["changes"].as_array().into_iter().flatten().filter(|change| change["action"] != "nothing") {
        let address = text(&change["address"]);
        let vanished = change["reason"] == "vanished";
        let fields = change["fields"].as_array().into_iter().flatten().map(|field| text(&field["field"])).filter(|_| !vanished);
        let stray: Vec<String> = fields.filter(|field| !of_an_edit(&address, Some(field))).collect();
        if !stray.is_empty() || !of_an_edit(&address, None) {
            strays.push(format!("nobody touched {address} {stray:?}: {change}"));
        }
    }
    let told = |notice: &&Value| notice["inside"] == false || notice["notice"] == "undeclared";
    for notice in document["notices"].as_array().into_iter().flatten().filter(told) {
        if !of_an_edit(&text(&notice["address"]), notice["field"].as_str()) {
            strays.push(format!("nobody touched {notice}"));
        }
    }
    strays
}

/// `docs/drift.md` has what the edits say.
fn table() {
    let path = project().join("docs/drift.md");
    let made = page(&edits());
    if std::env::var_os("UPDATE_DRIFT").is_some() {
        std::fs::write(&path, made).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == made, "docs/drift.md is not what the edits say; UPDATE_DRIFT=1 writes it");
}

const HEAD: &str = "# What others change

A stack lives in an account in which others act too: people in a console, scripts, pipelines, AWS itself. Each edit here is made to
the stack of `examples/wca-live.wca` behind wcalang's back, in the sandbox's emulator, by `tests/aws/edits`; `wcalang drift` says of
it what stands here and says nothing of anything else, `apply` does what stands here, and the plan after it is empty.
`UPDATE_DRIFT=1 cargo test --release --test it aws/edits/table` writes this file.

- **drift**: only the file decides this, and somebody else has changed it. `apply` sets it back.
- **not ours**: another resource of the stack decides it, and what it is now is within that one's bounds. `apply` leaves it.
- **out of bounds**: another resource decides it, but would not have made it this. `apply` sets it back within the bounds.
- **undeclared**: the file does not give it, and nothing of the stack decides it. It is told; `apply` leaves it, and counts from there.

| what was done | whose | field | verdict | `apply` |
| --- | --- | --- | --- | --- |
";

fn page(edits: &[Edit]) -> String {
    let mut page = HEAD.to_string();
    for edit in edits {
        let kind = edit.address.split('/').next().unwrap_or_default();
        let field = edit.field.as_ref().map_or("gone".to_string(), |field| format!("`{field}`"));
        page += &format!("| {} | `{kind}` | {field} | {} | {} |\n", edit.what, edit.verdict, edit.apply);
    }
    page
}
