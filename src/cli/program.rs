//! A file with its inputs: read, compiled, and ready for whatever a command does with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use wcalang_aws::SCHEMAS;
use wcalang_engine::lookup::{PinFile, Pins};
use wcalang_lang::eval::Pinned;
use wcalang_lang::inputs::{Given, Input};
use wcalang_lang::{Compiled, NoPins, Request, Unit, Verdict};
use wcalang_model::diag::catalogue::machine;
use wcalang_model::diag::{Problem, Problems};
use wcalang_model::source::{FileId, Files, OsWorld, World};
use wcalang_model::value::{Block, Datum, Fields, Lookup, Secret, Stack};

use crate::cli::Stop;
use crate::cli::args::InputArgs;
use crate::cli::files::read_text;

/// A file of the command line.
pub struct Program {
    /// Its path.
    pub path: PathBuf,
    /// It, and every file that problems may point into.
    pub files: Files,
    file: FileId,
    unit: Unit,
    /// The inputs it declares.
    pub inputs: Vec<Input>,
    /// The values given for those that are not secret.
    pub given: BTreeMap<String, Given>,
    /// The values given for those that are.
    pub secrets: BTreeMap<String, Secret>,
}

/// Pins of the lock file.
pub struct LockPins(pub Pins);

impl Pinned for LockPins {
    fn answer(&self, lookup: &Lookup) -> Option<Fields> {
        self.0.get(lookup).cloned()
    }

    fn blocks(&self, network: &str) -> Vec<(Block, IpNet)> {
        self.0.blocks_of(network).map(|(block, net)| (block.clone(), net)).collect()
    }
}

impl Program {
    /// Reads a file and the values of its inputs.
    pub fn read(path: Option<&Path>, args: &InputArgs) -> Result<Self, Box<Stop>> {
        let path = match path {
            Some(path) => path.to_path_buf(),
            None => only_file()?,
        };
        let text = read_text(&path)?;
        if text.trim().is_empty() {
            return Err(Problem::error(&machine::EMPTY_FILE, format!("{} is empty", path.display()))
                .help("`wcalang init` writes a first file; `wcalang doc` lists what it can contain")
                .into());
        }
        Program::of_text(path, text, args)
    }

    /// The same of a text that is not in its file yet.
    pub fn of_text(path: PathBuf, text: String, args: &InputArgs) -> Result<Self, Box<Stop>> {
        let mut files = Files::default();
        let file = files.add(path.display().to_string(), text);
        let mut unit = Unit::read(&files, file);
        let inputs = unit.inputs(&mut files, SCHEMAS);
        let mut program = Program { path, files, file, unit, inputs, given: BTreeMap::new(), secrets: BTreeMap::new() };
        program.gather(args)?;
        Ok(program)
    }

