//! Codes: inputs.

super::codes! {
}
