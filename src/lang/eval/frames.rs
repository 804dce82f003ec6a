//! The values of the scopes that are open, as a stack.
//!
//! A scope is gone when what it surrounds was evaluated, unless a function was made in it: such scopes stay, with those around
//! them, until the evaluation ends. So functions own nothing, nothing refers to itself, and dropping values never recurses
//! through functions.

use crate::eval::value::Value;

/// A scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameId(u32);

impl FrameId {
    /// What is around the outermost scope of a module: nothing but the prelude.
    pub const NONE: FrameId = FrameId(u32::MAX);
}

#[derive(Debug)]
struct Frame {
    parent: FrameId,
    /// Its first slot.
    start: u32,
}

/// The open scopes.
#[derive(Debug, Default)]
pub struct Frames {
    frames: Vec<Frame>,
    slots: Vec<Value>,
    /// How many scopes stay, since a function was made in the last of them.
    kept: usize,
}

/// How many scopes were open.
#[derive(Debug, Clone, Copy)]
pub struct Mark(usize);

impl Frames {
    /// Opens a scope inside another one; its values are those that are pushed next.
    pub fn open(&mut self, parent: FrameId) -> FrameId {
        self.frames.push(Frame { parent, start: self.slots.len() as u32 });
        FrameId(self.frames.len() as u32 - 1)
    }

    /// Adds a value to the scope that was opened last.
    pub fn push(&mut self, value: Value) {
        self.slots.push(value);
    }

    /// Replaces a value of a scope.
    pub fn set(&mut self, frame: FrameId, index: usize, value: Value) {
        let start = self.frames[frame.0 as usize].start as usize;
        self.slots[start + index] = value;
    }

    /// A value of the scope `depth` scopes out.
    pub fn get(&self, frame: FrameId, depth: u16, index: u32) -> &Value {
        let mut frame = &self.frames[frame.0 as usize];
        for _ in 0..depth {
            frame = &self.frames[frame.parent.0 as usize];
        }
        &self.slots[(frame.start + index) as usize]
    }

    /// How many scopes are open now.
    pub fn mark(&self) -> Mark {
        Mark(self.frames.len())
    }

    /// Closes the scopes that were opened since, but for those in which a function was made.
    pub fn release(&mut self, mark: Mark) {
        let stay = mark.0.max(self.kept);
        if let Some(first) = self.frames.get(stay) {
            self.slots.truncate(first.start as usize);
            self.frames.truncate(stay);
        }
    }

    /// A function is made in a scope: it stays.
    pub fn keep(&mut self, frame: FrameId) {
        if frame != FrameId::NONE {
            self.kept = self.kept.max(frame.0 as usize + 1);
        }
    }
}
