//! Many secrets are listed, and only what is not as it was recorded is asked for.

use libtest_mimic::Trial;

use super::bench::Bench;
use super::edits::Editor;
use super::trial;

pub fn trials() -> Vec<Trial> {
    vec![trial("glance/secrets", secrets)]
}

const SECRETS: &str = r#"{
  name = "keys"; region = "us-west-2";
  resources = map (index: aws.secretsmanager.Secret { name = "key-${index}"; description = "A key"; }) (range 1 12);
}
"#;

fn secrets() {
    let bench = Bench::new("glance");
    std::fs::write(bench.folder.join("keys.wca"), SECRETS).unwrap();
    bench.expect(0, "apply keys.wca --yes");
    let calls = |exit: i32, command: &str| {
        bench.proxy.take_calls();
        let said = bench.expect(exit, command).stdout;
        let calls = bench.proxy.take_calls();
        let count = |name: &str| calls.get(&format!("secretsmanager:{name}")).copied().unwrap_or_default();
        (said, count("ListSecrets"), count("DescribeSecret"))
    };
    let (_, listed, described) = calls(0, "plan keys.wca");
    assert_eq!((listed, described), (1, 0));

    let mut editor = Editor::new(&bench, "keys");
    editor.make(r#"aws.secretsmanager.update_secret(SecretId="key-3", Description="Mine")"#);
    editor.make(r#"aws.secretsmanager.delete_secret(SecretId="key-7", ForceDeleteWithoutRecovery=True)"#);
    let (drift, listed, described) = calls(2, "drift keys.wca");
    assert_eq!((listed, described), (1, 2), "{drift}");
    assert!(drift.contains("secretsmanager.Secret/key-3") && drift.contains("secretsmanager.Secret/key-7"), "{drift}");
    bench.expect(0, "apply keys.wca --yes");
    bench.expect(0, "drift keys.wca");
}
