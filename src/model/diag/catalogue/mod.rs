//! Every problem that wcalang reports, by stable code: a title, and the text of `wcalang explain`.
//!
//! Codes by stage: E01xx the text · E02xx names · E03xx values and types · E04xx arguments of kinds and library calls ·
//! E05xx the stack and its graph · E06xx inputs and lookups · E07xx files, arguments, configuration and the machine ·
//! E08xx the plan and what it refuses · E09xx AWS and the run. A code is never reused.

pub mod arguments;
pub mod engine;
pub mod inputs;
pub mod machine;
pub mod names;
pub mod stack;
pub mod syntax;
pub mod values;

/// What a code means.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `E0301`; the number is stable for ever.
    pub id: &'static str,
    /// A kebab-case noun phrase: `branch-on-apply-time-value`.
    pub name: &'static str,
    /// What it means and how to mend it, a few sentences of product text (Markdown).
    pub text: &'static str,
    /// A small file that has the problem; empty where it needs the machine or AWS.
    pub failing: &'static str,
    /// The same file, mended.
    pub mended: &'static str,
}

/// All codes, in order.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [syntax::ALL, names::ALL, values::ALL, arguments::ALL, stack::ALL, inputs::ALL, machine::ALL, engine::ALL]
        .into_iter()
        .flatten()
        .copied()
}

/// The code of an id or a name, in any case.
pub fn find(id: &str) -> Option<&'static Code> {
    all().find(|code| code.id.eq_ignore_ascii_case(id) || code.name == id)
}

/// Declares the codes of one stage as constants, and the list `ALL` of them.
macro_rules! codes {
    ($($constant:ident = $id:literal $name:literal { $text:literal $(failing $failing:literal mended $mended:literal)? })*) => {
        $(#[doc = $text] pub const $constant: $crate::diag::Code = $crate::diag::Code {
            id: $id, name: $name, text: $text,
            failing: concat!($($failing)?), mended: concat!($($mended)?),
        };)*
        /// Every code of this stage, in order.
        pub const ALL: &[&$crate::diag::Code] = &[$(&$constant),*];
    };
}
pub(crate) use codes;
