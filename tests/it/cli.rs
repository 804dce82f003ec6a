//! Console sessions: what the built command says and how it ends when files, inputs or the cloud are not as they should be.
//!
//! Each runs in a folder of its own, with an environment that has nothing of AWS in it. Nothing here reaches beyond loopback.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use libtest_mimic::{Failed, Trial};

use crate::laws::pieces;
use crate::programs::read;

/// A stack of nothing.
const EMPTY: &str = "{ name = \"shop\"; region = \"us-west-2\"; resources = [ ]; }\n";

/// A session: it fails with what was not as it should be.
type Session = fn() -> Result<(), Failed>;

/// One trial for each session.
pub fn trials() -> Vec<Trial> {
    let sessions: &[(&str, Session)] = &[
        ("missing-file", missing_file),
        ("empty-file", empty_file),
        ("folder", folder),
        ("binary-file", binary_file),
        ("no-file-named", no_file_named),
        ("missing-input", missing_input),
        ("inputs-from-everywhere", inputs_from_everywhere),
        ("unreadable-values", unreadable_values),
        ("unreachable-endpoint", unreachable_endpoint),
        ("expired-credentials", expired_credentials),
        ("no-credentials", no_credentials),
        ("damaged-state", damaged_state),
        ("damaged-lock-file", damaged_lock_file),
        ("problems-one-line-each", problems_one_line_each),
        ("problems-as-json", problems_as_json),
        ("problems-as-sarif", problems_as_sarif),
        ("problems-for-github", problems_for_github),
        ("fixes", fixes),
        ("problems-drawn-without-colours", problems_drawn_without_colours),
        ("colours-on-demand", colours_on_demand),
        ("fmt", fmt),
        ("fmt-diff", fmt_diff),
        ("fmt-of-standard-input", fmt_of_standard_input),
        ("init", init),
        ("eval", eval),
        ("explain-and-doc", explain_and_doc),
        ("graph", graph),
        ("bad-arguments", bad_arguments),
        ("no-file-makes-it-panic", no_file_makes_it_panic),
    ];
    sessions.iter().map(|&(name, session)| Trial::test(format!("cli/{name}"), session)).collect()
}

/// A folder of a session; removed at its end.
pub struct Desk {
    pub folder: PathBuf,
}

