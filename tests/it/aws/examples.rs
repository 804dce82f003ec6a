//! The smaller examples, from an empty account and back; and the sandbox as a newcomer meets it.

use std::process::{Command, Stdio};

use libtest_mimic::Trial;

use super::bench::{Bench, Said, command};
use super::emulator::{cache, python};
use super::inventory::{assert_empty, dump};
use super::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("examples/hello", || back_and_forth("hello", &["ec2.Vpc/hello", "ec2.Subnet/"])),
        trial("examples/web", || back_and_forth("web", &["ecs.Service/web", "elb.LoadBalancer/"])),
        trial("lock", lock),
        trial("account", account),
        trial("sandbox", sandbox),
    ]
}

fn back_and_forth(name: &str, addresses: &[&str]) {
    let bench = Bench::new(name);
    let file = format!("{name}.wca");
    bench.expect(2, &format!("plan {file}"));
    bench.expect(0, &format!("apply {file} --yes"));
    let planned = bench.expect(0, &format!("plan {file}"));
    let listed = bench.expect(0, &format!("state list {file}")).stdout;
    for address in addresses {
        assert!(listed.lines().any(|line| line.starts_with(address)), "no {address} in {listed}");
    }
    let live = dump(&bench, "live");
    let live = std::fs::read_to_string(live).unwrap();
    assert!(live.contains(&format!("\"vpc/{name}\"")), "{}\n{live}", planned.stdout);
    bench.expect(0, &format!("destroy {file} --yes"));
    assert_eq!(bench.expect(0, &format!("state list {file}")).stdout, "");
    assert_empty(&bench);
}

/// `lock` pins the answers of lookups; the next plan asks for nothing that is pinned.
fn lock() {
    let bench = Bench::new("lock");
    let said = bench.expect(0, "lock web.wca").stdout;
    assert!(said.contains("lookup.zones") && said.contains("lookup.image"), "{said}");
    let pinned = std::fs::read_to_string(bench.folder.join("web.wca.lock")).unwrap();
    let pins: serde_json::Value = serde_json::from_str(&pinned).unwrap();
    let section = &pins["sections"]["sandbox/aws/123456789012/us-west-2"]["lookups"];
    assert!(section["image"][0]["answer"]["id"].as_str().unwrap().starts_with("ami-"), "{pinned}");
    let other = pinned.replace(section["image"][0]["answer"]["id"].as_str().unwrap(), "ami-00000000000000000");
    std::fs::write(bench.folder.join("web.wca.lock"), other).unwrap();
    let planned = bench.expect(2, "plan web.wca").stdout;
    assert!(planned.contains("ami-00000000000000000"), "the pin was not used: {planned}");
    bench.expect(0, "lock web.wca --update");
    assert_eq!(std::fs::read_to_string(bench.folder.join("web.wca.lock")).unwrap(), pinned);
}

/// A stack of another account is refused before anything is sent.
fn account() {
    let bench = Bench::new("account");
    let hello = std::fs::read_to_string(bench.folder.join("hello.wca")).unwrap();
    let other = hello.replace("region = ", "account = \"999999999999\"; region = ");
    std::fs::write(bench.folder.join("hello.wca"), other).unwrap();
    let said = bench.expect(3, "apply hello.wca --yes").stderr;
    assert!(said.contains("999999999999") && said.contains("123456789012"), "{said}");
    assert_empty(&bench);
}

/// Ends the sandbox, also when the run of the tests is ended before it can: a shell waits for the end of its input.
struct Ending(std::process::Child);

impl Drop for Ending {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

fn sandbox() {
    python();
    let bench = Bench::new("sandbox");
    let cache = cache();
    let at_end = format!("read _; XDG_CACHE_HOME='{}' '{}' sandbox stop", cache.display(), super::bench::binary());
    let ending =
        Command::new("sh").args(["-c", &at_end]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let _ending = Ending(ending);
    let run = |line: &str| {
        let output = command(&bench.folder).args(line.split(' ')).env("XDG_CACHE_HOME", &cache).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = Said { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) };
        assert_eq!(said.code, Some(0), "{line}: {}{}", said.stdout, said.stderr);
        said
    };
    run("apply hello.wca --sandbox --yes");
    run("plan hello.wca --sandbox");
    let status = run("sandbox status").stdout;
    assert!(status.contains("http://127.0.0.1:"), "{status}");
    assert!(run("state list hello.wca --sandbox").stdout.contains("ec2.Vpc/hello"));
    run("destroy hello.wca --sandbox --yes");
    run("sandbox stop");
    assert!(run("sandbox status").stdout.contains("no sandbox runs"));
}
