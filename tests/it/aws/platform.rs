//! A stack of the library's options that the examples have no use for: applied, changed, and left alone where ECS moves traffic.

use std::collections::BTreeSet;

use libtest_mimic::Trial;
use wcalang_aws::SCHEMAS;
use wcalang_model::kind::{AnyKind, AnyLive, Changed, Cx, Id};
use wcalang_model::value::{Datum, Fields};

use super::bench::Bench;
use super::inventory::{assert_empty, dump};
use super::laws::{connection, recorded};
use super::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("platform/changed", changed), trial("platform/shifted", shifted), trial("platform/exchanged", exchanged)]
}

/// Every option that a change turns is turned in place, and nothing differs after it.
fn changed() {
    let bench = Bench::new("platform-changed");
    bench.expect(0, "apply platform.wca --yes");
    bench.expect(0, "plan platform.wca");
    let first = std::fs::read_to_string(dump(&bench, "first")).unwrap();
    bench.expect(2, "plan platform.wca --var step=second");
    bench.expect(0, "apply platform.wca --var step=second --yes");
    bench.expect(0, "plan platform.wca --var step=second");
    let second = std::fs::read_to_string(dump(&bench, "second")).unwrap();
    for (before, after) in [
        ("\"bakeTimeInMinutes\": 10", "\"bakeTimeInMinutes\": 5"),
        ("\"OnDemandPercentageAboveBaseCapacity\": 25", "\"OnDemandPercentageAboveBaseCapacity\": 50"),
        ("\"NoncurrentDays\": 30", "\"NoncurrentDays\": 60"),
    ] {
        assert!(first.contains(before) && !second.contains(before) && second.contains(after), "{before} -> {after}\n{first}\n{second}");
    }
    bench.expect(0, "destroy platform.wca --var step=second --yes --allow-destroy ecr.Repository/platform");
    assert_empty(&bench);
}

/// What ECS moves between blue and green is not moved back; where a rule sends requests otherwise is.
fn shifted() {
    let bench = Bench::new("platform-shifted");
    bench.expect(0, "apply platform.wca --yes");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cx = runtime.block_on(connection(&bench));
    let (id, rule) = runtime.block_on(rule(&bench, &cx));
    let weights = weights_of(&rule).iter().map(turned).collect();
    runtime.block_on(set(&cx, &id, &rule, "weights", Datum::List(weights)));
    bench.expect(0, "plan platform.wca");

    // Somebody takes the group without traffic off the rule: it comes back, and the traffic stays where it is.
    let (id, rule) = runtime.block_on(self::rule(&bench, &cx));
    let moved = weights_of(&rule);
    let busy = moved.iter().filter(|weight| weight["weight"] == Datum::Int(100)).map(|weight| weight["targetGroup"].clone()).collect();
    let forward = Fields::from([("targetGroups".to_string(), Datum::List(busy))]);
    let action = Fields::from([("forward".to_string(), Datum::Record(forward))]);
    runtime.block_on(set(&cx, &id, &rule, "action", Datum::Record(action)));
    bench.expect(2, "plan platform.wca");
    bench.expect(0, "apply platform.wca --yes");
    bench.expect(0, "plan platform.wca");
    let (_, rule) = runtime.block_on(self::rule(&bench, &cx));
    assert_eq!(weights_of(&rule), moved);
    bench.expect(0, "destroy platform.wca --yes --allow-destroy ecr.Repository/platform");
    assert_empty(&bench);
}

/// Two rules exchange their places, which no two calls of their own could do.
fn exchanged() {
    let bench = Bench::new("platform-exchanged");
    let program = r#"
        { turned : Bool ? false }:
        let
          front = loadBalancer { name = "front"; vpc = vpc { name = "front"; }; port = 80; };
          rule = name: priority: aws.elb.ListenerRule {
            inherit name priority;
            listener = front.production;
            conditions.paths = [ "/${name}/*" ];
            action.fixedResponse.statusCode = "404";
          };
        in {
          name = "front";
          region = "us-west-2";
          resources = [ front (rule "one" (if turned then 2 else 1)) (rule "two" (if turned then 1 else 2)) ];
        }
    "#;
    std::fs::write(bench.folder.join("front.wca"), program).unwrap();
    bench.expect(0, "apply front.wca --yes");
    bench.expect(0, "plan front.wca");
    bench.expect(0, "apply front.wca --var turned=true --yes");
    bench.expect(0, "plan front.wca --var turned=true");
    bench.expect(0, "destroy front.wca --yes");
    assert_empty(&bench);
}

fn calls() -> &'static dyn AnyKind {
    SCHEMAS.kind("elb.ListenerRule").unwrap().calls.unwrap()
}

/// The rule of production traffic.
async fn rule(bench: &Bench, cx: &Cx) -> (Id, AnyLive) {
    let state = recorded(bench, "platform");
    let (_, rule) = state.resources.iter().find(|(address, _)| address.to_string() == "elb.ListenerRule/platform-web-production").unwrap();
    let id = rule.id.clone().unwrap();
    let live = calls().read(cx, std::slice::from_ref(&id)).await.unwrap().remove(0).unwrap();
    (id, live)
}

fn weights_of(rule: &AnyLive) -> Vec<Fields> {
    let Some(Datum::List(weights)) = rule.inputs.get("weights") else { panic!("{:?}", rule.inputs) };
    weights.iter().map(|weight| weight.as_record().unwrap().clone()).collect()
}

/// The same group with what the other one had of a hundred.
fn turned(weight: &Fields) -> Datum {
    let Some(Datum::Int(share)) = weight.get("weight") else { panic!("{weight:?}") };
    let mut turned = weight.clone();
    turned.insert("weight".to_string(), Datum::Int(100 - share));
    Datum::Record(turned)
}

async fn set(cx: &Cx, id: &Id, live: &AnyLive, field: &str, value: Datum) {
    let mut new = live.inputs.clone();
    new.insert(field.to_string(), value);
    calls().update(cx, id, live, &new, &Changed(BTreeSet::from([field.to_string()]))).await.unwrap();
}