/// How a command ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = std::env::temp_dir().join(format!("wcalang-cli-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir_all(&folder).unwrap();
        Desk { folder }
    }

    /// One with a file `shop.wca`.
    pub fn with(text: impl AsRef<[u8]>) -> Self {
        let desk = Desk::new();
        desk.write("shop.wca", text);
        desk
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn run(&self, arguments: &str) -> Ended {
        self.run_with(arguments, &[])
    }

    /// Runs the command with arguments that have no blanks in them, and these variables beside a bare environment.
    fn run_with(&self, arguments: &str, variables: &[(&str, &str)]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wcalang"));
        command.args(arguments.split_whitespace()).current_dir(&self.folder).env_clear();
        // Metadata of a machine is not asked: the address would have to time out.
        command.env("HOME", &self.folder).env("AWS_EC2_METADATA_DISABLED", "true").envs(variables.iter().copied());
        let output = command.stdin(Stdio::null()).output().unwrap();
        Ended::from(output)
    }

    /// Runs the command on a standard input.
    pub fn run_on(&self, arguments: &str, input: &[u8]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wcalang"));
        command.args(arguments.split_whitespace()).current_dir(&self.folder).env_clear();
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ended::from(child.wait_with_output().unwrap())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ended {
    /// It ended with this code, and said all of this on standard error.
    pub fn said(&self, code: i32, texts: &[&str]) -> Result<(), Failed> {
        let missing = texts.iter().find(|text| !self.err.contains(**text));
        let panicked = self.err.contains("panicked") || self.err.contains("RUST_BACKTRACE");
        if self.code == code && missing.is_none() && !panicked {
            return Ok(());
        }
        Err(format!("exit {}, not {code}; missing {missing:?}\nstdout:\n{}\nstderr:\n{}", self.code, self.out, self.err).into())
    }

    /// It ended well, and printed all of this.
    pub fn printed(&self, texts: &[&str]) -> Result<(), Failed> {
        self.said(0, &[])?;
        match texts.iter().find(|text| !self.out.contains(**text)) {
            Some(missing) => Err(format!("{missing:?} is missing in\n{}", self.out).into()),
            None => Ok(()),
        }
    }
}

fn missing_file() -> Result<(), Failed> {
    let desk = Desk::new();
    for command in ["check", "plan", "apply --yes", "destroy --yes", "output", "lock", "eval", "graph", "state list", "fmt"] {
        desk.run(&format!("{command} nowhere.wca")).said(1, &["E0701", "nowhere.wca cannot be read"])?;
    }
    Ok(())
}

fn empty_file() -> Result<(), Failed> {
    for text in ["", "  \n\n"] {
        Desk::with(text).run("check shop.wca").said(1, &["E0703", "shop.wca is empty", "wcalang init"])?;
    }
    Ok(())
}

fn folder() -> Result<(), Failed> {
    let desk = Desk::new();
    fs::create_dir(desk.folder.join("shop.wca")).unwrap();
    for command in ["check", "plan", "fmt"] {
        desk.run(&format!("{command} shop.wca")).said(1, &["E0701", "it is a folder"])?;
    }
    Ok(())
}

fn binary_file() -> Result<(), Failed> {
    let desk = Desk::with(b"\x7fELF\x02\x01\x01\x00\xff\xfe\x00");
    for command in ["check", "plan", "fmt"] {
        desk.run(&format!("{command} shop.wca")).said(1, &["E0702", "is not UTF-8 text", "byte 8"])?;
    }
    Ok(())
}

fn no_file_named() -> Result<(), Failed> {
    let desk = Desk::with(EMPTY);
    desk.run("check").said(0, &["shop.wca: 0 resources, no problems"])?;
    desk.write("other.wca", EMPTY);
    desk.run("check").said(1, &["shop.wca"])?;
    Desk::new().run("check").said(1, &[])
}

fn missing_input() -> Result<(), Failed> {
    let text = "{ stage : Str, zones : Int }: { name = \"shop-${stage}\"; region = \"us-west-2\"; resources = [ ]; outputs.z = zones; }\n";
    let desk = Desk::with(text);
    for command in ["check", "plan", "eval"] {
        desk.run(&format!("{command} shop.wca")).said(1, &["E0602", "`stage`, `zones`", "--var stage=", "WCALANG_VAR_stage"])?;
    }
    desk.run("check shop.wca --var stage=prod").said(1, &["E0602", "`zones`"])?;
    desk.run("check shop.wca --var stage=prod --var zones=3").said(0, &[])?;
    desk.run("check shop.wca --var stage=prod --var zones=three").said(1, &["zones"])?;
    desk.run("check shop.wca --var stage=prod --var zones=3 --var zone=3").said(1, &["E0601", "did you mean `zones`?"])
}

fn inputs_from_everywhere() -> Result<(), Failed> {
    let desk = Desk::with("{ a : Str }: { name = \"shop\"; region = \"us-west-2\"; resources = [ ]; outputs.a = a; }\n");
    desk.write("v.toml", "a = \"of-toml\"\n");
    desk.write("v.json", "{ \"a\": \"of-json\" }\n");
    let variable = [("WCALANG_VAR_a", "of-environment")];
    desk.run_with("eval shop.wca", &variable).printed(&["of-environment"])?;
    desk.run_with("eval shop.wca --vars v.toml", &variable).printed(&["of-toml"])?;
    desk.run_with("eval shop.wca --vars v.toml --vars v.json", &variable).printed(&["of-json"])?;
    desk.run_with("eval shop.wca --vars v.toml --var a=of-command-line", &variable).printed(&["of-command-line"])
}

fn unreadable_values() -> Result<(), Failed> {
    let desk = Desk::with(EMPTY);
    desk.run("check shop.wca --vars nowhere.toml").said(1, &["nowhere.toml"])?;
    desk.write("v.toml", "a = = 1\n");
    desk.run("check shop.wca --vars v.toml").said(1, &["v.toml"])?;
    desk.run("check shop.wca --var a").said(1, &["E0704", "NAME=VALUE"])
}

const KEYS: &[(&str, &str)] = &[("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "made-up")];

fn with_endpoint(endpoint: &str) -> Vec<(&str, &str)> {
    KEYS.iter().copied().chain([("AWS_ENDPOINT_URL", endpoint)]).collect()
}

fn unreachable_endpoint() -> Result<(), Failed> {
    let desk = Desk::with(read("examples/hello.wca"));
    let variables = with_endpoint("http://127.0.0.1:1");
    for command in ["plan", "apply --yes", "destroy --yes"] {
        desk.run_with(&format!("{command} shop.wca"), &variables).said(1, &["E0831", "nothing answers at http://127.0.0.1:1"])?;
    }
    Ok(())
}

fn expired_credentials() -> Result<(), Failed> {
    let body = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>ExpiredToken</Code>\
                <Message>The security token included in the request is expired</Message></Error></ErrorResponse>";
    let endpoint = refuse(403, body);
    let desk = Desk::with(read("examples/hello.wca"));
    for command in ["plan", "apply --yes"] {
        let ended = desk.run_with(&format!("{command} shop.wca"), &with_endpoint(&endpoint));
        ended.said(1, &["E0831", "does not accept the credentials", "expired", "log in again"])?;
    }
    Ok(())
}

/// A server that gives every request this answer, for as long as the tests run.
fn refuse(status: u16, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut asked = Vec::new();
            let mut piece = [0; 4096];
            // The bodies of these requests are short: once their head and a bit more is there, all of it is.
            while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut piece) {
                    Ok(0) | Err(_) => break,
                    Ok(length) => asked.extend_from_slice(&piece[..length]),
                }
            }
            let head = format!(
                "HTTP/1.1 {status} Refused\r\nContent-Type: text/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).and_then(|()| stream.flush());
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read_to_end(&mut asked);
        }
    });
    endpoint
}

