//! The power is cut at every write of the journal, just before and just after it is durable; the next run finishes the work.

use std::time::Duration;

use wcalang_model::value::{Address, Data, Graph};

use super::{Bench, all, graph, refer, resource, secret, text, value};
use crate::state::Crash;

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.secrets.given.insert("password".into(), secret("hunter2"));
    bench.cloud.lag.set(Duration::from_secs(2));
    bench.cloud.slow.set(Duration::from_secs(5));
    bench
}

/// From what `before` made to `desired`, crashing at every write in turn, and going on to `then`.
async fn every_crash(before: Option<&Graph>, desired: Option<&Graph>, then: Option<&Graph>) {
    for (writes, crash) in (1..).flat_map(|number| [Crash::Before(number), Crash::After(number)]).enumerate() {
        let mut bench = bench();
        if before.is_some() {
            bench.settle(before).await;
        }
        let run = bench.run(desired, Some(crash)).await;
        if run.stopped.is_none() {
            assert!(writes > 2, "{writes}");
            return;
        }
        bench.settle(then).await;
        assert!(bench.state.resources.values().all(|recorded| recorded.deposed.is_empty()));
    }
}

/// Every kind whose lost creates are never made twice.
fn exact() -> Graph {
    let mut desired = all();
    desired.resources.remove(&Address::new("test.Note", "e"));
    desired
}

#[tokio::test(start_paused = true)]
async fn while_all_is_made() {
    every_crash(None, Some(&exact()), Some(&exact())).await;
}

#[tokio::test(start_paused = true)]
async fn while_all_is_made_and_then_destroyed() {
    every_crash(None, Some(&exact()), None).await;
}

#[tokio::test(start_paused = true)]
async fn while_all_is_made_and_then_wanted_otherwise() {
    let mut other = exact();
    other.stack.tags.insert("other".into(), "tag".into());
    other.resources.insert(Address::new("test.Widget", "a"), resource("test.Widget/a", &[("size", Data::Int(7))]));
    every_crash(None, Some(&exact()), Some(&other)).await;
}

#[tokio::test(start_paused = true)]
async fn while_all_is_destroyed() {
    every_crash(Some(&all()), None, None).await;
}

#[tokio::test(start_paused = true)]
async fn while_something_is_replaced() {
    let mut desired = exact();
    let mut replace = |address: &str, field: &str| {
        let resource = desired.resources.get_mut(&Address::parse(address).unwrap()).unwrap();
        resource.fields.insert(field.into(), value(text("new")));
    };
    replace("test.Widget/a", "zone");
    replace("test.Gadget/b", "material");
    every_crash(Some(&exact()), Some(&desired), Some(&desired)).await;
    every_crash(Some(&exact()), Some(&desired), None).await;
    every_crash(Some(&exact()), Some(&desired), Some(&exact())).await;
}

#[tokio::test(start_paused = true)]
async fn while_most_of_it_goes() {
    let rest = graph(vec![resource("test.Vault/f", &[])]);
    every_crash(Some(&all()), Some(&rest), Some(&rest)).await;
    every_crash(Some(&exact()), Some(&rest), Some(&exact())).await;
}

/// What runs says that it must be replaced, so no power cut between the update and that loses it.
#[tokio::test(start_paused = true)]
async fn while_what_runs_is_replaced() {
    let with = |rule| {
        let crew = resource("test.Crew/a", &[("rule", Data::Int(rule)), ("widget", refer("test.Widget/b"))]);
        graph(vec![resource("test.Widget/b", &[("size", Data::Int(rule))]), crew])
    };
    every_crash(Some(&with(1)), Some(&with(2)), Some(&with(2))).await;
    every_crash(Some(&with(1)), Some(&with(2)), Some(&with(3))).await;
    every_crash(Some(&with(1)), Some(&with(2)), Some(&with(1))).await;
}
