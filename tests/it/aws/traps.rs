//! The traps of AWS that a careful operator knows, each with what is done about it. The names are those of the trap.

use libtest_mimic::Trial;
use serde_json::Value;
use wcalang_aws::SCHEMAS;
use wcalang_model::kind::{AnyLive, Changed};
use wcalang_model::value::{Datum, Fields};

use super::bench::Bench;
use super::inventory::assert_empty;
use super::laws::{connection, recorded};
use super::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("traps/protected-machines-do-not-hang-a-destroy", protected_machines),
        trial("traps/ecs-owns-the-size-and-the-tag-of-its-group", managed_group),
        trial("traps/another-strategy-is-a-rolling-update", strategy),
        trial("traps/codedeploy-owns-what-it-deploys", deployed),
        trial("traps/rules-change-places-in-one-call", priorities),
        trial("traps/another-template-reaches-the-machines", template),
    ]
}

const POOL: &str = r#"
    { type : Str ? "t3.small" }:
    let
      net = vpc { name = "pool"; tiers.public.prefix = 24; };
      pool = capacityProvider {
        name = "pool"; cluster = cluster { name = "pool"; vpc = net; }; subnets = net.public; instance = type; min = 2; max = 4;
      };
    in { name = "pool"; region = "us-west-2"; resources = [ pool ]; }
"#;

fn bench(name: &str, program: &str) -> Bench {
    let bench = Bench::new(name);
    std::fs::write(bench.folder.join("stack.wca"), program).unwrap();
    bench.expect(0, "apply stack.wca --yes");
    bench.expect(0, "plan stack.wca");
    bench
}

/// The actions of a plan with their addresses, without what stays.
fn actions(bench: &Bench, line: &str) -> Vec<String> {
    let text = bench.expect(2, &format!("plan stack.wca {line}--json")).stdout;
    let plan: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(crate::schema::check(&plan), Vec::<String>::new());
    let changes = plan["changes"].as_array().unwrap().iter().filter(|change| change["action"] != "nothing");
    changes.map(|change| format!("{} {}", change["action"].as_str().unwrap(), change["address"].as_str().unwrap())).collect()
}

/// What the cloud has at an address of the stack.
pub fn live(bench: &Bench, stack: &str, address: &str) -> AnyLive {
    change(bench, stack, address, |_| None)
}

/// Changes a field of a live resource behind the engine's back; what it was before.
pub fn change(bench: &Bench, stack: &str, address: &str, new: impl Fn(&AnyLive) -> Option<(String, Datum)>) -> AnyLive {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cx = connection(bench).await;
        let state = recorded(bench, stack);
        let (found, recorded) = state.resources.iter().find(|(found, _)| found.to_string() == address).unwrap();
        let (id, calls) = (recorded.id.clone().unwrap(), SCHEMAS.kind(&found.kind).unwrap().calls.unwrap());
        let live = calls.read(&cx, std::slice::from_ref(&id)).await.unwrap().remove(0).unwrap();
        if let Some((field, value)) = new(&live) {
            let mut inputs = live.inputs.clone();
            inputs.insert(field.clone(), value);
            calls.update(&cx, &id, &live, &inputs, &Changed([field].into())).await.unwrap();
        }
        live
    })
}

/// Trap 8: the provider protects the machines from scale-in, the group waits for them, the cluster for the provider. The destroy
/// drops the protection and forces the group, and leaves nothing to scale-in.
fn protected_machines() {
    let bench = bench("trap-8", POOL);
    assert_eq!(live(&bench, "pool", "autoscaling.Group/pool").inputs["protectedFromScaleIn"], Datum::Bool(true));
    bench.proxy.take_calls();
    bench.expect(0, "destroy stack.wca --yes");
    let calls = bench.proxy.take_calls();
    assert!(calls.contains_key("autoscaling:SetInstanceProtection"), "{calls:#?}");
    let forced = bench.proxy.take_bodies("autoscaling:DeleteAutoScalingGroup");
    assert!(!forced.is_empty() && forced.iter().all(|body| body.contains("ForceDelete=true")), "{forced:?}");
    assert_empty(&bench);
}

