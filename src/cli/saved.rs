//! Saved plans: what `plan --out` writes and `apply PLAN` carries out, or refuses when something has moved since.
//!
//! A saved plan is not a list of orders: it is what the plan was made from, and what it came to. `apply` makes the plan again from the
//! same file, the same inputs and today's cloud; only if that comes to the same is anything done. So whatever moved is noticed: the
//! file, the lock file, the state, a field of ours in the cloud. It holds no secret: digests under the stack's key say whether those
//! that are given again are the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use wcalang_engine::plan::{Plan, Secrets, fingerprint, to_json};
use wcalang_engine::state::State;
use wcalang_lang::inputs::Given;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::{engine, machine};
use wcalang_model::value::Datum;

use crate::cli::args::{LeaveArgs, StackArgs};
use crate::cli::files::{read_text, write};
use crate::cli::session::Session;
use crate::cli::{Exit, Stop};

/// The version of the form.
const VERSION: u32 = 1;

/// A saved plan.
#[derive(Debug, Serialize, Deserialize)]
pub struct Saved {
    document: Kind,
    version: u32,
    /// The version of wcalang that made it.
    wcalang: String,
    /// The file that it is a plan for.
    file: PathBuf,
    file_sum: String,
    lock_sum: Option<String>,
    /// The corner of the cloud, and whether it is an emulated one.
    place: String,
    serial: u64,
    /// The inputs that were given, secret ones left out.
    inputs: BTreeMap<String, Input>,
    /// Digests of the secret inputs that were given.
    secrets: BTreeMap<String, String>,
    allow_destroy: Vec<String>,
    replace: Vec<String>,
    fingerprint: String,
    /// The plan, for people and programs.
    plan: Value,
}

/// What the document is: nothing else is taken for a saved plan.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    SavedPlan,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Input {
    Text(String),
    Data(Value),
}

/// Writes a plan.
pub fn save(path: &Path, session: &Session, leave: &LeaveArgs, state: &State, secrets: &Secrets, plan: &Plan) -> Result<(), Box<Stop>> {
    let program = &session.program;
    let given = program.given.iter().map(|(name, given)| {
        let input = match given {
            Given::Text(text) => Input::Text(text.clone()),
            Given::Data(datum) => Input::Data(datum.to_json()),
        };
        (name.clone(), input)
    });
    let saved = Saved {
        document: Kind::SavedPlan,
        version: VERSION,
        wcalang: env!("CARGO_PKG_VERSION").to_string(),
        file: std::path::absolute(&program.path).unwrap_or_else(|_| program.path.clone()),
        file_sum: sum(program.files.get(program.file()).text.as_bytes()),
        lock_sum: lock_sum(session),
        place: session.key.section(),
        serial: state.serial,
        inputs: given.collect(),
        secrets: digests(secrets),
        allow_destroy: leave.allow_destroy.clone(),
        replace: leave.replace.clone(),
        fingerprint: fingerprint(plan),
        plan: to_json(plan, &|span| program.files.locate(span)),
    };
    let text = serde_json::to_string_pretty(&saved).map_err(|error| {
        Problem::error(&machine::UNWRITABLE_FILE, format!("{} cannot be written: {error}", path.display())).help("name another file")
    })?;
    write(path, &(text + "\n"))
}

/// The saved plan that a command is given in the place of a file, if it is one.
pub fn open(args: &StackArgs) -> Result<Option<Saved>, Box<Stop>> {
    let Some(path) = &args.file else { return Ok(None) };
    let text = read_text(path)?;
    if !text.starts_with('{') || serde_json::from_str::<Value>(&text).is_err() {
        return Ok(None);
    }
    let unreadable = |why: String| {
        let problem = Problem::error(&engine::PLAN_UNREADABLE, format!("{} is no plan that this version can apply: {why}", path.display()));
        Box::<Stop>::from(problem.help("make it again with `wcalang plan --out`"))
    };
    let saved: Saved = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if saved.version != VERSION || saved.wcalang != env!("CARGO_PKG_VERSION") {
        return Err(unreadable(format!("wcalang {} made it", saved.wcalang)));
    }
    Ok(Some(saved))
}

