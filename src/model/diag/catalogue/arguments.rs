//! Codes: arguments.

super::codes! {
}
