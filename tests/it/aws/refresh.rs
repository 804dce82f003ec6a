//! Another type of instance reaches the machines: a version of the template, the group, and a refresh as a step of its own, which no
//! crash in between loses. So does another subnet.

use std::collections::BTreeSet;

use libtest_mimic::Trial;
use serde_json::Value;
use wcalang_aws::SCHEMAS;

use super::bench::Bench;
use super::edits::Editor;
use super::inventory::assert_empty;
use super::laws::{connection, recorded};
use super::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("refresh/steps", steps),
        trial("refresh/killed", killed),
        trial("refresh/lost", lost),
        trial("refresh/moved", moved),
        trial("refresh/moved-killed", moved_killed),
    ]
}

/// Two machines of a type, for a cluster.
const POOL: &str = r#"
    { type : Str ? "t3.small", block : Cidr ? 10.0.1.0/24 }:
    let
      net = vpc { name = "pool"; zones = 1; tiers.public.cidrs = [ block ]; };
      pool = capacityProvider {
        name = "pool"; cluster = cluster { name = "pool"; vpc = net; }; subnets = net.public; instance = type; min = 2; max = 4;
      };
    in { name = "pool"; region = "us-west-2"; resources = [ pool ]; }
"#;

fn bench(name: &str) -> Bench {
    let bench = Bench::new(name);
    std::fs::write(bench.folder.join("pool.wca"), POOL).unwrap();
    bench.expect(0, "apply pool.wca --yes");
    bench.expect(0, "plan pool.wca");
    bench
}

/// What is said of the machines of the group, read from the cloud: none where all are made as it wants them.
fn behind(bench: &Bench) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cx = connection(bench).await;
        let state = recorded(bench, "pool");
        let id = state.resources.iter().find(|(address, _)| address.kind == "autoscaling.Group").unwrap().1.id.clone().unwrap();
        let calls = SCHEMAS.kind("autoscaling.Group").unwrap().calls.unwrap();
        calls.read(&cx, &[id]).await.unwrap().remove(0).unwrap().behind
    })
}

/// The acts of a plan that change something, with what they are done to.
fn acts(bench: &Bench, line: &str) -> Vec<String> {
    let text = bench.expect(2, line).stdout;
    let plan: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(crate::schema::check(&plan), Vec::<String>::new());
    let act = |step: &Value| format!("{} {}", step["act"].as_str().unwrap(), step["address"].as_str().unwrap());
    let acts = plan["steps"].as_array().unwrap().iter().map(act);
    acts.filter(|act| !act.starts_with("record ")).collect()
}

/// The plan has the three steps, in order; the apply does them, and follows the refresh.
fn steps() {
    let bench = bench("refresh-steps");
    assert_eq!(
        acts(&bench, "plan pool.wca --var type=t3.large --json"),
        ["update ec2.LaunchTemplate/pool", "update autoscaling.Group/pool", "roll autoscaling.Group/pool"]
    );
    let plan = bench.expect(2, "plan pool.wca --var type=t3.large").stdout;
    assert!(plan.contains("(rolling)") && plan.contains("steps: change it → replace what runs in it, little by little"), "{plan}");
    bench.proxy.take_calls();
    let said = bench.expect(0, "apply pool.wca --var type=t3.large --yes").stderr;
    assert!(said.contains("> autoscaling.Group/pool"), "{said}");
    assert_eq!(bench.proxy.take_calls().get("autoscaling:StartInstanceRefresh"), Some(&1));
    assert_eq!(behind(&bench), None);
    bench.expect(0, "plan pool.wca --var type=t3.large");
    bench.expect(0, "destroy pool.wca --yes");
    assert_empty(&bench);
}

/// Killed after each of its calls, the last one before the refresh included: the machines are replaced all the same.
fn killed() {
    let bench = bench("refresh-killed");
    let types = ["t3.large", "t3.small"];
    let between = |line: &str| {
        assert_eq!(acts(&bench, &format!("plan {line} --json")), ["roll autoscaling.Group/pool"]);
        let plan = bench.expect(2, &format!("plan {line}")).stdout;
        assert!(plan.contains("not as it should be: 2 of 2 machines") && plan.contains("1 to deploy"), "{plan}");
    };
    after_each_call(&bench, |nth| format!("pool.wca --var type={}", types[(nth + 1) % 2]), between, |_| ());
}

