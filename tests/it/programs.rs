//! Programs as the tests handle them: where their files are, compiled against the real kinds, on a stack that is deep enough.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use libtest_mimic::{Failed, Trial};
use wcalang_aws::SCHEMAS;
use wcalang_lang::eval::Pinned;
use wcalang_lang::inputs::Given;
use wcalang_lang::{Compiled, Request, Unit, Verdict};
use wcalang_model::source::{FileId, Files};
use wcalang_model::value::{Block, Fields, Lookup};

/// The stack of the command's thread.
pub const STACK: usize = 64 << 20;

/// A path of the repository.
pub fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// The text of a file of the repository.
pub fn read(relative: &str) -> String {
    fs::read_to_string(path(relative)).unwrap()
}

/// The names of the files of a folder with this ending, sorted.
pub fn files_of(folder: &str, ending: &str) -> Vec<String> {
    let entries = fs::read_dir(path(folder)).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(ending));
    names.sort();
    names
}

/// A trial whose work is done on a stack as deep as the command's.
pub fn trial(name: impl Into<String>, work: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    Trial::test(name, move || {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
        thread.join().unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
            Err(text.unwrap_or_else(|| "panicked".to_string()).into())
        })
    })
}

/// The inputs that a program is given: its comment lines that end in `--var NAME=VALUE`.
pub fn given(program: &str) -> Vec<(String, String)> {
    let lines = program.lines().filter(|line| line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once("--var ")?.1.split_once('='));
    pairs.map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// What is pinned for a program: address blocks, by comment lines that end in `--pin NETWORK/TIER/ZONE=BLOCK`.
struct Pins(Vec<(Block, IpNet)>);

impl Pins {
    fn of(program: &str) -> Self {
        let lines = program.lines().filter(|line| line.starts_with('#'));
        let pins = lines.filter_map(|line| line.split_once("--pin ")?.1.split_once('='));
        let pin = |(what, block): (&str, &str)| {
            let mut words = what.split('/');
            let (network, tier, zone) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            (Block { network: network.into(), tier: tier.into(), zone: zone.parse().unwrap() }, block.parse().unwrap())
        };
        Pins(pins.map(pin).collect())
    }
}

impl Pinned for Pins {
    fn answer(&self, _lookup: &Lookup) -> Option<Fields> {
        None
    }

    fn blocks(&self, network: &str) -> Vec<(Block, IpNet)> {
        self.0.iter().filter(|(block, _)| block.network == network).cloned().collect()
    }
}

/// A program with the files that its problems point into.
pub struct Program {
    /// It, and the modules that it uses.
    pub files: Files,
    /// It.
    pub file: FileId,
    /// What it compiles to.
    pub compiled: Compiled,
}

/// Compiles a program as `check` does: against AWS's kinds, with the pins that it says, for every member of its finite inputs.
pub fn check(name: &str, text: &str, given: &[(String, String)]) -> Program {
    let mut files = Files::default();
    let file = files.add(name, text);
    let mut unit = Unit::read(&files, file);
    let inputs = unit.inputs(&mut files, SCHEMAS);
    let is_secret = |name: &str| inputs.iter().any(|input| input.name == name && input.secret);
    let secrets: BTreeSet<String> = given.iter().map(|(name, _)| name.clone()).filter(|name| is_secret(name)).collect();
    let plain = given.iter().filter(|(name, _)| !is_secret(name)).map(|(name, value)| (name.clone(), Given::Text(value.clone())));
    let plain: BTreeMap<String, Given> = plain.collect();
    let pins = Pins::of(text);
    let request = Request { schemas: SCHEMAS, pins: &pins, given: &plain, secrets: &secrets };
    let Verdict { problems, .. } = unit.check(&mut files, &request);
    let compiled = Compiled { problems, ..unit.compile(&mut files, &request) };
    Program { files, file, compiled }
}
