//! The pins of one corner of the cloud.

use std::collections::BTreeMap;

use ipnet::IpNet;
use wcalang_model::value::{Block, Datum, Fields, Lookup};

/// What is pinned for one partition, account and region.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pins {
    answers: BTreeMap<Question, (Lookup, Fields)>,
    blocks: BTreeMap<Block, IpNet>,
}

/// A lookup in the form in which equal ones are equal: its name, and its arguments as JSON in order of their names.
type Question = (String, String);

impl Pins {
    /// The pinned answer of a lookup.
    pub fn get(&self, lookup: &Lookup) -> Option<&Fields> {
        self.answers.get(&question(lookup)).map(|(_, answer)| answer)
    }

    /// Pins an answer in place of the one before.
    pub fn set(&mut self, lookup: &Lookup, answer: Fields) {
        self.answers.insert(question(lookup), (lookup.clone(), answer));
    }

    /// Forgets every answer that none of these lookups asks for: their lines in the file are gone.
    pub fn keep_only(&mut self, lookups: &[Lookup]) {
        let asked: Vec<Question> = lookups.iter().map(question).collect();
        self.answers.retain(|question, _| asked.contains(question));
    }

    /// Forgets every answer, so that all are asked again. Address blocks stay.
    pub fn forget_answers(&mut self) {
        self.answers.clear();
    }

    /// The pinned answers, by name and arguments.
    pub fn answers(&self) -> impl Iterator<Item = (&Lookup, &Fields)> {
        self.answers.values().map(|(lookup, answer)| (lookup, answer))
    }

    /// The blocks allocated in a network, by tier and zone.
    pub fn blocks_of(&self, network: &str) -> impl Iterator<Item = (&Block, IpNet)> {
        self.blocks.iter().filter(move |(block, _)| block.network == network).map(|(block, net)| (block, *net))
    }

    /// Pins allocated blocks, each in place of the one before.
    pub fn set_blocks(&mut self, blocks: &BTreeMap<Block, IpNet>) {
        self.blocks.extend(blocks.iter().map(|(block, net)| (block.clone(), *net)));
    }

    /// Frees every block that is not among these: nothing stands in it any more.
    pub fn keep_only_blocks(&mut self, blocks: &BTreeMap<Block, IpNet>) {
        self.blocks.retain(|block, _| blocks.contains_key(block));
    }

    /// The allocated blocks, by network, tier and zone.
    pub fn blocks(&self) -> &BTreeMap<Block, IpNet> {
        &self.blocks
    }

    /// Whether nothing is pinned.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.blocks.is_empty()
    }
}

pub(super) fn question(lookup: &Lookup) -> Question {
    (lookup.name.clone(), Datum::Record(lookup.arguments.clone()).to_json().to_string())
}
