//! How to reach AWS, as data.

#[cfg(not(feature = "sdk"))]
use wcalang_model::kind::{Cx, Fault, FaultClass, Outcome};

/// How to reach AWS.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// The region; the environment's where it is not given.
    pub region: Option<String>,
    /// Another endpoint for every service: the sandbox's.
    pub endpoint: Option<String>,
    /// Fixed keys, for the sandbox.
    pub keys: Option<(String, String)>,
}

/// A build without the calls cannot reach anything.
#[cfg(not(feature = "sdk"))]
pub async fn connect(_connection: &Connection) -> Outcome<Cx> {
    Err(no_calls("sts:GetCallerIdentity"))
}

/// A build without the calls cannot ask anything.
#[cfg(not(feature = "sdk"))]
pub async fn owned(_cx: &Cx, _stack: &str) -> Outcome<Vec<String>> {
    Err(no_calls("tag:GetResources"))
}

#[cfg(not(feature = "sdk"))]
fn no_calls(operation: &str) -> Fault {
    Fault {
        class: FaultClass::Invalid,
        operation: operation.to_string(),
        code: String::new(),
        message: "this build has no AWS SDK in it; build it with its default features".to_string(),
        field: None,
    }
}
