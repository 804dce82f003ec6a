//! Codes: syntax.

super::codes! {
}
