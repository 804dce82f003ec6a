//! What is wrong, as data: problems with stable codes, and how they are shown.
//!
//! A stage returns its result *and* its [`Problems`]. A problem names the construct, says what is, points first where the
//! reader must act, and ends in a help that can be pasted. It is made with [`Problem::error`] and its builder methods, in the
//! `error.rs` of the stage that finds it, and refers to its entry in the [`catalogue`].

pub mod catalogue;
mod excerpt;
mod fix;
mod github;
mod problem;
mod render;
mod sarif;

pub use catalogue::Code;
pub use fix::mend;
pub use problem::{Fix, Label, MADE_HERE, Problem, Problems, Severity};
pub use render::{Format, render};
