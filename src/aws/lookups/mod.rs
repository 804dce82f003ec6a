//! Lookups: questions to AWS whose answers are pinned in the lock file.
//!
//! Each is a file with two records, what it is asked and what it answers, and one function. They only read.

pub mod certificate;
pub mod identity;
pub mod image;
pub mod zones;

/// Declares a lookup's entry: its name, and the module with its `Arguments`, `Outputs` and `calls::ask`.
macro_rules! lookup {
    ($name:literal, $module:ident) => {
        wcalang_model::kind::LookupEntry {
            name: $name,
            arguments: &<$module::Arguments as wcalang_model::kind::Record>::SCHEMA,
            outputs: &<$module::Outputs as wcalang_model::kind::Record>::SCHEMA,
            #[cfg(feature = "sdk")]
            ask: Some(|cx, arguments| {
                Box::pin(async move {
                    use wcalang_model::kind::Record;
                    let arguments = $module::Arguments::decode(arguments).map_err(|error| undecoded($name, &error))?;
                    $module::calls::ask(cx, &arguments).await.map(|outputs| outputs.encode())
                })
            }),
            #[cfg(not(feature = "sdk"))]
            ask: None,
        }
    };
}

/// Every lookup.
pub static LOOKUPS: &[wcalang_model::kind::LookupEntry] =
    &[lookup!("certificate", certificate), lookup!("identity", identity), lookup!("image", image), lookup!("zones", zones)];

#[cfg(feature = "sdk")]
fn undecoded(lookup: &str, error: &wcalang_model::kind::DecodeError) -> wcalang_model::kind::Fault {
    nothing(&format!("lookup.{lookup}"), format!("{}: {}", error.path.join("."), error.message))
}

/// The fault of a question that has no answer.
#[cfg(feature = "sdk")]
fn nothing(operation: &str, message: String) -> wcalang_model::kind::Fault {
    wcalang_model::kind::Fault {
        class: wcalang_model::kind::FaultClass::Invalid,
        operation: operation.to_string(),
        code: String::new(),
        message,
        field: None,
    }
}
