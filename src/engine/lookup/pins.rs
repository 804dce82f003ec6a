//! The pins of one corner of the cloud.

use std::collections::BTreeMap;

use wcalang_model::value::{Datum, Fields, Lookup};

/// What is pinned for one partition, account and region.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pins {
    answers: BTreeMap<Question, (Lookup, Fields)>,
    blocks: BTreeMap<Block, String>,
}

/// A lookup in the form in which equal ones are equal: its name, and its arguments as JSON in order of their names.
type Question = (String, String);

/// What an address block is allocated for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// The name of the VPC.
    pub vpc: String,
    /// The tier of its subnets: `app`.
    pub tier: String,
    /// The zone.
    pub zone: String,
}

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

    /// The block allocated for this: `10.0.4.0/22`.
    pub fn block(&self, block: &Block) -> Option<&str> {
        self.blocks.get(block).map(String::as_str)
    }

    /// Pins an allocated block.
    pub fn set_block(&mut self, block: Block, cidr: impl Into<String>) {
        self.blocks.insert(block, cidr.into());
    }

    /// The allocated blocks, by VPC, tier and zone.
    pub fn blocks(&self) -> &BTreeMap<Block, String> {
        &self.blocks
    }

    /// Frees the blocks that are not kept.
    pub fn retain_blocks(&mut self, mut keep: impl FnMut(&Block) -> bool) {
        self.blocks.retain(|block, _| keep(block));
    }

    /// Whether nothing is pinned.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.blocks.is_empty()
    }
}

pub(super) fn question(lookup: &Lookup) -> Question {
    (lookup.name.clone(), Datum::Record(lookup.arguments.clone()).to_json().to_string())
}
