//! Plans without a cloud: order, text and JSON of a first plan, and how long a large one takes.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wcalang_model::kind::{Place, Schemas};
use wcalang_model::source::Span;
use wcalang_model::value::{Address, Data, Graph, Resource, Stack, Store, Value};

use super::{Act, Action, Facts, Given, Leave, Plan, Secrets, Style, Survey, dependencies, plan, show, to_json};
use crate::sim::KINDS;
use crate::state::State;

fn facts() -> Facts {
    let place = Place { partition: "sim".into(), account: "000000000000".into(), region: "here".into() };
    Facts {
        schemas: Schemas { kinds: KINDS, lookups: &[] },
        ownership: &[],
        versioned: &[],
        anchored: &[],
        delete_first: &[],
        noticed: &[],
        expected: &[],
        place,
    }
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn resource(name: &str, fields: &[(&str, Data)], after: &[&str]) -> Resource {
    let fields = fields.iter().map(|(name, data)| (name.to_string(), Value::new(data.clone(), Span::default())));
    Resource {
        address: address(name),
        fields: fields.collect(),
        after: after.iter().map(|name| address(name)).collect(),
        protect: false,
        purge: false,
        formerly: None,
        named: Span::default(),
        span: Span::default(),
    }
}

fn graph(resources: Vec<Resource>) -> Graph {
    let stack = Stack {
        name: "shop".into(),
        region: "here".into(),
        account: None,
        tags: BTreeMap::new(),
        store: Store::Local,
        removed: Vec::new(),
        span: Span::default(),
    };
    let resources = resources.into_iter().map(|resource| (resource.address.clone(), resource)).collect();
    Graph { stack, resources, outputs: BTreeMap::new(), blocks: BTreeMap::new() }
}

fn refer(name: &str) -> Data {
    Data::Resource(address(name))
}

fn text(text: &str) -> Data {
    Data::Str(Arc::from(text))
}

fn first(desired: &Graph, facts: &Facts) -> Plan {
    let (recorded, live, secrets, leave) = (State::new("shop"), Survey::default(), Secrets::default(), Leave::default());
    plan(Given { desired: Some(desired), recorded: &recorded, live: &live, answers: &|_, _| None, secrets: &secrets, leave: &leave, facts })
}

#[test]
fn what_no_reference_expresses_gives_way_to_references() {
    // A note comes after every gizmo; this gizmo is told to come after the note.
    let desired = graph(vec![
        resource("test.Widget/w", &[], &[]),
        resource("test.Gizmo/g", &[("widget", refer("test.Widget/w"))], &["test.Note/n"]),
        resource("test.Note/n", &[("text", text("hello"))], &[]),
    ]);
    let all = dependencies(&desired, &facts());
    assert!(!all[&address("test.Note/n")].contains_key(&address("test.Gizmo/g")));
    assert!(all[&address("test.Gizmo/g")].contains_key(&address("test.Note/n")));
}

#[test]
fn an_early_reference_does_not_wait_for_readiness() {
    let desired = graph(vec![
        resource("test.Gadget/g", &[], &[]),
        resource("test.Bolt/b", &[("gadget", refer("test.Gadget/g"))], &[]),
        resource("test.Note/n", &[("text", text("hello")), ("about", refer("test.Gadget/g"))], &[]),
    ]);
    let plan = first(&desired, &facts());
    let need = |name: &str, of: &str| {
        let step = plan.steps.iter().find(|step| plan.changes[step.change].address == address(name)).unwrap();
        let mut needs = step.needs.iter().filter(|need| plan.changes[plan.steps[need.step].change].address == address(of));
        needs.next().map(|need| need.ready)
    };
    assert_eq!(need("test.Bolt/b", "test.Gadget/g"), Some(false));
    assert_eq!(need("test.Note/n", "test.Gadget/g"), Some(true));
    assert_eq!(need("test.Note/n", "test.Bolt/b"), Some(true));
}

#[test]
fn a_circle_is_one_problem() {
    let desired = graph(vec![
        resource("test.Note/a", &[("text", text("a"))], &["test.Note/b"]),
        resource("test.Note/b", &[("text", text("b"))], &["test.Note/a"]),
    ]);
    let plan = first(&desired, &facts());
    assert_eq!(plan.problems.0.len(), 1);
    assert!(plan.problems.0[0].message.contains("test.Note/a → test.Note/b → test.Note/a"));
}

#[test]
fn a_first_plan_reads_well() {
    let desired = graph(vec![
        resource("test.Widget/w", &[("size", Data::Int(3))], &[]),
        resource("test.Gadget/Shop", &[("widget", refer("test.Widget/w"))], &[]),
    ]);
    let plan = first(&desired, &facts());
    let shown = show(&plan, &facts().schemas, Style::Plain);
    assert_eq!(
        shown,
        "+ test.Gadget/Shop\n    name: \"shop\"\n    widget: (known after apply)\n\
         + test.Widget/w\n    size: 3\n    tags: { Name = \"w\"; }\n\nPlan: 2 to create; about 42 s.\n"
    );
    let json = to_json(&plan, &|_| "shop.wca:1:1".to_string());
    assert_eq!((json["version"].as_u64(), json["changes"][0]["action"].as_str()), (Some(1), Some("create")));
    assert!(show(&plan, &facts().schemas, Style::Color).contains("\u{1b}[32m+ test.Widget/w\u{1b}[0m"));
}

#[test]
fn steps_come_after_what_they_need() {
    let mut resources = Vec::new();
    for index in 0..500 {
        resources.push(resource(&format!("test.Widget/{index}"), &[], &[]));
        resources.push(resource(&format!("test.Gizmo/{index}"), &[("widget", refer(&format!("test.Widget/{index}")))], &[]));
        resources.push(resource(&format!("test.Gadget/{index}"), &[("widget", refer(&format!("test.Widget/{index}")))], &[]));
        resources.push(resource(&format!("test.Bolt/{index}"), &[("gadget", refer(&format!("test.Gadget/{index}")))], &[]));
    }
    let plan = first(&graph(resources), &facts());
    assert_eq!(plan.count(|action| action == Action::Create), 2000);
    for (index, step) in plan.steps.iter().enumerate() {
        assert!(step.act == Act::Create && step.needs.iter().all(|need| need.step < index));
    }
    let paths: BTreeSet<u32> = plan.steps.iter().map(|step| step.path).collect();
    assert_eq!(paths.into_iter().max(), Some(44), "widget, gadget until it is ready, bolt");
}
