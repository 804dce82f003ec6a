//! Text in, resource graph and problems out.

pub mod syntax;
