//! Scenes of the life of a stack, on the wire: `tests/scenes/scenes.toml` says what it is at first and what it becomes.
//!
//! The plan between the two is a snapshot: it is what people see, so it must say what an expert would do, in the right order, with
//! the right outage, and nothing of what does not change. Then it is applied, the plan after it is empty, and what stands is what
//! an apply of the later form alone makes, where a scene does not say why not. In the end everything is destroyed.

use insta::Settings;
use libtest_mimic::Trial;

use super::bench::{Bench, project};
use super::edits::Editor;
use super::inventory::{assert_empty, assert_same, dump};
use super::trial;

/// What is given where a scene does not say otherwise: the secrets.
const GIVEN: &[(&str, &str)] = &[("shop.wca", "token=first"), ("shop.wca", "password=correct-horse")];

/// What ids of AWS begin with.
const IDS: &[&str] = &["vpc", "subnet", "sg", "sgr", "rtb", "igw", "eipalloc", "nat", "lt", "ami", "srv", "ns"];

/// What a destroy of everything needs leave for.
const HELD: &[&str] = &["rds.Instance/", "secretsmanager.Secret/", "s3.Bucket/"];

#[derive(Clone)]
struct Scene {
    name: String,
    program: String,
    before: String,
    after: String,
    between: Option<String>,
    refused: bool,
    records: bool,
    beside: bool,
    destroy: bool,
    differs: bool,
}

pub fn trials() -> Vec<Trial> {
    scenes().into_iter().map(|scene| trial(&format!("scenes/{}", scene.name), move || scene.play())).collect()
}

fn scenes() -> Vec<Scene> {
    let text = std::fs::read_to_string(project().join("tests/scenes/scenes.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let one = |scene: &toml::Value| {
        let text = |key: &str| scene.get(key).and_then(toml::Value::as_str).map(str::to_string);
        let is = |key: &str| scene.get(key).and_then(toml::Value::as_bool).unwrap_or(false);
        Scene {
            name: text("name").unwrap(),
            program: text("program").unwrap(),
            before: text("before").unwrap_or_default(),
            after: text("after").unwrap(),
            between: text("between"),
            refused: is("refused"),
            records: is("records"),
            beside: is("beside"),
            destroy: is("destroy"),
            differs: text("differs").is_some(),
        }
    };
    table["scene"].as_array().unwrap().iter().map(one).collect()
}

impl Scene {
    fn play(&self) {
        let bench = self.bench("");
        bench.expect(0, &self.line("apply", &self.before, " --yes"));
        let before = dump(&bench, "before");
        if let Some(between) = &self.between {
            Editor::new(&bench, "shop").make(between);
        }
        let code = match (self.refused, self.records) {
            (true, _) => 3,
            (false, true) => 0,
            (false, false) => 2,
        };
        let planned = bench.expect(code, &self.line("plan", &self.after, ""));
        self.assert_plan(&format!("{}{}", planned.stdout, planned.stderr));
        if self.refused {
            bench.expect(3, &self.line("apply", &self.after, " --yes"));
            assert_same(&before, &dump(&bench, "refused"));
            return self.end(&bench, &self.before);
        }
        if self.destroy {
            bench.expect(3, &self.line("destroy", &self.before, " --yes"));
        }
        bench.expect(0, &self.line("apply", &self.after, " --yes"));
        bench.expect(0, &self.line("plan", &self.after, ""));
        if self.beside {
            bench.expect(0, &self.line("plan", &self.before, ""));
            self.end(&bench, &self.after);
            assert_same(&before, &dump(&bench, "alone"));
            return self.end(&bench, &self.before);
        }
        if self.destroy {
            bench.expect(0, &self.line("destroy", &self.after, " --yes"));
            return assert_empty(&bench);
        }
        let after = dump(&bench, "after");
        self.end(&bench, &self.after);
        if !self.differs {
            let fresh = self.bench("-fresh");
            fresh.expect(0, &self.line("apply", &self.after, " --yes"));
            assert_same(&after, &dump(&fresh, "after"));
        }
    }

    fn bench(&self, suffix: &str) -> Bench {
        let bench = Bench::new(&format!("scenes-{}{suffix}", self.name));
        for domain in ["shop.example.com", "shop.example.org"] {
            bench.emulator.issue(domain);
        }
        std::fs::copy(project().join("tests/scenes").join(&self.program), bench.folder.join(&self.program)).unwrap();
        bench
    }

    /// A command, with the inputs that are given and these words.
    fn line(&self, command: &str, inputs: &str, words: &str) -> String {
        let mut line = format!("{command} {}", self.program);
        let given = GIVEN.iter().filter(|(program, _)| *program == self.program).map(|(_, pair)| *pair);
        let is_given = |pair: &&str| inputs.split(' ').any(|input| input.split('=').next() == pair.split('=').next());
        for pair in given.filter(|pair| !is_given(pair)).chain(inputs.split(' ').filter(|pair| !pair.is_empty())) {
            line += &format!(" --var {pair}");
        }
        line + words
    }

    /// Destroys everything.
    fn end(&self, bench: &Bench, inputs: &str) {
        let listed = bench.expect(0, &self.line("state list", inputs, "")).stdout;
        let held = listed.split_whitespace().filter(|word| HELD.iter().any(|kind| word.starts_with(kind)));
        let leave: String = held.map(|address| format!(" --allow-destroy {address}")).collect();
        bench.expect(0, &self.line("destroy", inputs, &format!(" --yes{leave}")));
    }

    fn assert_plan(&self, text: &str) {
        let mut settings = Settings::clone_current();
        settings.set_snapshot_path(project().join("tests/scenes"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(self.name.clone(), masked(text)));
    }
}

/// A plan without what AWS has made up: ids, and the hexadecimal parts of ARNs.
fn masked(text: &str) -> String {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let (mut masked, mut rest) = (String::new(), text);
    while let Some(start) = rest.find(is_word) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|letter| !is_word(letter)).unwrap_or(word.len()));
        masked.push_str(before);
        masked.push_str(&if masked.ends_with(":secret:") { word[..word.len() - 6].to_string() + "…" } else { name_of(word) });
        rest = after;
    }
    masked + rest
}

/// A word, or its beginning where the rest is made up.
fn name_of(word: &str) -> String {
    let made_up = |text: &str| text.len() >= 8 && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
    let is_hex = |text: &str| text.len() >= 16 && text.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    match word.split_once('-') {
        Some((kind, id)) if IDS.contains(&kind) && made_up(id) => format!("{kind}-…"),
        Some(_) | None if is_hex(word) => "…".to_string(),
        Some(_) | None => word.to_string(),
    }
}
