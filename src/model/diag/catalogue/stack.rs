//! Codes: stack.

super::codes! {
}
