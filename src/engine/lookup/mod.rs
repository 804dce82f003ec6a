//! Facts of the cloud that the file asks for, and where they are pinned: `prod.wca.lock` beside `prod.wca`.
//!
//! A lookup is asked once, by `wcalang lock` or the first `apply`, and its answer is pinned, so that `check` is pure and a plan
//! does not depend on the day. The lock file is committed, so a section is kept for each corner of the cloud that the stack is
//! applied to. It holds the allocated address blocks too: those never move.
//!
//! ```text
//! PinFile::read("prod.wca.lock") → pin_file.pins(&key) → resolve(…, pins) → pin_file.write("prod.wca.lock")
//! ```
//!
//! Nothing in here decides what is asked, or allocates a block: evaluation does, around those that are pinned.

mod ask;
mod error;
mod file;
mod pins;
#[cfg(test)]
mod tests;

pub use ask::{Answered, resolve};
pub use error::PinsError;
pub use file::PinFile;
pub use pins::Pins;
