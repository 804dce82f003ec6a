//! Secrets: unchanged, changed, not given, without a key; never in a record.

use super::{Bench, all, secret};
use crate::plan::{Notice, Style, show, to_json};
use crate::sim::Cloud;
use wcalang_model::value::{Datum, Fields};

fn password(cloud: &Cloud) -> Datum {
    let id = cloud.ids("test.Gizmo")[0].clone();
    let inputs: Fields = cloud.things.borrow()[&id].inputs.clone();
    inputs["hidden password"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_create_needs_its_secret() {
    let bench = Bench::new();
    let plan = bench.plan(Some(&all())).await;
    assert_eq!(plan.problems.0.len(), 1);
    assert!(plan.problems.0[0].message.contains("`password`"));
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_compared_by_its_digest() {
    let mut bench = Bench::new();
    bench.secrets.given.insert("password".into(), secret("one"));
    bench.settle(Some(&all())).await;
    assert_eq!(password(&bench.cloud), Datum::str("one"));
    assert!(!format!("{:?}", bench.state).contains("\"one\""));

    bench.secrets.given.clear();
    assert!(bench.plan(Some(&all())).await.is_empty(), "not given is unchanged");
    bench.secrets.given.insert("password".into(), secret("two"));
    let plan = bench.plan(Some(&all())).await;
    assert_eq!(plan.steps.len(), 1);
    let shown = show(&plan, &bench.facts.schemas, Style::Plain) + &to_json(&plan, &|_| String::new()).to_string();
    assert!(shown.contains("(secret)") && !shown.contains("two"));
    bench.settle(Some(&all())).await;
    assert_eq!(password(&bench.cloud), Datum::str("two"));
}

#[tokio::test(start_paused = true)]
async fn without_the_key_nothing_is_rotated() {
    let mut bench = Bench::new();
    bench.secrets.given.insert("password".into(), secret("one"));
    bench.settle(Some(&all())).await;
    let key = bench.secrets.key.take();
    bench.secrets.given.insert("password".into(), secret("two"));
    let plan = bench.plan(Some(&all())).await;
    assert!(plan.is_empty());
    assert!(matches!(&plan.notices[..], [Notice::SecretUncertain { .. }]));
    bench.settle(Some(&all())).await;
    bench.secrets.key = key;
    bench.secrets.given.insert("password".into(), secret("one"));
    assert!(bench.plan(Some(&all())).await.is_empty(), "the digest was kept");
}
