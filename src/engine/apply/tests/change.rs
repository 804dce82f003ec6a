//! Making, changing, replacing, deleting; drift, ownership, protection and names.

use std::time::Duration;

use wcalang_model::source::Span;
use wcalang_model::value::{Address, Data, Datum, Removed};

use super::{Bench, OWNERSHIP, all, graph, output, refer, resource, secret, text, value};
use crate::plan::{Act, Action, Notice, Outage, Reason, Style, drift, fingerprint, has_drift, show, show_drift};
use crate::sim::Trouble;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.secrets.given.insert("password".into(), secret("hunter2"));
    bench
}

#[tokio::test(start_paused = true)]
async fn all_is_made_and_then_nothing_is_left_to_do() {
    let mut bench = bench();
    bench.cloud.slow.set(Duration::from_secs(30));
    bench.cloud.lag.set(Duration::from_secs(2));
    let mut desired = all();
    desired.outputs.insert("id".into(), value(output("test.Widget/a", "id")));
    let first = bench.plan(Some(&desired)).await;
    assert_eq!(first.count(|action| action == Action::Create), 6);
    bench.settle(Some(&desired)).await;
    assert_eq!(bench.state.outputs.get("id"), Some(&Datum::str(bench.cloud.ids("test.Widget")[0].as_str())));
    let before = bench.cloud.all_calls();
    bench.plan(Some(&desired)).await;
    assert_eq!(bench.cloud.all_calls() - before, 6, "one read for each kind");
    bench.settle(None).await;
    assert!(bench.state.outputs.is_empty() && bench.state.resources.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_completes_a_thing_comes_before_those_that_use_it() {
    let mut bench = bench();
    let desired = all();
    let plan = bench.plan(Some(&desired)).await;
    let place = |text: &str| plan.steps.iter().position(|step| plan.changes[step.change].address == address(text)).unwrap();
    assert!(place("test.Gadget/b") < place("test.Bolt/c"));
    assert!(place("test.Bolt/c") < place("test.Note/e"), "the note uses the gadget, which its bolt completes");
    assert!(place("test.Gizmo/d") < place("test.Note/e"), "kinds in `after`");
    bench.settle(Some(&desired)).await;
}

#[tokio::test(start_paused = true)]
async fn what_runs_in_it_is_replaced_in_a_step_of_its_own() {
    let with = |rule| graph(vec![resource("test.Crew/a", &[("rule", Data::Int(rule))])]);
    let mut bench = bench();
    bench.settle(Some(&with(1))).await;
    let plan = bench.plan(Some(&with(2))).await;
    assert_eq!(plan.steps.iter().map(|step| step.act).collect::<Vec<_>>(), [Act::Update, Act::Roll]);
    let shown = show(&plan, &bench.facts.schemas, Style::Plain);
    assert!(shown.contains("steps: change it → replace what runs in it, little by little"), "{shown}");

    // The replacement fails: the update is done, and the next plan has the rest.
    bench.cloud.trouble("roll test.Crew", 1, Trouble::Refused);
    let run = bench.run(Some(&with(2)), None).await;
    assert_eq!((run.exit(), run.failed[0].act), (4, Act::Roll));
    let plan = bench.plan(Some(&with(2))).await;
    let change = plan.change(&address("test.Crew/a")).unwrap();
    assert_eq!((change.action, change.outage), (Action::Deploy, Outage::Rolling));
    assert_eq!(change.reason, Reason::Behind("3 of 3 people".into()));
    assert!(show(&plan, &bench.facts.schemas, Style::Plain).contains("not as it should be: 3 of 3 people"));
    assert!(!has_drift(&drift(plan)), "nobody has changed anything behind our back");
    bench.settle(Some(&with(2))).await;
}

/// The people who are at work hold the widget until others have come.
#[tokio::test(start_paused = true)]
async fn what_was_left_goes_when_what_ran_there_was_replaced() {
    let with = |zone| {
        let crew = resource("test.Crew/a", &[("widget", refer("test.Widget/b"))]);
        graph(vec![resource("test.Widget/b", &[("zone", text(zone))]), crew])
    };
    let mut bench = bench();
    bench.settle(Some(&with("a"))).await;
    let plan = bench.plan(Some(&with("b"))).await;
    let acts: Vec<String> =
        plan.steps.iter().map(|step| format!("{} {}", step.act.verb(), plan.changes[step.change].address.kind)).collect();
    assert_eq!(acts, ["create test.Widget", "update test.Crew", "roll test.Crew", "delete-deposed test.Widget"]);
    assert!(plan.steps[3].needs.iter().any(|need| need.step == 2 && need.ready), "{:?}", plan.steps[3]);
    bench.settle(Some(&with("b"))).await;
}

#[tokio::test(start_paused = true)]
async fn a_field_is_updated_in_place() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let mut desired = all();
    desired.resources.insert(address("test.Widget/a"), resource("test.Widget/a", &[("size", Data::Int(3))]));
    let plan = bench.plan(Some(&desired)).await;
    let change = plan.change(&address("test.Widget/a")).unwrap();
    assert_eq!((change.action, &change.reason), (Action::Update, &Reason::Asked));
    assert_eq!((change.fields[0].old.clone(), change.fields[0].new.clone()), (Some(Datum::Int(2)), Some(Datum::Int(3))));
    assert!(show(&plan, &bench.facts.schemas, Style::Plain).contains("~ size: 2 → 3"));
    let made = bench.cloud.made.get();
    bench.settle(Some(&desired)).await;
    assert_eq!(bench.cloud.made.get(), made);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_is_made_first_and_takes_its_dependents_along() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let mut desired = all();
    desired.resources.insert(address("test.Widget/a"), resource("test.Widget/a", &[("zone", text("b"))]));
    let plan = bench.plan(Some(&desired)).await;
    let action = |name: &str| plan.change(&address(name)).unwrap().action;
    assert_eq!(action("test.Widget/a"), Action::Replace { create_first: true });
    assert_eq!(action("test.Gizmo/d"), Action::Replace { create_first: true });
    assert_eq!(action("test.Gadget/b"), Action::Update);
    assert_eq!(plan.change(&address("test.Gizmo/d")).unwrap().reason, Reason::Follows(address("test.Widget/a")));
    bench.settle(Some(&desired)).await;
}

#[tokio::test(start_paused = true)]
async fn the_next_generation_of_a_name_has_a_suffix() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let mut desired = all();
    desired.resources.get_mut(&address("test.Gadget/b")).unwrap().fields.insert("material".into(), value(text("brass")));
    bench.settle(Some(&desired)).await;
    let id = bench.cloud.ids("test.Gadget")[0].clone();
    assert_eq!(bench.cloud.things.borrow()[&id].inputs["name"], Datum::str("b-g2"));
}