impl Saved {
    /// The arguments of the run that it was made in; secrets are those of this one.
    pub fn arguments(&self, args: &StackArgs, leave: &LeaveArgs) -> Result<(StackArgs, LeaveArgs), Box<Stop>> {
        if !leave.allow_destroy.is_empty() || !leave.replace.is_empty() {
            let problem = Problem::error(&machine::BAD_ARGUMENT, "a saved plan has its own --allow-destroy and --replace");
            return Err(problem.help("give them to `wcalang plan --out`").into());
        }
        let mut stack = args.clone();
        stack.file = Some(self.file.clone());
        let given = self.inputs.iter().map(|(name, input)| {
            let given = match input {
                Input::Text(text) => Given::Text(text.clone()),
                Input::Data(value) => Given::Data(Datum::from_json(value)),
            };
            (name.clone(), given)
        });
        stack.inputs.saved = Some(given.collect());
        Ok((stack, LeaveArgs { allow_destroy: self.allow_destroy.clone(), replace: self.replace.clone() }))
    }

    /// Refuses where something has moved since: exit code 5.
    pub fn check(&self, session: &Session, state: &State, secrets: &Secrets, plan: &Plan) -> Result<(), Box<Stop>> {
        let program = &session.program;
        let mut moved = Vec::new();
        let mut note = |differs: bool, what: String| {
            if differs {
                moved.push(what);
            }
        };
        note(
            sum(program.files.get(program.file()).text.as_bytes()) != self.file_sum,
            format!("{} is another text", program.path.display()),
        );
        note(lock_sum(session) != self.lock_sum, format!("{} is another text", program.lock_path().display()));
        let place = session.key.section();
        note(place != self.place, format!("it is for {}, and this run is in {place}", self.place));
        let serials = format!("the state has seen {} more batches of events", state.serial.saturating_sub(self.serial));
        note(state.serial != self.serial, serials);
        for (name, digest) in digests(secrets) {
            note(self.secrets.get(&name) != Some(&digest), format!("the secret `{name}` is another one"));
        }
        if moved.is_empty() && fingerprint(plan) != self.fingerprint {
            let now = to_json(plan, &|span| program.files.locate(span));
            let differing = differing(&self.plan, &now);
            moved.push(format!("the cloud is not what it was: {differing}"));
        }
        if moved.is_empty() {
            return Ok(());
        }
        let problem = Problem::error(&engine::PLAN_STALE, format!("the plan is stale: {}", moved.join("; ")));
        Err(Box::<Stop>::from(problem.help("nothing was changed; make the plan again with `wcalang plan --out`")).with(Exit::Stale))
    }
}

/// The addresses whose changes are not those of the saved plan.
fn differing(saved: &Value, now: &Value) -> String {
    let by_address = |plan: &Value| -> BTreeMap<String, Value> {
        let changes = plan["changes"].as_array().into_iter().flatten();
        changes.map(|change| (change["address"].as_str().unwrap_or_default().to_string(), change.clone())).collect()
    };
    let (saved, now) = (by_address(saved), by_address(now));
    let all: std::collections::BTreeSet<&String> = saved.keys().chain(now.keys()).collect();
    let differing: Vec<&str> = all.into_iter().filter(|address| saved.get(*address) != now.get(*address)).map(String::as_str).collect();
    if differing.is_empty() { "what others own is out of its bounds".to_string() } else { differing.join(", ") }
}

/// Digests of the secrets given, under the stack's key.
fn digests(secrets: &Secrets) -> BTreeMap<String, String> {
    let Some(key) = &secrets.key else { return BTreeMap::new() };
    secrets.given.iter().map(|(name, secret)| (name.clone(), key.digest(secret))).collect()
}

fn lock_sum(session: &Session) -> Option<String> {
    read_text(&session.program.lock_path()).ok().map(|text| sum(text.as_bytes()))
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
