//! What AWS refuses is shown where it is written: under the argument that caused it, with AWS's words and what to do.

use libtest_mimic::Trial;

use super::bench::Bench;
use super::trial;

pub fn trials() -> Vec<Trial> {
    let zone = r#"{ name = "shop"; region = "us-west-2"; resources = [
  (aws.ec2.Subnet {
    name = "shop"; vpc = aws.ec2.Vpc { name = "shop"; cidr = 10.0.0.0/16; };
    cidr = 10.0.0.0/24;
    zone = "us-west-2z";
  })
]; }
"#;
    let policy = r#"{ name = "shop"; region = "us-west-2"; resources = [
  (aws.iam.RolePolicy {
    name = "read";
    role = aws.iam.Role { name = "shop"; assumeRolePolicy = iam.trust [ "ecs-tasks.amazonaws.com" ]; };
    document = { Statement = [ { Effect = "Allow"; Action = "s3:GetObject"; Resource = "everything"; } ]; };
  })
]; }
"#;
    let lifecycle = r#"{ name = "shop"; region = "us-west-2"; resources = [
  (aws.ecr.LifecyclePolicy {
    name = "shop"; repository = aws.ecr.Repository { name = "shop"; };
    policy = { rules = [ { rulePriority = 1; action.type = "expire"; } ]; };
  })
]; }
"#;
    vec![
        trial("refused/ec2", move || refused("ec2", zone, 5, "zone", "InvalidParameterValue: Value (us-west-2z)")),
        trial("refused/iam", move || refused("iam", policy, 5, "document", "MalformedPolicyDocument: ")),
        trial("refused/ecr", move || refused("ecr", lifecycle, 4, "policy", "InvalidParameterException: ")),
    ]
}

/// The refusal is told at the line of its argument; what does not depend on it is made, and the next run goes on from there.
fn refused(service: &str, program: &str, line: usize, field: &str, words: &str) {
    let bench = Bench::new(&format!("refused-{service}"));
    std::fs::write(bench.folder.join("shop.wca"), program).unwrap();
    let said = bench.expect(4, "apply shop.wca --yes --format short").stderr;
    let problem = said.lines().find(|text| text.contains("E0901")).unwrap_or_else(|| panic!("{said}"));
    assert!(problem.starts_with(&format!("shop.wca:{line}:")), "{problem}");
    assert!(problem.contains(words), "{problem}");
    let drawn = bench.expect(4, "apply shop.wca --yes").stderr;
    assert!(drawn.contains(&format!("change `{field}`")), "{drawn}");
    assert!(!drawn.contains("+ ec2.Vpc/shop") && !drawn.contains("+ ecr.Repository/shop"), "it was made by the first run: {drawn}");
}