#[tokio::test(start_paused = true)]
async fn what_is_made_again_after_its_end_has_another_mark_and_the_same_name() {
    let mut bench = bench();
    let marks = |bench: &Bench| bench.state.resources.values().map(|one| one.mark.clone()).collect::<Vec<_>>();
    let names = |bench: &Bench| {
        let things = bench.cloud.things.borrow();
        let mut names: Vec<_> = things.values().filter_map(|thing| thing.inputs.get("name")?.as_str().map(str::to_string)).collect();
        names.sort();
        names
    };
    bench.settle(Some(&all())).await;
    let (first, called) = (marks(&bench), names(&bench));
    bench.settle(None).await;
    bench.settle(Some(&all())).await;
    let second = marks(&bench);
    assert!(first.iter().all(|mark| !second.contains(mark)), "{first:?} {second:?}");
    assert_eq!(called, names(&bench));
    let id = bench.cloud.ids("test.Widget")[0].clone();
    bench.cloud.things.borrow_mut().remove(&id);
    bench.settle(Some(&all())).await;
    let third = marks(&bench);
    let again = third.iter().filter(|mark| !second.contains(mark)).count();
    assert_eq!(again, 2, "what had vanished, and what cannot be pointed to another");
}

#[tokio::test(start_paused = true)]
async fn a_part_with_a_unique_place_is_not_lost_when_it_is_replaced_in_it() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    bench.leave.replace.insert(address("test.Bolt/c"));
    let plan = bench.plan(Some(&all())).await;
    assert_eq!(plan.change(&address("test.Bolt/c")).unwrap().action, Action::Replace { create_first: false });
    assert_eq!(bench.run(Some(&all()), None).await.exit(), 0);
    bench.leave.replace.clear();
    bench.is_settled(Some(&all())).await;
}