/// Trap 10: the group has the tag that ECS wants from the start, so that no plan takes it away and scaling from nothing works; its size
/// is ECS's, and is said to be.
fn managed_group() {
    let bench = bench("trap-10", POOL);
    let made = bench.proxy.take_bodies("autoscaling:CreateAutoScalingGroup");
    assert!(made.len() == 1 && made[0].contains("AmazonECSManaged"), "{made:?}");
    assert_eq!(live(&bench, "pool", "autoscaling.Group/pool").inputs["ecsManaged"], Datum::Bool(true));
    change(&bench, "pool", "autoscaling.Group/pool", |_| Some(("desiredCapacity".to_string(), Datum::Int(3))));
    let plan = bench.expect(0, "plan stack.wca").stdout;
    assert!(plan.contains("not ours: autoscaling.Group/pool desiredCapacity, which ecs.CapacityProvider/pool owns; currently 3"), "{plan}");
    bench.proxy.take_calls();
    bench.expect(0, "apply stack.wca --yes");
    let written: Vec<String> = bench.proxy.take_calls().into_keys().filter(|operation| super::proxy::is_mutating(operation)).collect();
    assert!(written.is_empty(), "{written:?}");
    assert_eq!(live(&bench, "pool", "autoscaling.Group/pool").inputs["desiredCapacity"], Datum::Int(3));
}