/// Kills an apply after its first call that changes something, another after its second, and so on until one comes to its end; each
/// is done again. `line`: what the one that is killed after so many calls is given. `between`: once it was killed between the update
/// of the group and the refresh. `after`: once it was done again.
fn after_each_call(bench: &Bench, line: impl Fn(usize) -> String, between: impl Fn(&str), after: impl Fn(usize)) {
    let mut gap = false;
    for nth in 1.. {
        let line = line(nth);
        let running = bench.idle();
        let victim = running.clone();
        bench.proxy.after_mutation(nth, Box::new(move || victim.kill()));
        bench.proxy.take_calls();
        running.launch(bench, &format!("apply {line} --yes"));
        let said = running.wait();
        let calls = bench.proxy.take_calls();
        if !bench.proxy.has_sprung() {
            assert!(said.code == Some(0) && gap && nth > 2, "{nth}: {said:?}");
            return;
        }
        if calls.contains_key("autoscaling:UpdateAutoScalingGroup") && !calls.contains_key("autoscaling:StartInstanceRefresh") {
            gap = true;
            assert_eq!(behind(bench).as_deref(), Some("2 of 2 machines"));
            between(&line);
        }
        bench.expect(0, &format!("apply {line} --yes"));
        assert_eq!(behind(bench), None, "after call {nth}");
        after(nth);
        bench.expect(0, &format!("plan {line}"));
    }
}

/// A refresh of which no answer comes is followed all the same.
fn lost() {
    let bench = bench("refresh-lost");
    bench.proxy.lose("autoscaling:StartInstanceRefresh", 1);
    bench.expect(0, "apply pool.wca --var type=t3.large --yes");
    assert!(bench.proxy.has_lost());
    assert_eq!(behind(&bench), None);
    bench.expect(0, "plan pool.wca --var type=t3.large");
}

/// The subnets that the machines of the group are in, and those that it has.
fn places(bench: &Bench) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut editor = Editor::new(bench, "pool");
    let group = r#"aws.autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]"#;
    let texts = |value: Value| value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_string()).collect();
    let machines = format!(
        r#"[m["SubnetId"] for r in aws.ec2.describe_instances(InstanceIds=[i["InstanceId"] for i in {group}["Instances"]])["Reservations"] for m in r["Instances"]]"#
    );
    (texts(editor.tell(&machines)), texts(editor.tell(&format!(r#"{group}["VPCZoneIdentifier"].split(",")"#))))
}

/// A subnet cannot be deleted while machines are in it, and AWS lets them stay there: they are replaced before.
fn moved() {
    let bench = bench("refresh-moved");
    let line = "pool.wca --var block=10.0.2.0/24";
    let acts = acts(&bench, &format!("plan {line} --json"));
    let place = |act: &str| acts.iter().position(|other| other == act).unwrap_or_else(|| panic!("{act}: {acts:?}"));
    assert!(place("update autoscaling.Group/pool") < place("roll autoscaling.Group/pool"));
    assert!(place("roll autoscaling.Group/pool") < place("delete-deposed ec2.Subnet/pool-public-1"));
    assert!(place("roll autoscaling.Group/pool") < place("delete-deposed ec2.RouteTableAssociation/pool-public-1"));
    bench.expect(0, &format!("apply {line} --yes"));
    let (machines, subnets) = places(&bench);
    assert_eq!(machines, subnets);
    bench.proxy.take_calls();
    bench.expect(0, &format!("plan {line}"));
    assert_eq!(bench.proxy.take_calls().get("ec2:DescribeInstances"), None, "they have moved");
}

/// Killed after each of its calls: the machines have moved when the next run is over.
fn moved_killed() {
    let bench = bench("refresh-moved-killed");
    let have_moved = |nth| {
        let (machines, subnets) = places(&bench);
        assert_eq!(machines, subnets, "after call {nth}");
    };
    after_each_call(&bench, |nth| format!("pool.wca --var block=10.0.{}.0/24", nth + 1), |_| (), have_moved);
}