#[tokio::test(start_paused = true)]
async fn what_the_file_no_longer_has_goes_in_the_right_order() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let desired = graph(vec![resource("test.Vault/f", &[])]);
    let plan = bench.plan(Some(&desired)).await;
    assert_eq!(plan.count(|action| action == Action::Delete), 5);
    bench.settle(Some(&desired)).await;
    assert_eq!(bench.cloud.count("delete test.Widget"), 1, "nothing was refused for its order");
}

#[tokio::test(start_paused = true)]
async fn drift_is_what_the_file_does_not_ask_for() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let widget = bench.cloud.ids("test.Widget")[0].clone();
    let untouched = bench.plan(Some(&all())).await;
    assert!(!has_drift(&drift(untouched.clone())));
    let mut desired = all();
    desired.resources.get_mut(&address("test.Note/e")).unwrap().fields.insert("text".into(), value(text("bye")));
    assert!(!has_drift(&drift(bench.plan(Some(&desired)).await)), "the file asks for that");
    bench.cloud.tamper(&widget, "size", Datum::Int(9));
    let drifted = drift(bench.plan(Some(&desired)).await);
    let addresses: Vec<String> = drifted.changes.iter().map(|change| change.address.to_string()).collect();
    assert_eq!(addresses, ["test.Widget/a"]);
    let shown = show_drift(&drifted, &bench.facts.schemas, Style::Plain);
    assert!(shown.contains("size: 2 → 9") && shown.ends_with("Drift in one place.\n"), "{shown}");
    assert_ne!(fingerprint(&untouched), fingerprint(&bench.plan(Some(&all())).await));
    bench.cloud.tamper(&widget, "size", Datum::Int(2));
    assert_eq!(fingerprint(&untouched), fingerprint(&bench.plan(Some(&all())).await));
}

#[tokio::test(start_paused = true)]
async fn drift_is_told_apart_and_mended() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let id = bench.cloud.ids("test.Widget")[0].clone();
    bench.cloud.tamper(&id, "size", Datum::Int(9));
    let plan = bench.plan(Some(&all())).await;
    let change = plan.change(&address("test.Widget/a")).unwrap();
    assert_eq!(change.reason, Reason::Drift);
    assert!(change.fields[0].drift && change.fields[0].declared);
    let set_back: Vec<String> = plan.set_back().iter().map(|(change, fields)| format!("{} {}", change.address, fields.len())).collect();
    assert_eq!(set_back, ["test.Widget/a 1"]);
    let shown = show(&plan, &bench.facts.schemas, Style::Plain);
    let told = "apply sets it back:\n~ test.Widget/a\n    ~ size: 9 → 2  [drift]";
    assert!(shown.contains(told) && shown.contains("1 to update; 1 of them set back"), "{shown}");
    bench.settle(Some(&all())).await;
    let vault = bench.cloud.ids("test.Vault")[0].clone();
    bench.cloud.things.borrow_mut().remove(&vault);
    assert_eq!(bench.plan(Some(&all())).await.change(&address("test.Vault/f")).unwrap().reason, Reason::Vanished);
    bench.settle(Some(&all())).await;
    let id = bench.cloud.ids("test.Vault")[0].clone();
    assert_eq!(bench.cloud.things.borrow()[&id].inputs["name"], Datum::str("f"), "what vanished keeps its name");
}

#[tokio::test(start_paused = true)]
async fn a_default_that_was_changed_is_set_back() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let id = bench.cloud.ids("test.Gadget")[0].clone();
    bench.cloud.tamper(&id, "level", Datum::Int(9));
    let plan = bench.plan(Some(&all())).await;
    let change = plan.change(&address("test.Gadget/b")).unwrap();
    assert!(change.fields[0].drift && !change.fields[0].declared);
    assert!(show(&plan, &bench.facts.schemas, Style::Plain).contains("[drift; the file does not give it]"));
    bench.settle(Some(&all())).await;
    assert_eq!(bench.cloud.things.borrow()[&id].inputs["level"], Datum::Int(1));
}

