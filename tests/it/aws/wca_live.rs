//! The acceptance stack: applied, equal to what its Terraform makes, planned empty, refused destruction, destroyed.

use std::collections::BTreeMap;
use std::time::Duration;

use libtest_mimic::Trial;

use super::bench::{Bench, Said, project};
use super::inventory::{assert_empty, assert_same, decided, differences, dump, renamed};
use super::trial;

/// The most calls of a plan with nothing to do, and of an apply from nothing.
const PLAN_CALLS: usize = 45;
const APPLY_CALLS: usize = 200;

pub fn trials() -> Vec<Trial> {
    vec![trial("wca-live/whole", whole), trial("wca-live/two-at-once", two_at_once)]
}

/// A command on the acceptance stack.
pub fn line(command: &str) -> String {
    format!("{command} wca-live.wca --vars wca-live.toml")
}

/// The address of the protected database.
pub fn database(bench: &Bench) -> String {
    let listed = bench.expect(0, &line("state list")).stdout;
    let found = listed.split_whitespace().find(|word| word.starts_with("rds.Instance/"));
    found.unwrap_or_else(|| panic!("no database in {listed}")).to_string()
}

fn whole() {
    let bench = Bench::new("wca-live");
    bench.expect(0, &line("apply --yes"));
    let applying = bench.proxy.take_calls();
    let planned = bench.expect(0, &line("plan"));
    assert!(!planned.stdout.contains(" + "), "{}", planned.stdout);
    let planning = bench.proxy.take_calls();
    for (what, calls, bound) in [("apply", applying, APPLY_CALLS), ("plan", planning, PLAN_CALLS)] {
        let sum: usize = calls.values().sum();
        assert!(sum <= bound, "{what} made {sum} calls, of at most {bound}: {calls:#?}");
    }
    let live = dump(&bench, "live");
    assert_as_terraform(&renamed(&live));
    bench.expect(0, &line("apply --yes"));
    let mutations: BTreeMap<_, _> =
        bench.proxy.take_calls().into_iter().filter(|(operation, _)| super::proxy::is_mutating(operation)).collect();
    assert!(mutations.is_empty(), "an apply with nothing to do made {mutations:?}");
    assert!(bench.expect(0, &line("output")).stdout.contains("url = \"https://live.worldcubeassociation.org\""));

    let database = database(&bench);
    let refused = bench.expect(3, &line("destroy --yes"));
    assert!(refused.stderr.contains(&database) || refused.stdout.contains(&database), "{}{}", refused.stdout, refused.stderr);
    assert_same(&live, &dump(&bench, "refused"));
    bench.expect(0, &line(&format!("destroy --yes --allow-destroy {database}")));
    assert_empty(&bench);
    assert_eq!(bench.expect(0, &line("state list")).stdout, "");
    bench.expect(0, &line("destroy --yes"));
    assert_no_secret(&bench);
}

/// That the differences from Terraform's inventory are exactly those that were decided.
fn assert_as_terraform(live: &std::path::Path) {
    let lines = differences(&project().join("tests/inventory/wca-live.json"), live);
    let decided = decided();
    let unexpected: Vec<&String> = lines.iter().filter(|line| !decided.iter().any(|decided| line.starts_with(decided.as_str()))).collect();
    let stale: Vec<&str> = decided.iter().map(String::as_str).filter(|path| !lines.iter().any(|line| line.starts_with(path))).collect();
    assert!(unexpected.is_empty() && stale.is_empty(), "unexpected: {unexpected:#?}\nlisted, but not so: {stale:#?}");
}

/// That no value of a secret stands in the state, in the lock file, or in anything that was said.
pub fn assert_no_secret(bench: &Bench) {
    let values: toml::Table = std::fs::read_to_string(project().join("examples/wca-live.toml")).unwrap().parse().unwrap();
    let secrets: Vec<&str> = values
        .iter()
        .filter(|(name, _)| !["databaseName", "databaseUser"].contains(&name.as_str()))
        .filter_map(|(_, value)| value.as_str())
        .collect();
    assert!(secrets.len() >= 5, "{values:?}");
    let written = bench.written();
    assert!(!written.is_empty());
    for (path, bytes) in written {
        let text = String::from_utf8_lossy(&bytes);
        let found = secrets.iter().find(|secret| text.contains(**secret));
        assert!(found.is_none(), "{found:?} stands in {}", path.display());
    }
}

fn two_at_once() {
    let bench = Bench::new("two-at-once");
    bench.proxy.delay(Duration::from_millis(150));
    let first = bench.start("apply hello.wca --yes");
    while !bench.proxy.take_calls().keys().any(|operation| super::proxy::is_mutating(operation)) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let second: Said = bench.run("apply hello.wca --yes");
    bench.proxy.delay(Duration::ZERO);
    assert_eq!(second.code, Some(6), "{}{}", second.stdout, second.stderr);
    let first = first.wait();
    assert_eq!(first.code, Some(0), "{}{}", first.stdout, first.stderr);
    bench.expect(0, "plan hello.wca");
    bench.expect(0, "destroy hello.wca --yes");
    assert_empty(&bench);
}
