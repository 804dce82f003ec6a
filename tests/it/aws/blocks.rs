//! Address blocks that a network leaves to be allocated stay where they are, whatever comes beside them; and what a plan does to a
//! network, drawn.

use libtest_mimic::Trial;
use serde_json::Value;

use super::bench::Bench;
use super::inventory::assert_empty;
use super::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("blocks", blocks), trial("graph", graph)]
}

fn write(bench: &Bench, zones: u32, tiers: &str) {
    let program = format!(
        "let net = vpc {{ name = \"lan\"; cidr = 10.7.0.0/16; zones = {zones}; tiers = {{ {tiers} }}; }};\n\
         in {{ name = \"lan\"; region = \"us-west-2\"; resources = [ net ]; outputs.app = map (subnet: subnet.cidr) net.app; }}\n"
    );
    std::fs::write(bench.folder.join("lan.wca"), program).unwrap();
}

/// The actions of a plan, and the addresses that have one.
fn actions(bench: &Bench) -> Vec<(String, String)> {
    let text = bench.expect(2, "plan lan.wca --json").stdout;
    let plan: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(crate::schema::check(&plan), Vec::<String>::new());
    let changes = plan["changes"].as_array().unwrap().iter();
    let told = changes.map(|change| (change["action"].as_str().unwrap().to_string(), change["address"].as_str().unwrap().to_string()));
    told.filter(|(action, _)| action != "nothing").collect()
}

fn blocks() {
    let bench = Bench::new("blocks");
    write(&bench, 2, "app.prefix = 24; public.prefix = 24;");
    bench.expect(0, "apply lan.wca --yes");
    let lock = std::fs::read_to_string(bench.folder.join("lan.wca.lock")).unwrap();
    assert!(lock.contains("\"1\": \"10.7.0.0/24\"") && lock.contains("\"2\": \"10.7.3.0/24\""), "{lock}");
    bench.expect(0, "plan lan.wca");

    // A tier that comes before the others by name, and a third zone: nothing that stands is touched.
    write(&bench, 3, "aaa.prefix = 24; app.prefix = 24; public.prefix = 24;");
    let told = actions(&bench);
    let made = |(action, address): &(String, String)| action == "create" && !address.starts_with("ec2.Vpc/");
    assert!(told.len() == 11 && told.iter().all(made), "{told:?}");
    bench.expect(0, "apply lan.wca --yes");
    let app = bench.expect(0, "output lan.wca --json").stdout;
    assert!(app.contains("10.7.0.0/24") && app.contains("10.7.1.0/24") && app.contains("10.7.7.0/24"), "{app}");
    bench.expect(0, "plan lan.wca");

    // Another prefix is told, and replaces the subnets of its tier and no other.
    write(&bench, 3, "aaa.prefix = 25; app.prefix = 24; public.prefix = 24;");
    let said = bench.expect(2, "plan lan.wca");
    assert!(said.stderr.contains("E0813") && said.stderr.contains("10.7.4.0/24 of tier `aaa` in zone 1"), "{}", said.stderr);
    let replaced: Vec<String> = actions(&bench).into_iter().filter(|(action, _)| action == "replace").map(|(_, address)| address).collect();
    assert!(replaced.iter().filter(|address| address.starts_with("ec2.Subnet/")).count() == 3, "{replaced:?}");
    assert!(replaced.iter().all(|address| address.contains("-aaa-")), "{replaced:?}");
    bench.expect(0, "apply lan.wca --yes");
    assert!(bench.expect(0, "plan lan.wca").stderr.lines().all(|line| !line.contains("E0813")));

    // A tier that is gone gives its blocks back; the next one takes them.
    write(&bench, 3, "app.prefix = 24; public.prefix = 24;");
    bench.expect(0, "apply lan.wca --yes");
    let lock = std::fs::read_to_string(bench.folder.join("lan.wca.lock")).unwrap();
    assert!(!lock.contains("aaa"), "{lock}");
    bench.expect(0, "destroy lan.wca --yes");
    assert_empty(&bench);
}

/// With `--plan` each resource has the colour of what an apply would do to it, and what goes is drawn too.
fn graph() {
    let bench = Bench::new("graph");
    write(&bench, 1, "app.prefix = 24; old.prefix = 24;");
    let text = bench.expect(0, "graph lan.wca --plan --as svg").stdout;
    assert!(text.contains("class=\"node create\"") && text.contains("7 to create"), "{text}");
    bench.expect(0, "apply lan.wca --yes");
    let text = bench.expect(0, "graph lan.wca --plan --as svg").stdout;
    assert!(text.contains("nothing to do") && !text.contains("class=\"node create\""), "{text}");
    write(&bench, 1, "app.prefix = 25; new.prefix = 24;");
    let text = bench.expect(0, "graph lan.wca --plan --as svg").stdout;
    for class in ["create", "delete", "replace", "nothing"] {
        assert!(text.contains(&format!("class=\"node {class}\"")), "{class}: {text}");
    }
    assert!(text.contains("ec2.Subnet/lan-old-1 (delete)") && text.contains("#cf222e"), "{text}");
    assert_eq!(text.matches("<g class=\"node ").count(), 10, "{text}");
    let text = bench.expect(0, "graph lan.wca --plan --as mermaid").stdout;
    assert!(text.contains("classDef delete fill:#ffebe9,stroke:#cf222e") && text.contains("<br>create"), "{text}");
    let text = bench.expect(0, "graph lan.wca --plan").stdout;
    assert!(text.contains("\\ndelete\", style = filled"), "{text}");
}
