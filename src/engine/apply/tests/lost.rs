//! Lost answers: of every create, before and after it was done, with and without eventual consistency.

use std::time::Duration;

use super::{Bench, all, secret};
use crate::sim::Trouble;

const KINDS: [&str; 6] = ["test.Widget", "test.Gadget", "test.Bolt", "test.Gizmo", "test.Note", "test.Vault"];

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.secrets.given.insert("password".into(), secret("hunter2"));
    bench
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_makes_nothing_twice() {
    for kind in KINDS {
        for trouble in [Trouble::LostBefore, Trouble::LostAfter] {
            for lag in [0, 3] {
                let mut bench = bench();
                bench.cloud.lag.set(Duration::from_secs(lag));
                bench.cloud.trouble(&format!("create {kind}"), 1, trouble);
                let run = bench.run(Some(&all()), None).await;
                assert_eq!(run.exit(), 0, "{kind} {trouble:?} {run:?}");
                if kind == "test.Note" && trouble == Trouble::LostAfter {
                    assert_eq!(bench.cloud.ids(kind).len(), 2, "a second revision does no harm");
                } else {
                    bench.is_settled(Some(&all())).await;
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lost_answers_of_updates_and_deletes_are_repeated() {
    for verb in ["read", "update", "delete", "ready"] {
        for kind in KINDS {
            for trouble in [Trouble::LostBefore, Trouble::LostAfter] {
                let mut bench = bench();
                bench.cloud.trouble(&format!("{verb} {kind}"), 1, trouble);
                bench.settle(Some(&all())).await;
                let mut desired = all();
                desired.stack.tags.insert("more".into(), "tags".into());
                bench.settle(Some(&desired)).await;
                bench.settle(None).await;
            }
        }
    }
}
