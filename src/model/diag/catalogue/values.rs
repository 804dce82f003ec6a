//! Codes: values.

super::codes! {
}
