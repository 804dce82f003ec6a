//! A stack with the cloud at hand: compiled, connected, its lookups answered, its state found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wcalang_aws::{Connection, SCHEMAS, connect, owned};
use wcalang_engine::lookup::{PinFile, resolve};
use wcalang_engine::plan::{Facts, Leave, Secrets};
use wcalang_engine::state::{Key, LocalStore, Notice, State, StateError};
use wcalang_model::diag::catalogue::{engine, stack};
use wcalang_model::diag::{Problem, Problems};
use wcalang_model::kind::{Cx, Fault, FaultClass};
use wcalang_model::source::{OsWorld, World};
use wcalang_model::value::{Address, Datum, Fields, Graph, Lookup, Secret, Store};

use crate::cli::args::{LeaveArgs, StackArgs};
use crate::cli::out::Out;
use crate::cli::program::{LockPins, Program};
use crate::cli::{Exit, Stop, facts, made_up, prompt, sandbox as sandbox_command};
use crate::sandbox;

/// A stack, the cloud it is in, and what is recorded of it.
pub struct Session {
    /// The file.
    pub program: Program,
    /// What it wants.
    pub graph: Graph,
    /// Where calls go.
    pub cx: Cx,
    /// Where its state is.
    pub store: LocalStore,
    /// Under which key.
    pub key: Key,
    /// The lock file.
    pub pins: PinFile,
    /// The answers of its lookups.
    pub answers: Vec<(Lookup, Fields)>,
}

/// What a session is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// All of the file must be sound, and its lookups answered.
    All,
    /// Only who and where the stack is: to destroy it, or to read its state.
    Owner,
}

/// An offline look at a stack: who and where it is.
pub struct Offline {
    /// The file.
    pub program: Program,
    /// What it wants; complete only if it has no problems.
    pub graph: Graph,
    /// What is wrong with it.
    pub problems: Problems,
}

/// Reads and compiles the file of a stack.
pub fn offline(args: &StackArgs, out: &mut Out) -> Result<Offline, Box<Stop>> {
    let mut program = Program::read(args.file.as_deref(), &args.inputs)?;
    prompt::inputs(&mut program, out);
    let compiled = program.compile(&wcalang_lang::NoPins);
    match compiled.graph {
        Some(graph) => Ok(Offline { program, graph, problems: compiled.problems }),
        None => Err(Stop::mistakes(compiled.problems, &program.files)),
    }
}

impl Session {
    /// Opens one.
    pub async fn open(args: &StackArgs, purpose: For, out: &mut Out) -> Result<Self, Box<Stop>> {
        let Offline { mut program, mut graph, mut problems } = offline(args, out)?;
        if purpose == For::All && problems.has_errors() {
            out.problems(&problems, &program.files);
            return Err(Box::new(Stop { exit: Exit::Mistake, problems: Problems::default(), files: program.files }));
        }
        if let Store::S3 { .. } = graph.stack.store {
            let problem =
                Problem::error(&engine::STORE_MISSING, "state in S3 is not part of this version").label(graph.stack.span, "asked for here");
            return Err(Stop::mistakes(
                Problems(vec![problem.help("leave `state` out: it is then kept in .wcalang beside the file")]),
                &program.files,
            ));
        }
        let emulated = args.sandbox || OsWorld.env("AWS_ENDPOINT_URL").is_some_and(|url| !url.is_empty());
        let connection = connection(args, &graph, out)?;
        if args.sandbox && purpose == For::All {
            made_up::fill(&mut program, out)?;
        }
        let cx = connect(&connection).await.map_err(|fault| unreachable(&fault, &connection))?;
        let key = Key { place: cx.place.clone(), stack: graph.stack.name.clone(), sandbox: emulated };
        let mut pins = program.pins()?;
        check_account(&program, &graph, &pins, &key, args.sandbox)?;
        let mut answers = Vec::new();
        if purpose == For::All {
            if let Some(section) = pins.section(&key).filter(|section| !section.is_empty()) {
                let compiled = program.compile(&LockPins(section.clone()));
                problems = compiled.problems;
                graph = match compiled.graph.filter(|_| !problems.has_errors()) {
                    Some(graph) => graph,
                    None => return Err(Stop::mistakes(problems, &program.files)),
                };
            }
            out.problems(&problems, &program.files);
            let answered = resolve(&cx, &SCHEMAS, wcalang_lang::lookups(&graph), pins.pins(&key)).await;
            if let Some(stop) = unanswered(&program, &answered.faults) {
                return Err(stop);
            }
            answers = answered.answers;
            if emulated {
                // What stands in an emulator is made anew with every start of it: only `lock` pins what it answers.
                pins = program.pins()?;
            }
        }
        let store = LocalStore::new(&folder(&program.path), key.clone());
        Ok(Session { program, graph, cx, store, key, pins, answers })
    }

