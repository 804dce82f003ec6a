//! An apply that is killed in its middle, and answers that are lost: the next apply ends with what an undisturbed one makes.

use std::path::PathBuf;
use std::sync::OnceLock;

use libtest_mimic::Trial;

use super::bench::Bench;
use super::inventory::{assert_same, differences, dump};
use super::trial;
use super::wca_live::{assert_no_secret, line};

/// The mutating calls after which it is killed.
const KILLS: [usize; 3] = [9, 40, 85];

/// A create of each class whose answer is lost: by client token, by natural key, by tag, repeated, and repeated for good.
const LOST: [(&str, &str); 7] = [
    ("token", "ec2:CreateNatGateway"),
    ("token-of-a-service", "ecs:CreateService"),
    ("natural", "iam:CreateRole"),
    ("natural-by-parent", "elasticloadbalancing:CreateTargetGroup"),
    ("tagged", "ec2:CreateVpc"),
    ("upsert", "iam:PutRolePolicy"),
    ("harmless", "ecs:RegisterTaskDefinition"),
];

pub fn trials() -> Vec<Trial> {
    let killed = KILLS.map(|nth| trial(&format!("killed/{nth}"), move || killed(nth)));
    let lost = LOST.map(|(class, operation)| trial(&format!("lost/{class}"), move || lost(class, operation)));
    killed.into_iter().chain(lost).collect()
}

/// What an undisturbed apply makes.
fn undisturbed() -> &'static PathBuf {
    static DUMP: OnceLock<PathBuf> = OnceLock::new();
    DUMP.get_or_init(|| {
        let bench = Bench::new("undisturbed");
        bench.expect(0, &line("apply --yes"));
        dump(&bench, "live")
    })
}

fn killed(nth: usize) {
    let bench = Bench::new(&format!("killed-{nth}"));
    let running = bench.idle();
    let victim = running.clone();
    bench.proxy.after_mutation(nth, Box::new(move || victim.kill()));
    running.launch(&bench, &line("apply --yes"));
    let said = running.wait();
    assert!(said.code.is_none() && bench.proxy.has_sprung(), "it was not killed: {said:?}");
    bench.expect(0, &line("apply --yes"));
    converged(&bench);
}

fn lost(class: &str, operation: &str) {
    let bench = Bench::new(&format!("lost-{class}"));
    bench.proxy.lose(operation, 1);
    let said = bench.run(&line("apply --yes"));
    assert!(bench.proxy.has_lost(), "there was no {operation}");
    if said.code != Some(0) {
        assert_eq!(said.code, Some(4), "{}{}", said.stdout, said.stderr);
        bench.expect(0, &line("apply --yes"));
    }
    if class == "harmless" {
        // The first revision stays, in nobody's way: what is current is the same.
        bench.expect(0, &line("plan"));
        let lines = differences(undisturbed(), &dump(&bench, "live"));
        assert!(lines.iter().all(|line| line.starts_with("task-definition/") && line.contains("@-1: absent -> ")), "{lines:#?}");
        assert!(lines.len() <= 1, "{lines:#?}");
    } else {
        converged(&bench);
    }
}

fn converged(bench: &Bench) {
    bench.expect(0, &line("plan"));
    assert_same(undisturbed(), &dump(bench, "live"));
    assert_no_secret(bench);
}
