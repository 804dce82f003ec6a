//! Saved plans, drift, and a state that was lost: what happens between two runs.

use libtest_mimic::Trial;
use wcalang_aws::SCHEMAS;
use wcalang_model::kind::Changed;
use wcalang_model::value::Datum;

use super::bench::Bench;
use super::inventory::assert_empty;
use super::laws::{connection, recorded};
use super::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("saved", saved), trial("drift", drift), trial("lost-state", lost_state)]
}

/// A group of logs, a secret that goes into a store, and an input.
const SHOP: &str = r#"
    { days : Duration ? 7d, token : Secret Str }:
    {
      name = "shop";
      region = "us-west-2";
      resources = [
        (aws.logs.LogGroup { name = "shop"; retention = days; })
        (aws.secretsmanager.Secret { name = "shop"; value = token; recoveryWindow = 0s; })
      ];
    }
"#;

fn shop(name: &str) -> Bench {
    let bench = Bench::new(name);
    std::fs::write(bench.folder.join("shop.wca"), SHOP).unwrap();
    bench
}

/// Somebody else sets for how long the logs are kept.
fn meddle(bench: &Bench, days: i64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cx = connection(bench).await;
        let state = recorded(bench, "shop");
        let id = state.resources.iter().find(|(address, _)| address.kind == "logs.LogGroup").unwrap().1.id.clone().unwrap();
        let calls = SCHEMAS.kind("logs.LogGroup").unwrap().calls.unwrap();
        let live = calls.read(&cx, std::slice::from_ref(&id)).await.unwrap().remove(0).unwrap();
        let mut new = live.inputs.clone();
        new.insert("retention".to_string(), Datum::Int(days * 86_400_000));
        calls.update(&cx, &id, &live, &new, &Changed(["retention".to_string()].into())).await.unwrap();
    });
}

/// A saved plan is carried out as it is, once; where the file, a secret, the state or the cloud has moved, it is refused.
fn saved() {
    let bench = shop("saved");
    bench.expect(2, "plan shop.wca --var token=one --var days=14d --out shop.plan");
    let text = std::fs::read_to_string(bench.folder.join("shop.plan")).unwrap();
    assert!(text.contains("14d") && !text.contains("\"one\""), "{text}");

    let refused = |line: &str, why: &str| {
        let said = bench.expect(5, line).stderr;
        assert!(said.contains("E0815") && said.contains(why), "{said}");
    };
    refused("apply shop.plan --var token=two", "`token`");
    std::fs::write(bench.folder.join("shop.wca"), format!("{SHOP}# a word\n")).unwrap();
    refused("apply shop.plan --var token=one", "shop.wca");
    std::fs::write(bench.folder.join("shop.wca"), SHOP).unwrap();
    let elsewhere = text.replace("sandbox/aws/", "aws/");
    assert_ne!(elsewhere, text);
    std::fs::write(bench.folder.join("other.plan"), elsewhere).unwrap();
    refused("apply other.plan --var token=one", "it is for aws/");
    assert_empty(&bench);

    bench.expect(0, "apply shop.plan --var token=one");
    bench.expect(0, "plan shop.wca --var days=14d");
    refused("apply shop.plan --var token=one", "state");

    bench.expect(2, "plan shop.wca --var days=30d --out shop.plan");
    meddle(&bench, 60);
    refused("apply shop.plan", "logs.LogGroup/shop");
    meddle(&bench, 14);
    bench.expect(0, "apply shop.plan");
    bench.expect(0, "plan shop.wca --var days=30d");
    bench.expect(0, "destroy shop.wca --yes --allow-destroy secretsmanager.Secret/shop");
    assert_empty(&bench);
}

/// Drift is told apart from what the file asks for, and nothing is changed by looking.
fn drift() {
    let bench = shop("drift");
    bench.expect(0, "apply shop.wca --var token=one --yes");
    let none = bench.expect(0, "drift shop.wca --var days=14d").stdout;
    assert!(none.contains("No drift"), "{none}");
    meddle(&bench, 60);
    bench.proxy.take_calls();
    let some = bench.expect(2, "drift shop.wca").stdout;
    assert!(some.contains("logs.LogGroup/shop") && some.contains("retention: 7d → 60d"), "{some}");
    let written: Vec<String> = bench.proxy.take_calls().into_keys().filter(|operation| super::proxy::is_mutating(operation)).collect();
    assert!(written.is_empty(), "{written:?}");
    let planned = bench.expect(2, "plan shop.wca").stdout;
    assert!(planned.contains("drift"), "{planned}");
    bench.expect(0, "apply shop.wca --yes");
    bench.expect(0, "drift shop.wca");
}

/// A stack whose state was lost is not made twice; one that was destroyed can be made again without it.
fn lost_state() {
    let bench = shop("lost-state");
    bench.expect(0, "apply shop.wca --var token=one --yes");
    let (state, kept) = (bench.folder.join(".wcalang"), bench.folder.join("kept"));
    std::fs::rename(&state, &kept).unwrap();
    for line in ["plan shop.wca --var token=one", "apply shop.wca --var token=one --yes", "destroy shop.wca --yes"] {
        let said = bench.expect(3, line).stderr;
        assert!(said.contains("E0808") && said.contains("recover"), "{said}");
    }
    std::fs::remove_dir_all(&state).unwrap();
    std::fs::rename(&kept, &state).unwrap();
    bench.expect(0, "plan shop.wca");
    bench.expect(0, "destroy shop.wca --yes --allow-destroy secretsmanager.Secret/shop");
    std::fs::remove_dir_all(&state).unwrap();
    bench.expect(0, "apply shop.wca --var token=two --yes");
    bench.expect(0, "plan shop.wca");
}