    /// Refuses to begin a stack of which nothing is recorded and something stands: a second one would be made beside it.
    pub async fn nothing_is_lost(&self, recorded: &State) -> Result<(), Box<Stop>> {
        if recorded.serial > 0 {
            return Ok(());
        }
        let stack = &self.graph.stack;
        let found = owned(&self.cx, &stack.name).await.map_err(|fault| unreachable(&fault, &Connection::default()))?;
        let Some(first) = found.first() else { return Ok(()) };
        let count = if found.len() == 1 { "one thing that carries".to_string() } else { format!("{} things that carry", found.len()) };
        let place = &self.cx.place;
        let message =
            format!("nothing is recorded of stack `{}`, and account {} has {count} its tag in {}", stack.name, place.account, place.region);
        let problem = Problem::error(&engine::STATE_LOST, message).label(stack.span, format!("such as {first}"));
        let help = if self.key.sandbox {
            "bring back the folder .wcalang that lay beside the file, or begin anew with `wcalang sandbox stop`"
        } else {
            "bring back the folder .wcalang that lay beside the file when it was applied, from the machine that applied it or from a backup (`recover`, which rebuilds it from the tags, is not part of this version); if it is another stack, give this one another name"
        };
        Err(Stop::mistakes(Problems(vec![problem.help(help)]), &self.program.files).with(Exit::Refused))
    }

    /// Pins the address blocks that the file leaves to be allocated.
    pub fn pin_blocks(&mut self) {
        self.pins.pins(&self.key).set_blocks(&self.graph.blocks);
    }

    /// Writes the lock file, where something in it changed.
    pub fn write_pins(&self) -> Result<(), Box<Stop>> {
        Ok(self.pins.write(&self.program.lock_path()).map_err(|error| error.problem())?)
    }

    /// What the planner is told about kinds.
    pub fn facts(&self) -> Facts {
        facts::facts(self.cx.place.clone())
    }

    /// The answer of a lookup.
    pub fn answer(&self, lookup: &Lookup, output: &str) -> Option<Datum> {
        let (_, fields) = self.answers.iter().find(|(asked, _)| asked == lookup)?;
        let mut path = output.split('.');
        let first = fields.get(path.next()?)?.clone();
        path.try_fold(first, |datum, step| datum.as_record().and_then(|fields| fields.get(step).cloned()))
    }

    /// The secrets given, with the key of their digests.
    pub fn secrets(&self, key: Option<wcalang_engine::state::DigestKey>) -> Secrets {
        Secrets { given: self.program.secrets.clone(), key }
    }

    /// What the command line gives leave for.
    pub fn leave(&self, args: &LeaveArgs) -> Result<Leave, Box<Stop>> {
        Ok(Leave { destroy: addresses(&args.allow_destroy)?, replace: addresses(&args.replace)? })
    }
}

/// Addresses of the command line.
pub fn addresses(texts: &[String]) -> Result<BTreeSet<Address>, Box<Stop>> {
    texts.iter().map(|text| address(text)).collect()
}

/// An address of the command line.
pub fn address(text: &str) -> Result<Address, Box<Stop>> {
    let problem = || {
        Problem::error(&stack::BAD_ADDRESS, format!("{text:?} is no address")).help("write kind/name, as `wcalang state list` shows them")
    };
    Ok(Address::parse(text).ok_or_else(problem)?)
}