fn no_credentials() -> Result<(), Failed> {
    let desk = Desk::with(EMPTY);
    desk.run_with("plan shop.wca", &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1")]).said(1, &["E0831"])
}

/// What cannot be read is named, and stays as it is.
fn damaged_state() -> Result<(), Failed> {
    let desk = Desk::with(EMPTY);
    let state = ".wcalang/aws-123456789012-us-west-2-shop/snapshot.json";
    for damaged in ["", "{", "{\"format\":1}", "<<<<<<< ours\n", "\u{fffd}\0\0"] {
        desk.write(state, damaged);
        desk.run("state list shop.wca").said(1, &["snapshot.json"])?;
        desk.run("output shop.wca").said(1, &["snapshot.json"])?;
        let after = fs::read(desk.folder.join(state)).unwrap();
        if after != damaged.as_bytes() {
            return Err("the damaged file was overwritten".into());
        }
    }
    Ok(())
}

fn damaged_lock_file() -> Result<(), Failed> {
    let desk = Desk::with(EMPTY);
    desk.write("shop.wca.lock", "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n");
    let endpoint = refuse(200, GREETING);
    let ended = desk.run_with("plan shop.wca", &with_endpoint(&endpoint));
    ended.said(1, &["E0810", "shop.wca.lock"])
}

/// What STS answers to the question who one is.
const GREETING: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult>\
    <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>";

/// Two mistakes, in the second and the third line.
const WRONG: &str = "{\n  name = \"shop\"; regoin = \"us-west-2\";\n  region = \"us-west-2\"; resources = [ 5 ];\n}\n";

fn problems_one_line_each() -> Result<(), Failed> {
    let ended = Desk::with(WRONG).run("check shop.wca --format short");
    ended.said(1, &["shop.wca:2:18: error[E0401]: ", "shop.wca:3:39: error[E0504]: "])?;
    if ended.err.lines().count() == 2 { Ok(()) } else { Err(format!("not two lines:\n{}", ended.err).into()) }
}

/// One document on standard output, also where there is nothing wrong.
fn problems_as_sarif() -> Result<(), Failed> {
    let ended = Desk::with(WRONG).run("check shop.wca --format sarif");
    ended.said(1, &[])?;
    let document: serde_json::Value = serde_json::from_str(&ended.out)?;
    let run = &document["runs"][0];
    let result = &run["results"][0];
    let region = &result["locations"][0]["physicalLocation"]["region"];
    if result["ruleId"] != "E0401" || region["startLine"] != 2 || region["startColumn"] != 18 {
        return Err(ended.out.into());
    }
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    if run["tool"]["driver"]["rules"][0]["id"] != "E0401" || !replacement.is_null() {
        return Err(ended.out.into());
    }
    let ended = Desk::with(EMPTY).run("check shop.wca --format sarif");
    ended.said(0, &[])?;
    let document: serde_json::Value = serde_json::from_str(&ended.out)?;
    if document["runs"][0]["results"] == serde_json::json!([]) { Ok(()) } else { Err(ended.out.into()) }
}

fn problems_for_github() -> Result<(), Failed> {
    let ended = Desk::with(WRONG).run("check shop.wca --format github");
    ended.said(1, &["::error file=shop.wca,line=2,col=18,endLine=2,endColumn=24,title=E0401 ", "%0Ahelp: "])
}

/// What is certain is mended in the file; the rest stays, and is shown.
fn fixes() -> Result<(), Failed> {
    let desk = Desk::with("let zone = \"a\"; in { name = \"shop\"; regin = \"us-west-2\"; resources = [ ]; outputs.z = zoen; }\n");
    desk.run("check shop.wca --fix").said(0, &["2 fixes made"])?;
    let text = fs::read_to_string(desk.folder.join("shop.wca")).unwrap();
    if !text.contains("region = ") || !text.contains("outputs.z = zone;") {
        return Err(text.into());
    }
    desk.write("shop.wca", WRONG);
    desk.run("check shop.wca --fix").said(1, &["E0401", "E0504"])?;
    let text = fs::read_to_string(desk.folder.join("shop.wca")).unwrap();
    if text == WRONG { Ok(()) } else { Err(text.into()) }
}

fn problems_as_json() -> Result<(), Failed> {
    let ended = Desk::with(WRONG).run("check shop.wca --format json");
    ended.said(1, &[])?;
    let lines: Vec<serde_json::Value> = ended.err.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let codes: Vec<&str> = lines.iter().map(|line| line["code"].as_str().unwrap()).collect();
    let at = &lines[0]["labels"][0]["at"];
    if codes != ["E0401", "E0504"] || at["line"] != 2 || at["file"] != "shop.wca" || !lines[0]["fix"].is_null() {
        return Err(ended.err.clone().into());
    }
    // Where the field that was meant is not given, there is an edit.
    let ended = Desk::with("{ name = \"shop\"; regoin = \"us-west-2\"; resources = [ ]; }\n").run("check shop.wca --format json");
    ended.said(1, &[])?;
    let problem: serde_json::Value = serde_json::from_str(&ended.err)?;
    if problem["fix"]["text"] == "region" { Ok(()) } else { Err(ended.err.into()) }
}

fn problems_drawn_without_colours() -> Result<(), Failed> {
    let desk = Desk::with(WRONG);
    for (arguments, variables) in
        [("check shop.wca", &[("NO_COLOR", "1")][..]), ("check shop.wca --color never", &[]), ("check shop.wca", &[])]
    {
        let ended = desk.run_with(arguments, variables);
        ended.said(1, &["E0401", "shop.wca:2:18", "help: "])?;
        if ended.err.contains('\u{1b}') {
            return Err(format!("colours:\n{}", ended.err).into());
        }
    }
    Ok(())
}

fn colours_on_demand() -> Result<(), Failed> {
    Desk::with(WRONG).run("check shop.wca --color always").said(1, &["\u{1b}["])
}

fn fmt() -> Result<(), Failed> {
    let desk = Desk::with("{a=1;}");
    desk.run("fmt --check shop.wca").said(2, &["shop.wca is not formatted"])?;
    if fs::read_to_string(desk.folder.join("shop.wca")).unwrap() != "{a=1;}" {
        return Err("--check wrote the file".into());
    }
    desk.run("fmt shop.wca").said(0, &[])?;
    if fs::read_to_string(desk.folder.join("shop.wca")).unwrap() != "{ a = 1; }\n" {
        return Err("the file was not formatted".into());
    }
    desk.run("fmt --check shop.wca").said(0, &[])?;
    desk.run("fmt --diff shop.wca").said(0, &[])?;
    desk.write("wrong.wca", "{ a = ; }");
    desk.run("fmt wrong.wca").said(1, &["E0103"])?;
    desk.run("fmt --check wrong.wca shop.wca").said(1, &["E0103"])
}

/// What would change is shown in the form of `patch`, in colours only where they are seen, and nothing is changed.
fn fmt_diff() -> Result<(), Failed> {
    let text = "{\n  a = 1;\n  b=2;\n  c = 3;\n}";
    let desk = Desk::with(text);
    let ended = desk.run("fmt --diff shop.wca");
    ended.said(2, &[])?;
    let shown =
        "--- shop.wca\n+++ shop.wca\n@@ -1,5 +1,5 @@\n {\n   a = 1;\n-  b=2;\n+  b = 2;\n   c = 3;\n-}\n\\ No newline at end of file\n+}\n";
    if ended.out != shown || fs::read_to_string(desk.folder.join("shop.wca")).unwrap() != text {
        return Err(ended.out.into());
    }
    let ended = desk.run("fmt --diff --check shop.wca --color always");
    ended.said(2, &["shop.wca is not formatted"])?;
    if ended.out.contains("\u{1b}[31m-  b=2;\u{1b}[0m\n") { Ok(()) } else { Err(ended.out.into()) }
}

/// Standard input goes to standard output, formatted, as a difference, or not at all where it cannot be read.
fn fmt_of_standard_input() -> Result<(), Failed> {
    let desk = Desk::new();
    let ended = desk.run_on("fmt -", b"{a=1;}");
    ended.printed(&["{ a = 1; }\n"])?;
    desk.run_on("fmt --check -", b"{a=1;}").said(2, &["- is not formatted"])?;
    let ended = desk.run_on("fmt --diff -", b"{a=1;}\n");
    ended.said(2, &[])?;
    if ended.out != "--- -\n+++ -\n@@ -1 +1 @@\n-{a=1;}\n+{ a = 1; }\n" {
        return Err(ended.out.into());
    }
    let ended = desk.run_on("fmt -", b"{ a = ; }");
    ended.said(1, &["E0103"])?;
    if !ended.out.is_empty() {
        return Err(ended.out.into());
    }
    desk.run_on("fmt -", b"{\n  a = \"\xe9\";\n}\n").said(1, &["E0702", "standard input is not UTF-8 text", "byte 9, in line 2"])
}

fn init() -> Result<(), Failed> {
    let desk = Desk::new();
    desk.run("init").said(0, &["wrote main.wca"])?;
    desk.run("check").said(0, &["main.wca: "])?;
    desk.run("fmt --check main.wca").said(0, &[])?;
    desk.run("init").said(1, &["main.wca exists already"])
}

fn eval() -> Result<(), Failed> {
    let desk = Desk::with(EMPTY);
    desk.run("eval -e 6*7").printed(&["42"])?;
    desk.run("eval -e 1+").said(1, &["E0103"])?;
    desk.run("eval -e x:x").said(1, &["E0115"])?;
    desk.run("eval shop.wca").printed(&["\"name\": \"shop\""])?;
    let desk = Desk::with("{ size : Int ? 1 }: genMap (index: { inherit index; }) size\n");
    desk.run("eval --value shop.wca --var size=2").printed(&["\"index\": 1"])?;
    desk.run("eval --value shop.wca --var size=x").said(1, &["E0603"])
}

fn explain_and_doc() -> Result<(), Failed> {
    let desk = Desk::new();
    desk.run("explain e0301").printed(&["E0301 branch-on-later-value", "Mended:"])?;
    desk.run("explain").printed(&["E0101", "E0831"])?;
    desk.run("explain E9999").said(1, &["E0708"])?;
    desk.run("doc vpc").printed(&["cidr"])?;
    desk.run("doc ec2.Vpc").printed(&["cidr"])?;
    desk.run("doc map").printed(&["map (x: x * 2) [ 1 2 3 ]"])?;
    desk.run("doc list").printed(&["list.groupBy : (a -> Str) -> [a] -> Map [a]"])?;
    desk.run("doc list.groupBy").printed(&["(a -> Str) -> [a] -> Map [a]", "→ { high = [ 5 ]; low = [ 1 2 ]; }"])?;
    desk.run("doc groupBy").said(1, &["E0708", "did you mean list.groupBy?"])?;
    desk.run("doc vpcc").said(1, &["E0708", "vpc"])
}

fn graph() -> Result<(), Failed> {
    let desk = Desk::with(read("examples/hello.wca"));
    desk.run("graph shop.wca").printed(&["digraph", "ec2.Vpc/hello"])?;
    desk.run("graph shop.wca --as mermaid").printed(&["ec2.Vpc/hello"])?;
    desk.run("graph shop.wca --as svg").printed(&["<svg ", "class=\"node nothing\"", ">hello</text>", "</svg>"])?;
    desk.run("graph shop.wca --sandbox").said(1, &["--plan"])
}

fn bad_arguments() -> Result<(), Failed> {
    let desk = Desk::with(EMPTY);
    desk.run("chekc shop.wca").said(1, &["check"])?;
    desk.run("check shop.wca --foramt short").said(1, &["--format"])?;
    desk.run("state show nothing shop.wca").said(1, &["E0505"])?;
    desk.run("--help").printed(&["apply"])?;
    desk.run("--version").printed(&["wcalang"])
}

/// Two hundred files of chance: bytes, pieces of the language, and the largest example with a piece cut out.
fn no_file_makes_it_panic() -> Result<(), Failed> {
    let desk = Desk::new();
    let whole = read("examples/wca-live.wca");
    let pieces = pieces();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut chance = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for case in 0..200 {
        let bytes: Vec<u8> = match case % 4 {
            0 => (0..chance(400)).map(|_| chance(256) as u8).collect(),
            1 => (0..chance(200)).map(|_| pieces[chance(pieces.len())].as_str()).collect::<String>().into_bytes(),
            2 => (0..chance(200)).map(|_| (32 + chance(95)) as u8).collect(),
            _ => {
                let mut bytes = whole.clone().into_bytes();
                let from = chance(bytes.len());
                let to = (from + chance(60)).min(bytes.len());
                bytes.drain(from..to);
                bytes
            }
        };
        desk.write("shop.wca", &bytes);
        let ended = desk.run(if case % 2 == 0 { "check shop.wca" } else { "fmt --check shop.wca" });
        if !(0..=2).contains(&ended.code) || ended.err.contains("panicked") {
            return Err(format!("exit {} for {:?}\n{}", ended.code, String::from_utf8_lossy(&bytes), ended.err).into());
        }
    }
    Ok(())
}
