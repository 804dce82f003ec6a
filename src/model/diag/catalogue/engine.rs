//! Codes: engine.

super::codes! {
}
