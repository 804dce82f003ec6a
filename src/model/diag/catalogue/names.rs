//! Codes: names.

super::codes! {
}