/// What the file does not give, and has no default, is nobody's to set back: it is told until an apply has seen it.
#[tokio::test(start_paused = true)]
async fn what_the_file_does_not_give_is_told_and_left() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let id = bench.cloud.ids("test.Widget")[0].clone();
    bench.cloud.tamper(&id, "zone", Datum::str("north"));
    let plan = bench.plan(Some(&all())).await;
    assert!(plan.is_empty());
    let told = Notice::Undeclared { address: address("test.Widget/a"), field: "zone".into(), seen: None, live: Some(Datum::str("north")) };
    assert_eq!(plan.notices, [told]);
    let drifted = drift(plan);
    assert!(has_drift(&drifted));
    let shown = show_drift(&drifted, &bench.facts.schemas, Style::Plain);
    assert!(shown.contains("test.Widget/a zone: (none) → \"north\", changed behind our back"), "{shown}");
    assert!(shown.ends_with("Drift in one place.\n"), "{shown}");
    bench.settle(Some(&all())).await;
    assert_eq!(bench.cloud.things.borrow()[&id].inputs["zone"], Datum::str("north"), "it was left");
    assert!(!has_drift(&drift(bench.plan(Some(&all())).await)), "an apply has seen it");
    // Who writes it into the file has it from then on.
    let mut desired = all();
    desired.resources.get_mut(&address("test.Widget/a")).unwrap().fields.insert("zone".into(), value(text("north")));
    assert!(bench.plan(Some(&desired)).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_another_resource_owns_is_not_compared() {
    let mut bench = bench();
    bench.facts.ownership = OWNERSHIP;
    bench.settle(Some(&all())).await;
    let id = bench.cloud.ids("test.Widget")[0].clone();
    bench.cloud.tamper(&id, "size", Datum::Int(9));
    let plan = bench.plan(Some(&all())).await;
    assert!(plan.is_empty());
    assert!(matches!(&plan.notices[..], [Notice::NotOurs { live: Some(Datum::Int(9)), .. }]));
    let mut desired = all();
    desired
        .resources
        .get_mut(&address("test.Widget/a"))
        .unwrap()
        .fields
        .insert("tags".into(), value(Data::Record([("colour".to_string(), value(text("red")))].into())));
    bench.settle(Some(&desired)).await;
    assert_eq!(bench.cloud.things.borrow()[&id].inputs["size"], Datum::Int(9));
}

#[tokio::test(start_paused = true)]
async fn nothing_that_is_protected_or_holds_data_goes_without_leave() {
    let mut bench = bench();
    let mut desired = all();
    desired.resources.get_mut(&address("test.Widget/a")).unwrap().protect = true;
    bench.settle(Some(&desired)).await;
    let calls = bench.cloud.all_calls();
    let plan = bench.plan(None).await;
    assert_eq!(plan.refusals.0.len(), 1, "destroy refuses what is protected: {:?}", plan.refusals);
    let removed = graph(vec![]);
    assert_eq!(bench.plan(Some(&removed)).await.refusals.0.len(), 2, "a plan refuses what holds data, too");
    desired.resources.get_mut(&address("test.Vault/f")).unwrap().fields.insert("engine".into(), value(text("16")));
    assert_eq!(bench.plan(Some(&desired)).await.refusals.0.len(), 1, "a replacement loses data");
    assert!(bench.cloud.all_calls() - calls <= 18, "only reads");
    bench.leave.destroy.insert(address("test.Widget/a"));
    bench.settle(None).await;
}

#[tokio::test(start_paused = true)]
async fn a_resource_is_renamed_in_the_records_only() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let made = bench.cloud.made.get();
    let mut desired = all();
    desired.resources.remove(&address("test.Vault/f"));
    let mut renamed = resource("test.Vault/g", &[]);
    renamed.formerly = Some("f".into());
    desired.resources.insert(renamed.address.clone(), renamed);
    bench.settle(Some(&desired)).await;
    assert_eq!(bench.cloud.made.get(), made);
    let vault = bench.cloud.ids("test.Vault")[0].clone();
    assert_eq!(bench.cloud.things.borrow()[&vault].inputs["name"], Datum::str("f"));
}

#[tokio::test(start_paused = true)]
async fn a_failed_step_stops_its_dependents_only() {
    let mut bench = bench();
    bench.cloud.trouble("create test.Gadget", 1, Trouble::Refused);
    let run = bench.run(Some(&all()), None).await;
    assert_eq!((run.exit(), run.failed.len()), (4, 1));
    let skipped: Vec<String> = run.skipped.iter().map(|(address, _)| address.to_string()).collect();
    assert_eq!(skipped, ["test.Bolt/c", "test.Note/e"]);
    bench.settle(Some(&all())).await;
}

