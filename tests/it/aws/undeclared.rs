//! What was changed behind our back: what an apply sets back, and says so; and what the file does not give, which is told and left.

use libtest_mimic::Trial;
use serde_json::Value;
use wcalang_model::value::Datum;

use super::bench::Bench;
use super::edits::Editor;
use super::traps::{change, live};
use super::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("set-back", set_back), trial("undeclared", undeclared), trial("rules-of-others", rules_of_others)]
}

const SHOP: &str = r#"
    { days : Duration ? 7d, described : Bool ? false }:
    let
      role = { name = "shop"; assumeRolePolicy = iam.trust "ec2.amazonaws.com"; };
    in {
      name = "shop"; region = "us-west-2";
      resources = [
        (aws.logs.LogGroup { name = "shop"; retention = days; })
        (aws.ec2.Vpc { name = "shop"; cidr = 10.0.0.0/16; })
        (aws.iam.Role (role // (if described then { description = "by hand"; } else { })))
      ];
    }
"#;

fn bench(name: &str) -> Bench {
    let bench = Bench::new(name);
    std::fs::write(bench.folder.join("shop.wca"), SHOP).unwrap();
    bench.expect(0, "apply shop.wca --yes");
    bench.expect(0, "drift shop.wca");
    bench
}

fn document(text: &str, kind: &str) -> Value {
    let documents = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    documents.into_iter().find(|document| document["document"] == kind).unwrap()
}

/// A field that the file gives, and one that only has a default: both are drift, apart from what the file asks for, and set back.
fn set_back() {
    let bench = bench("set-back");
    let meddle = || {
        change(&bench, "shop", "logs.LogGroup/shop", |_| Some(("retention".to_string(), Datum::Int(30 * 86_400_000))));
        change(&bench, "shop", "ec2.Vpc/shop", |_| Some(("dnsHostnames".to_string(), Datum::Bool(true))));
    };
    meddle();
    let drift = bench.expect(2, "drift shop.wca").stdout;
    assert!(drift.contains("retention: 7d → 30d\n"), "{drift}");
    assert!(drift.contains("dnsHostnames: false → true  [the file does not give it]"), "{drift}");

    // The file asks for another retention: that is no drift any more, the rest is.
    let plan = bench.expect(2, "plan shop.wca --var days=14d").stdout;
    let (asked, behind) = plan.split_once("Changed behind our back").unwrap();
    assert!(asked.contains("retention: 30d → 14d") && behind.contains("dnsHostnames: true → false"), "{plan}");
    assert!(plan.contains("2 to update; 1 of them set back what was changed behind our back"), "{plan}");

    let said = bench.expect(0, "apply shop.wca --yes").stderr;
    assert!(said.contains("changed behind our back: ec2.Vpc/shop (set back: dnsHostnames)"), "{said}");
    assert!(said.contains("changed behind our back: logs.LogGroup/shop (set back: retention)"), "{said}");
    bench.expect(0, "drift shop.wca");
    assert_eq!(live(&bench, "shop", "ec2.Vpc/shop").inputs["dnsHostnames"], Datum::Bool(false));

    meddle();
    let told = bench.expect(0, "apply shop.wca --yes --json").stdout;
    let plan = document(&told, "plan");
    assert_eq!(crate::schema::check(&plan), Vec::<String>::new());
    let back = serde_json::json!([
        { "address": "ec2.Vpc/shop", "fields": ["dnsHostnames"] }, { "address": "logs.LogGroup/shop", "fields": ["retention"] },
    ]);
    assert_eq!((&plan["setBack"], &document(&told, "run")["setBack"]), (&back, &back));
}

/// A field that the file does not give and that has no default is told as drift and never touched; an apply counts from there.
fn undeclared() {
    let bench = bench("undeclared");
    change(&bench, "shop", "iam.Role/shop", |_| Some(("description".to_string(), Datum::str("by hand"))));
    let told = "iam.Role/shop description: (none) → \"by hand\", changed behind our back; the file does not give it, and apply leaves it";
    let drift = bench.expect(2, "drift shop.wca").stdout;
    assert!(drift.contains(told) && drift.contains("Drift in one place."), "{drift}");
    let drift = document(&bench.expect(2, "drift shop.wca --json").stdout, "plan");
    assert_eq!(crate::schema::check(&drift), Vec::<String>::new());
    let plan = bench.expect(0, "plan shop.wca").stdout;
    assert!(plan.contains(told) && plan.contains("Nothing to do"), "{plan}");

    bench.proxy.take_calls();
    bench.expect(0, "apply shop.wca --yes");
    let written: Vec<String> = bench.proxy.take_calls().into_keys().filter(|operation| super::proxy::is_mutating(operation)).collect();
    assert!(written.is_empty(), "{written:?}");
    assert_eq!(live(&bench, "shop", "iam.Role/shop").inputs["description"], Datum::str("by hand"));
    bench.expect(0, "drift shop.wca");
    // Who takes it into the file has nothing to do, and from then on it is the file's.
    bench.expect(0, "plan shop.wca --var described=true");
}

const GUARDED: &str = r#"
    { closed : Bool ? false }:
    let
      net = aws.ec2.Vpc { name = "net"; cidr = 10.0.0.0/16; };
      plain = { name = "door"; description = "What comes in"; vpc = net; };
      door = aws.ec2.SecurityGroup (plain // (if closed then { otherRules = [ ]; } else { }));
    in {
      name = "guarded"; region = "us-west-2";
      resources = [ (aws.ec2.SecurityGroupRule { name = "web"; group = door; port = 443; cidr = 0.0.0.0/0; }) ];
    }
"#;

/// Rules that somebody else gives a group are told and stay, unless the file says that there are none; those of the stack, and
/// what AWS itself makes, are never among them.
fn rules_of_others() {
    let bench = Bench::new("rules-of-others");
    std::fs::write(bench.folder.join("guarded.wca"), GUARDED).unwrap();
    bench.expect(0, "apply guarded.wca --yes");
    bench.expect(0, "drift guarded.wca");
    let mut editor = Editor::new(&bench, "guarded");
    let opened = r#"
door = ids["ec2.SecurityGroup/door"]
aws.ec2.authorize_security_group_ingress(GroupId=door, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
aws.ec2.authorize_security_group_egress(GroupId=door, IpPermissions=[{"IpProtocol": "udp", "FromPort": 1000, "ToPort": 1010, "UserIdGroupPairs": [{"GroupId": door}]}])
"#;
    editor.make(opened);
    let drift = bench.expect(2, "drift guarded.wca").stdout;
    assert!(drift.contains("ec2.SecurityGroup/door otherRules: [ ] → [ \"in tcp 22 0.0.0.0/0\" \"out udp 1000-1010 sg-"), "{drift}");
    assert!(bench.expect(0, "plan guarded.wca").stdout.contains("Nothing to do"));
    bench.expect(0, "apply guarded.wca --yes");
    bench.expect(0, "drift guarded.wca");

    let rules = |bench: &Bench| live(bench, "guarded", "ec2.SecurityGroup/door").inputs["otherRules"].clone();
    assert!(matches!(rules(&bench), Datum::List(rules) if rules.len() == 2));
    let plan = bench.expect(2, "plan guarded.wca --var closed=true").stdout;
    assert!(plan.contains("otherRules"), "{plan}");
    bench.expect(0, "apply guarded.wca --yes --var closed=true");
    assert_eq!(rules(&bench), Datum::List(Vec::new()));
    bench.expect(0, "plan guarded.wca --var closed=true");
    // From now on such a rule is drift that an apply sets back, and the stack's own rule stays.
    editor.make(opened);
    bench.expect(2, "drift guarded.wca --var closed=true");
    let said = bench.expect(0, "apply guarded.wca --yes --var closed=true").stderr;
    assert!(said.contains("changed behind our back: ec2.SecurityGroup/door (set back: otherRules)"), "{said}");
    bench.expect(0, "drift guarded.wca --var closed=true");
}