/// The folder that a file lies in.
pub fn folder(path: &Path) -> PathBuf {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// What there is to say about a state that was read.
pub fn say_notices(notices: &[Notice], out: &mut Out) {
    for notice in notices {
        out.problem(notice.problem());
    }
}

/// A state that cannot be read or locked.
pub fn no_state(error: &StateError) -> Box<Stop> {
    let stop: Box<Stop> = error.problem().into();
    match error {
        StateError::Held { .. } => stop.with(Exit::Held),
        StateError::Damaged { .. } | StateError::Newer { .. } | StateError::Io { .. } | StateError::Broken { .. } => stop,
        StateError::Unsettled { .. } | StateError::Crashed => stop,
    }
}

/// A cloud that does not answer, or does not know us.
pub fn unreachable(fault: &Fault, connection: &Connection) -> Box<Stop> {
    let at = connection.endpoint.clone().or_else(|| OsWorld.env("AWS_ENDPOINT_URL")).map(|url| format!(" at {url}")).unwrap_or_default();
    let (message, help) = match fault.class {
        FaultClass::Denied => (
            format!("AWS does not accept the credentials of this run: {fault}"),
            "log in again (`aws sso login`), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; --sandbox needs none"
                .to_string(),
        ),
        FaultClass::Unreachable | FaultClass::Lost => {
            (format!("nothing answers{at}: {fault}"), "check the network and AWS_ENDPOINT_URL; --sandbox works without AWS".to_string())
        }
        FaultClass::NotFound
        | FaultClass::Exists
        | FaultClass::NotYet
        | FaultClass::Throttled
        | FaultClass::Unavailable
        | FaultClass::Invalid => (format!("AWS refuses{at}: {fault}"), "mend what AWS names, then run the command again".to_string()),
    };
    Problem::error(&engine::NO_CLOUD, message).help(help).into()
}

fn connection(args: &StackArgs, graph: &Graph, out: &mut Out) -> Result<Connection, Box<Stop>> {
    let region = Some(graph.stack.region.clone());
    if !args.sandbox {
        return Ok(Connection { region, ..Connection::default() });
    }
    let domains: Vec<String> = wcalang_lang::lookups(graph)
        .iter()
        .filter(|lookup| lookup.name == "certificate")
        .filter_map(|lookup| lookup.arguments.get("domain").and_then(Datum::as_str).map(str::to_string))
        .collect();
    let sandbox = sandbox::start(&domains, &graph.stack.region, &mut |line| out.say(line)).map_err(sandbox_command::problem)?;
    out.say(&format!("in the sandbox at {}: an emulator, not AWS", sandbox.endpoint));
    let keys = Some(("sandbox".to_string(), "sandbox".to_string()));
    Ok(Connection { region, endpoint: Some(sandbox.endpoint), keys })
}

/// A wrong account cannot apply. The sandbox stands for any account; the first apply to another emulator pins none.
fn check_account(program: &Program, graph: &Graph, pins: &PinFile, key: &Key, sandbox: bool) -> Result<(), Box<Stop>> {
    let pinned = graph.stack.account.as_ref().or(pins.account.as_ref().filter(|_| !key.sandbox)).filter(|_| !sandbox);
    match pinned {
        Some(account) if *account != key.place.account => {
            let message = format!("this stack belongs to account {account}, and the credentials are those of {}", key.place.account);
            let problem = Problem::error(&engine::WRONG_ACCOUNT, message).label(graph.stack.span, "the stack");
            let problem = problem.help("use credentials of that account (AWS_PROFILE), or change `account` of the stack and the lock file");
            Err(Stop::mistakes(Problems(vec![problem]), &program.files).with(Exit::Refused))
        }
        Some(_) | None => Ok(()),
    }
}

fn unanswered(program: &Program, faults: &[(Lookup, Fault)]) -> Option<Box<Stop>> {
    let problems: Vec<Problem> = faults
        .iter()
        .map(|(lookup, fault)| {
            let arguments: Vec<String> = lookup.arguments.iter().map(|(name, datum)| format!("{name} = {}", datum.to_json())).collect();
            let message = format!("lookup.{} {{ {} }} has no answer: {}", lookup.name, arguments.join("; "), fault.message);
            Problem::error(&engine::LOOKUP_UNANSWERED, message)
                .help("make what is looked up, or change the arguments; AWS was asked just now")
        })
        .collect();
    (!problems.is_empty()).then(|| Stop::mistakes(Problems(problems), &program.files))
}

/// A secret for the sandbox, where anything will do.
pub fn random_secret() -> Secret {
    Secret::new(format!("{:032x}", OsWorld.random()))
}
