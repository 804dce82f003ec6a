//! How to reach AWS, as data.

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
pub async fn connect(_connection: &Connection) -> wcalang_model::kind::Outcome<wcalang_model::kind::Cx> {
    Err(wcalang_model::kind::Fault {
        class: wcalang_model::kind::FaultClass::Invalid,
        operation: "sts:GetCallerIdentity".to_string(),
        code: String::new(),
        message: "this build has no AWS SDK in it; build it with its default features".to_string(),
        field: None,
    })
}