#[tokio::test(start_paused = true)]
async fn a_replacement_that_is_refused_leaves_the_old_one_in_its_place() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let mut desired = all();
    desired.resources.get_mut(&address("test.Gadget/b")).unwrap().fields.insert("material".into(), value(text("brass")));
    bench.cloud.trouble("create test.Gadget", 2, Trouble::Refused);
    assert_eq!(bench.run(Some(&desired), None).await.exit(), 4);
    bench.is_settled(Some(&all())).await;
    bench.settle(Some(&desired)).await;
}

#[tokio::test(start_paused = true)]
async fn refusals_that_pass_are_retried() {
    let mut bench = bench();
    bench.cloud.trouble("create test.Widget", 1, Trouble::Throttled);
    bench.cloud.trouble("create test.Gadget", 1, Trouble::NotYet);
    bench.cloud.trouble("create test.Gadget", 2, Trouble::NotYet);
    bench.cloud.trouble("read test.Gizmo", 1, Trouble::Unavailable);
    bench.settle(Some(&all())).await;
}

#[tokio::test(start_paused = true)]
async fn a_forced_replacement_waits_for_its_dependents() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    bench.leave.replace.insert(address("test.Gadget/b"));
    let made = bench.cloud.made.get();
    let run = bench.run(Some(&all()), None).await;
    assert_eq!(run.exit(), 0, "{run:?}");
    bench.leave.replace.clear();
    bench.is_settled(Some(&all())).await;
    assert_eq!(bench.cloud.made.get(), made + 2, "the gadget, and the bolt that cannot be moved");
}

#[tokio::test(start_paused = true)]
async fn where_two_cannot_stand_the_old_one_goes_first() {
    let mut bench = bench();
    bench.facts.delete_first = &[("test.Gadget", &[])];
    let mut desired = all();
    desired.resources.remove(&address("test.Note/e"));
    bench.settle(Some(&desired)).await;
    desired.resources.get_mut(&address("test.Gadget/b")).unwrap().fields.insert("material".into(), value(text("brass")));
    let plan = bench.plan(Some(&desired)).await;
    let action = |name: &str| plan.change(&address(name)).unwrap().action;
    assert_eq!(action("test.Gadget/b"), Action::Replace { create_first: false });
    assert_eq!(action("test.Bolt/c"), Action::Replace { create_first: false }, "it stands on what goes");
    bench.settle(Some(&desired)).await;
    assert_eq!(bench.cloud.count("delete test.Gadget"), 1, "the bolt went before it");
}

#[tokio::test(start_paused = true)]
async fn a_line_of_removed_gives_leave() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let mut desired = all();
    desired.resources.remove(&address("test.Vault/f"));
    assert!(!bench.plan(Some(&desired)).await.is_sound());
    desired.stack.removed.push(Removed { address: address("test.Vault/f"), span: Span::default() });
    bench.settle(Some(&desired)).await;
}

#[tokio::test(start_paused = true)]
async fn protection_is_recorded_without_a_call() {
    let mut bench = bench();
    bench.settle(Some(&all())).await;
    let mut desired = all();
    desired.resources.get_mut(&address("test.Widget/a")).unwrap().protect = true;
    let plan = bench.plan(Some(&desired)).await;
    assert!(plan.is_empty() && plan.steps.len() == 1);
    assert_eq!(plan.notices, [Notice::Protection { address: address("test.Widget/a"), protected: true }]);
    bench.settle(Some(&desired)).await;
    assert!(bench.plan(Some(&desired)).await.notices.is_empty());
    assert!(bench.state.resources[&address("test.Widget/a")].protect);
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_run_is_resumed() {
    for after in [60, 90, 130, 200, 400] {
        let mut bench = bench();
        bench.cloud.slow.set(Duration::from_secs(30));
        bench.interrupt_after = Some(Duration::from_millis(after));
        let run = bench.run(Some(&all()), None).await;
        assert_eq!(run.exit(), 130, "{run:?}");
        bench.interrupt_after = None;
        bench.settle(Some(&all())).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_longest_path_takes_as_long_as_the_run() {
    let mut bench = bench();
    bench.cloud.slow.set(Duration::from_secs(30));
    let started = tokio::time::Instant::now();
    bench.settle(Some(&all())).await;
    assert!(started.elapsed() < Duration::from_secs(45), "{:?}", started.elapsed());
}