    /// The file, among those that problems may point into.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Where its lookups are pinned.
    pub fn lock_path(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".lock");
        name.into()
    }

    /// Its lock file.
    pub fn pins(&self) -> Result<PinFile, Box<Stop>> {
        Ok(PinFile::read(&self.lock_path()).map_err(|error| error.problem())?)
    }

    /// Compiles it.
    pub fn compile(&mut self, pins: &dyn Pinned) -> Compiled {
        self.ask(pins, Unit::compile)
    }

    /// Compiles it without the cloud at hand.
    pub fn compile_offline(&mut self) -> Result<Compiled, Box<Stop>> {
        self.offline(Unit::compile, |compiled| compiled.graph.as_ref().map(|graph| &graph.stack))
    }

    /// Checks it, without the cloud at hand.
    pub fn check_offline(&mut self) -> Result<Verdict, Box<Stop>> {
        self.offline(Unit::check, |verdict| verdict.stack.as_ref().map(|summary| &summary.stack))
    }

    /// What is said of it with the pins of the account that is pinned and the region that it names.
    fn offline<T>(&mut self, say: fn(&mut Unit, &mut Files, &Request<'_>) -> T, stack: fn(&T) -> Option<&Stack>) -> Result<T, Box<Stop>> {
        let said = self.ask(&NoPins, say);
        let Some(stack) = stack(&said) else { return Ok(said) };
        match self.pins()?.offline(stack.account.as_deref(), &stack.region) {
            Some(pins) if !pins.is_empty() => Ok(self.ask(&LockPins(pins.clone()), say)),
            Some(_) | None => Ok(said),
        }
    }

    fn ask<T>(&mut self, pins: &dyn Pinned, say: fn(&mut Unit, &mut Files, &Request<'_>) -> T) -> T {
        let secrets: BTreeSet<String> = self.secrets.keys().cloned().collect();
        let request = Request { schemas: SCHEMAS, pins, given: &self.given, secrets: &secrets };
        say(&mut self.unit, &mut self.files, &request)
    }

    /// Writes the value of the file as JSON: it need not be a stack.
    pub fn json(&mut self, pins: &dyn Pinned, write: &mut dyn FnMut(&str)) -> (bool, Problems) {
        let secrets: BTreeSet<String> = self.secrets.keys().cloned().collect();
        let request = Request { schemas: SCHEMAS, pins, given: &self.given, secrets: &secrets };
        self.unit.json(&mut self.files, &request, write)
    }

    /// Collects the values of inputs: `--var` before `--vars` before the environment.
    fn gather(&mut self, args: &InputArgs) -> Result<(), Box<Stop>> {
        for input in self.inputs.clone() {
            if let Some(text) = OsWorld.env(&format!("WCALANG_VAR_{}", input.name)) {
                self.give(&input.name, Given::Text(text));
            }
        }
        for path in &args.vars {
            for (name, datum) in read_values(path)? {
                self.give(&name, Given::Data(datum));
            }
        }
        if let Some(saved) = &args.saved {
            self.given = saved.clone();
        }
        for pair in &args.var {
            let Some((name, value)) = pair.split_once('=') else {
                let message = format!("--var wants NAME=VALUE, not {pair:?}");
                return Err(Problem::error(&machine::BAD_ARGUMENT, message).help(format!("write --var {pair}=…")).into());
            };
            self.give(name, Given::Text(value.to_string()));
        }
        Ok(())
    }

    fn give(&mut self, name: &str, value: Given) {
        if self.inputs.iter().any(|input| input.name == name && input.secret) {
            let text = match value {
                Given::Text(text) | Given::Data(Datum::Str(text)) => text,
                Given::Data(datum) => datum.to_json().to_string(),
            };
            self.secrets.insert(name.to_string(), Secret::new(text));
        } else {
            self.given.insert(name.to_string(), value);
        }
    }
}

/// The only `.wca` file of the current folder.
fn only_file() -> Result<PathBuf, Box<Stop>> {
    let entries = std::fs::read_dir(".").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|extension| extension == "wca")).collect();
    found.sort();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Problem::error(&machine::BAD_ARGUMENT, "there is no .wca file in this folder")
            .help("name one, or write a first one with `wcalang init`")
            .into()),
        many => {
            let names: Vec<String> = many.iter().map(|path| path.display().to_string()).collect();
            Err(Problem::error(&machine::BAD_ARGUMENT, "there are several .wca files in this folder")
                .help(format!("name one of {}", names.join(", ")))
                .into())
        }
    }
}

/// The values of a TOML or JSON file.
fn read_values(path: &Path) -> Result<Fields, Box<Stop>> {
    let text = read_text(path)?;
    let json = path.extension().is_some_and(|extension| extension == "json");
    let value: Result<serde_json::Value, String> = if json {
        serde_json::from_str(&text).map_err(|error| error.to_string())
    } else {
        toml::from_str(&text).map_err(|error| error.to_string())
    };
    let bad = |why: String| Problem::error(&machine::BAD_ARGUMENT, format!("{} has no values of inputs in it: {why}", path.display()));
    match value.map(|value| Datum::from_json(&value)) {
        Ok(Datum::Record(fields)) => Ok(fields),
        Ok(_) => Err(bad("it is no table of names and values".to_string())
            .help("write `name = \"value\"` lines (TOML) or one JSON object")
            .into()),
        Err(why) => {
            Err(bad(why.trim_end().to_string()).help("write `name = \"value\"` lines (TOML) or, in a .json file, one JSON object").into())
        }
    }
}
