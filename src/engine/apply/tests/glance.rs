//! Of a kind with many, a survey believes a call that lags only where it tells what is recorded.

use wcalang_model::value::{Data, Datum, Graph};

use super::{Bench, graph, resource};
use crate::plan::{drift, has_drift};

fn widgets(count: usize, size: i64) -> Graph {
    graph((0..count).map(|index| resource(&format!("test.Widget/w{index}"), &[("size", Data::Int(size))])).collect())
}

/// How often widgets were glanced at and read since.
fn counts(bench: &Bench, since: (u32, u32)) -> (u32, u32) {
    (bench.cloud.count("glance test.Widget") - since.0, bench.cloud.count("read test.Widget") - since.1)
}

#[tokio::test(start_paused = true)]
async fn many_are_glanced_at_and_few_are_read() {
    let mut bench = Bench::new();
    bench.settle(Some(&widgets(2, 1))).await;
    assert_eq!(counts(&bench, (0, 0)).0, 0, "two are read");
    bench.settle(Some(&widgets(4, 1))).await;
    bench.cloud.tell();
    let since = counts(&bench, (0, 0));
    assert!(bench.plan(Some(&widgets(4, 1))).await.is_empty());
    assert_eq!(counts(&bench, since), (1, 0));
}

/// What was changed, deleted or is new is told otherwise than it is recorded: it is read, and planned as it is.
#[tokio::test(start_paused = true)]
async fn what_is_not_as_recorded_is_read() {
    let mut bench = Bench::new();
    bench.settle(Some(&widgets(4, 1))).await;
    let since = counts(&bench, (0, 0));
    assert!(bench.plan(Some(&widgets(4, 1))).await.is_empty(), "nothing of them is told yet");
    assert_eq!(counts(&bench, since), (1, 1));
    bench.cloud.tell();

    // The stack's own change is not told yet, and the file goes back to what still is.
    bench.settle(Some(&widgets(4, 2))).await;
    let plan = bench.plan(Some(&widgets(4, 1))).await;
    assert_eq!(plan.changes.iter().filter(|change| !change.fields.is_empty()).count(), 4, "{plan:?}");
    bench.cloud.tell();

    let ids = bench.cloud.ids("test.Widget");
    bench.cloud.tamper(&ids[0], "size", Datum::Int(9));
    bench.cloud.tamper(&ids[1], "zone", Datum::str("north"));
    bench.cloud.things.borrow_mut().remove(&ids[2]);
    bench.cloud.tell();
    let since = counts(&bench, (0, 0));
    let plan = drift(bench.plan(Some(&widgets(4, 2))).await);
    assert_eq!(counts(&bench, since), (1, 1));
    assert!(has_drift(&plan) && plan.changes.len() == 2 && plan.notices.len() == 1, "{plan:?}");
    bench.settle(Some(&widgets(4, 2))).await;
}
