//! Codes: machine.

super::codes! {
}