/// Trap 12: another strategy never makes another service: it is one update that starts a new deployment.
fn strategy() {
    let program = POOL.replace("{ type : Str", "{ base : Int ? 0, type : Str").replace(
        "in {",
        r#"
        job = aws.ecs.TaskDefinition {
          name = "job"; networkMode = "bridge"; containers = [ { name = "job"; image = "busybox"; memory = 64MiB; } ];
        };
        jobs = aws.ecs.Service {
          name = "jobs"; cluster = pool.cluster.cluster; taskDefinition = job; after = [ pool.provider ];
          capacityProviderStrategy = [ { capacityProvider = pool.provider; weight = 1; inherit base; } ];
        };
        in {"#,
    );
    let bench = bench("trap-12", &program.replace("[ pool ]", "[ pool jobs ]"));
    assert_eq!(actions(&bench, "--var base=1 "), ["update ecs.Service/jobs"]);
    assert!(bench.expect(2, "plan stack.wca --var base=1").stdout.contains("~ ecs.Service/jobs  (rolling)"));
    bench.proxy.take_calls();
    bench.expect(0, "apply stack.wca --var base=1 --yes");
    let calls = bench.proxy.take_calls();
    assert!(!calls.contains_key("ecs:CreateService") && !calls.contains_key("ecs:DeleteService"), "{calls:#?}");
    let updates = bench.proxy.take_bodies("ecs:UpdateService");
    assert!(updates.len() == 1 && updates[0].contains("\"forceNewDeployment\":true"), "{updates:?}");
    bench.expect(0, "plan stack.wca --var base=1");
}

const DEPLOYED: &str = r#"
    { memory : Size ? 512MiB }:
    let
      name = "shop";
      net = vpc { inherit name; tiers = { public.prefix = 24; app.prefix = 24; }; nat = "single"; };
      pool = capacityProvider {
        inherit name; cluster = cluster { inherit name; vpc = net; }; subnets = net.app; instance = "t3.small"; max = 4;
      };
      images = repository { inherit name; purge = true; };
      web = service {
        name = "${name}-web"; capacity = pool; image = images.latest; inherit memory; deployment = "codedeploy";
        balancer = loadBalancer { inherit name; vpc = net; port = 8080; };
      };
    in {
      inherit name; region = "us-west-2"; resources = [ (pipeline { inherit name; repository = images; service = web; }) ];
    }
"#;

/// Traps 13 and 15: under CODE_DEPLOY another task definition is registered, and never put on the service, which would be refused; and
/// after a swap from blue to green the listener is not turned back.
fn deployed() {
    let bench = bench("trap-13", DEPLOYED);
    bench.proxy.take_bodies("ecs:UpdateService");
    let plan = bench.expect(2, "plan stack.wca --var memory=768MiB").stdout;
    assert!(plan.contains("ecs.TaskDefinition/shop-web"), "{plan}");
    assert!(!plan.contains("~ ecs.Service/") && !plan.contains("± ecs.Service/"), "{plan}");
    assert!(plan.contains("not ours: ecs.Service/shop-web taskDefinition, which codedeploy.DeploymentGroup/shop owns"), "{plan}");
    bench.expect(0, "apply stack.wca --var memory=768MiB --yes");
    let updates = bench.proxy.take_bodies("ecs:UpdateService");
    assert!(updates.iter().all(|body| !body.contains("taskDefinition")), "{updates:?}");
    bench.expect(0, "plan stack.wca --var memory=768MiB");

    // CodeDeploy has switched: the listener sends to the other group, and the service is in it.
    let state = recorded(&bench, "shop");
    let listener = state.resources.keys().find(|address| address.kind == "elb.Listener").unwrap().to_string();
    let groups = state.resources.iter().filter(|(address, _)| address.kind == "elb.TargetGroup");
    let groups: Vec<String> = groups.filter_map(|(_, recorded)| recorded.id.clone()).map(|id| id.0).collect();
    let other = |live: &AnyLive| {
        let action = live.inputs.get("defaultAction").unwrap();
        let now = groups.iter().find(|group| action.to_json().to_string().contains(group.as_str())).unwrap();
        let next = groups.iter().find(|group| *group != now).unwrap();
        let forward = Fields::from([("targetGroup".to_string(), Datum::str(next))]);
        Some(("defaultAction".to_string(), Datum::Record(Fields::from([("forward".to_string(), Datum::Record(forward))]))))
    };
    let before = change(&bench, "shop", &listener, other);
    let plan = bench.expect(0, "plan stack.wca --var memory=768MiB").stdout;
    assert!(plan.contains(&format!("not ours: {listener} defaultAction, which codedeploy.DeploymentGroup/shop owns")), "{plan}");
    bench.proxy.take_calls();
    bench.expect(0, "apply stack.wca --var memory=768MiB --yes");
    assert!(!bench.proxy.take_calls().contains_key("elasticloadbalancing:ModifyListener"), "it was not turned back");
    assert_ne!(live(&bench, "shop", &listener).inputs["defaultAction"], before.inputs["defaultAction"]);
}

/// Trap 16: rules change places in one call, in which no request is without a rule, and none is made anew for it.
fn priorities() {
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
          name = "front"; region = "us-west-2";
          resources = [ front (rule "one" (if turned then 20 else 10)) (rule "two" (if turned then 10 else 20)) ];
        }
    "#;
    let bench = bench("trap-16", program);
    assert_eq!(actions(&bench, "--var turned=true "), ["update elb.ListenerRule/one", "update elb.ListenerRule/two"]);
    bench.proxy.take_calls();
    bench.expect(0, "apply stack.wca --var turned=true --yes");
    let calls = bench.proxy.take_calls();
    let written: Vec<&String> = calls.keys().filter(|operation| super::proxy::is_mutating(operation)).collect();
    assert_eq!(written, ["elasticloadbalancing:SetRulePriorities"]);
    bench.expect(0, "plan stack.wca --var turned=true");
}

/// Trap 36: a template's change reaches no machine by itself. The group is pinned to a version, which moves, and the refresh replaces
/// the machines, protected ones too; ECS drains them first.
fn template() {
    let bench = bench("trap-36", POOL);
    let version = |bench: &Bench| {
        let group = live(bench, "pool", "autoscaling.Group/pool");
        let template = group.inputs["launchTemplate"].as_record().unwrap();
        template["version"].as_str().unwrap().to_string()
    };
    assert_eq!(version(&bench), "1");
    assert_eq!(live(&bench, "pool", "ecs.CapacityProvider/pool").inputs["managedDraining"], Datum::Bool(true));
    bench.expect(0, "apply stack.wca --var type=t3.large --yes");
    assert_eq!(version(&bench), "2");
    let started = bench.proxy.take_bodies("autoscaling:StartInstanceRefresh");
    assert!(started.len() == 1 && started[0].contains("ScaleInProtectedInstances=Refresh"), "{started:?}");
    assert_eq!(live(&bench, "pool", "autoscaling.Group/pool").behind, None);
}
