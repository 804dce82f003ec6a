//! What is documented runs: the examples of the prelude, of the library's modules and of their options, and `examples/`.
//!
//! The plan of each module's example and of each stack of `examples/` against an empty account is a snapshot: the text that
//! `wcalang plan` shows.

#[path = "../../src/cli/facts.rs"]
mod facts;

use std::collections::BTreeMap;

use libtest_mimic::{Failed, Trial};
use wcalang_aws::SCHEMAS;
use wcalang_engine::plan::{Given, Leave, Secrets, Style, Survey, plan, show, to_json};
use wcalang_engine::state::State;
use wcalang_lang::eval::builtins::{BUILTINS, Builtin};
use wcalang_lang::format::format as formatted;
use wcalang_lang::library::{Library, MODULES, documentation};
use wcalang_lang::manual::{MemberDoc, members};
use wcalang_lang::{NoPins, evaluate, syntax_problems, type_problems};
use wcalang_model::diag::{Format, render};
use wcalang_model::kind::Place;
use wcalang_model::source::Files;
use wcalang_model::value::{Datum, Lookup, Secret};

use crate::programs::{Program, check, files_of, path, read, trial};
use crate::{schema, shown};

/// One trial for each function, module, option and stack.
pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    trials.extend(BUILTINS.iter().map(|builtin| trial(format!("prelude/{}", builtin.name), move || builtin_example(builtin))));
    for module in MODULES {
        let members = members(module);
        if members.is_empty() {
            trials.push(trial(format!("library/{}/example", module.name), move || module_example(module)));
            trials.push(trial(format!("library/{}/options", module.name), move || option_examples(module)));
        }
        for member in members {
            trials.push(trial(format!("library/{}", member.name), move || member_example(&member)));
        }
        trials.push(trial(format!("library/{}/types", module.name), move || module_types(module)));
        trials.push(trial(format!("library/{}/formatted", module.name), move || is_formatted(module.file, module.text)));
    }
    for file in files_of("examples", ".wca") {
        let stem = file.trim_end_matches(".wca").to_string();
        let (name, text) = (file.clone(), read(&format!("examples/{file}")));
        trials.push(trial(format!("examples/{stem}/formatted"), move || is_formatted(&name, &text)));
        trials.push(trial(format!("examples/{stem}/plan"), move || example(&file, &stem)));
    }
    trials
}

fn builtin_example(builtin: &Builtin) -> Result<(), Failed> {
    let (program, result) = builtin.example;
    gives(program, result)
}

/// Every function of a module says what it takes and does, and its example runs.
fn member_example(member: &MemberDoc) -> Result<(), Failed> {
    let (program, result) = &member.example;
    if [&member.doc, &member.signature, program, result].iter().any(|text| text.is_empty()) {
        return Err(format!("something is missing in {member:?}").into());
    }
    let short = member.name.split_once('.').map_or("", |(_, name)| name);
    if !program.contains(short) {
        return Err(format!("the example of {} does not use it: {program}", member.name).into());
    }
    gives(program, result)
}

fn gives(program: &str, result: &str) -> Result<(), Failed> {
    let (came, wanted) = (value_of(program)?, value_of(result)?);
    if came == wanted { Ok(()) } else { Err(format!("{program}\nis {came}\nnot {wanted}").into()) }
}

/// A module has no mistake of types, whatever options it is given.
fn module_types(module: &Library) -> Result<(), Failed> {
    let mut files = Files::default();
    let file = files.add(module.file, module.text);
    let problems = type_problems(&mut files, file, SCHEMAS);
    if problems.is_empty() { Ok(()) } else { Err(shown::problems(&problems.0, &files, file).into()) }
}

fn value_of(program: &str) -> Result<String, Failed> {
    let mut files = Files::default();
    let file = files.add("example", program);
    let (value, problems) = evaluate(&mut files, file, SCHEMAS, &NoPins);
    if problems.is_empty() {
        return Ok(value.map_or_else(|| "a function".to_string(), |value| shown::value(&value)));
    }
    Err(shown::problems(&problems.0, &files, file).into())
}

fn module_example(module: &Library) -> Result<(), Failed> {
    let doc = documentation(module, SCHEMAS).doc;
    let (_, example) = doc.split_once("\nExample:\n").ok_or("the module has no example")?;
    let text = format!("{{ name = \"example\"; region = \"us-west-2\"; resources = [ (\n{example}\n) ]; }}\n");
    let program = check("example.wca", &text, &[]);
    snapshot("tests/stdlib/snapshots", module.name, &planned(&program)?);
    Ok(())
}

/// Every option says what it means and has an example that reads; one with `…` shows a shape only.
fn option_examples(module: &Library) -> Result<(), Failed> {
    for option in documentation(module, SCHEMAS).options {
        let doc = option.doc.split_whitespace().collect::<Vec<_>>().join(" ");
        let example = doc.split_once("Example: `").and_then(|(_, rest)| rest.rsplit_once('`'));
        let Some((example, _)) = example else { return Err(format!("option `{}` has no example: {doc}", option.name).into()) };
        if !example.starts_with(&option.name) {
            return Err(format!("the example of `{}` gives something else: {example}", option.name).into());
        }
        let mut files = Files::default();
        let file = files.add("example", format!("{{ {example} }}"));
        let problems = syntax_problems(&files, file);
        if !problems.is_empty() && !example.contains('…') {
            return Err(format!("{example}\n{}", shown::problems(&problems.0, &files, file)).into());
        }
    }
    Ok(())
}

fn is_formatted(name: &str, text: &str) -> Result<(), Failed> {
    let formatted = formatted(text).ok_or_else(|| format!("{name} does not read"))?;
    let differs = text.lines().zip(formatted.lines()).position(|(is, should)| is != should);
    match differs {
        Some(line) => {
            let (is, should) = (text.lines().nth(line).unwrap_or(""), formatted.lines().nth(line).unwrap_or(""));
            Err(format!("{name}:{}: `wcalang fmt` writes\n{should}\nfor\n{is}", line + 1).into())
        }
        None if formatted == text => Ok(()),
        None => Err(format!("{name} is longer or shorter once it is formatted").into()),
    }
}

fn example(file: &str, stem: &str) -> Result<(), Failed> {
    let values = path(&format!("examples/{stem}.toml"));
    let given = if values.exists() { toml_values(&read(&format!("examples/{stem}.toml"))) } else { Vec::new() };
    let program = check(file, &read(&format!("examples/{file}")), &given);
    snapshot("tests/examples/snapshots", stem, &planned(&program)?);
    Ok(())
}

/// The texts of a file of values.
fn toml_values(text: &str) -> Vec<(String, String)> {
    let table: toml::Table = toml::from_str(text).unwrap();
    table.into_iter().map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_string))).collect()
}

/// What `wcalang plan` shows of a program in an empty account, where its lookups have answers.
fn planned(program: &Program) -> Result<String, Failed> {
    let problems = &program.compiled.problems;
    if !problems.is_empty() {
        return Err(render(&problems.0, &program.files, Format::Graphical { color: false, width: 110 }).into());
    }
    let graph = program.compiled.graph.as_ref().ok_or("no graph")?;
    let place = Place { partition: "aws".into(), account: "123456789012".into(), region: graph.stack.region.clone() };
    let secrets = program.compiled.inputs.iter().filter(|input| input.secret);
    let given: BTreeMap<String, Secret> = secrets.map(|input| (input.name.clone(), Secret::new("made-up"))).collect();
    let (recorded, live, leave) = (State::new(graph.stack.name.clone()), Survey::default(), Leave::default());
    let (secrets, facts) = (Secrets { given, key: None }, facts::facts(place));
    let plan = plan(Given {
        desired: Some(graph),
        recorded: &recorded,
        live: &live,
        answers: &answer,
        secrets: &secrets,
        leave: &leave,
        facts: &facts,
    });
    let wrong = schema::check(&to_json(&plan, &|span| program.files.locate(span)));
    if !wrong.is_empty() {
        return Err(format!("the plan is not as docs/plan.schema.json says: {}", wrong.join("; ")).into());
    }
    let problems = render(&plan.problems.0, &program.files, Format::Short);
    let text = show(&plan, &SCHEMAS, Style::Plain);
    if text.contains("made-up") && !program.files.get(program.file).text.contains("made-up") {
        return Err("the plan shows a secret".into());
    }
    Ok(format!("{problems}{text}"))
}

/// Answers as AWS would give them.
fn answer(lookup: &Lookup, output: &str) -> Option<Datum> {
    let text = |text: &str| Some(Datum::Str(text.to_string()));
    match (lookup.name.as_str(), output) {
        ("zones", "names") => Some(Datum::List(["us-west-2a", "us-west-2b"].map(|zone| Datum::Str(zone.into())).into())),
        ("zones", "names.0") => text("us-west-2a"),
        ("zones", "names.1") => text("us-west-2b"),
        ("image", "id") => text("ami-0123456789abcdef0"),
        ("image", "name") => text("al2023-ami-ecs-hvm-2023.0.20260101-kernel-6.1-x86_64"),
        ("certificate", "arn") => text("arn:aws:acm:us-west-2:123456789012:certificate/00000000-0000-0000-0000-000000000000"),
        ("identity", "account") => text("123456789012"),
        ("identity", "partition") => text("aws"),
        ("identity", "region") => text("us-west-2"),
        _ => None,
    }
}

fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
