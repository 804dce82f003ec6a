//! The library: modules written in the language, compiled in.

/// A module of the library.
#[derive(Debug, Clone, Copy)]
pub struct Library {
    /// Its name in programs: `loadBalancer`.
    pub name: &'static str,
    /// Its file in `stdlib/`.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! modules {
    ($($name:literal = $file:literal;)*) => {
        /// Every module.
        pub const MODULES: &[Library] = &[$(Library { name: $name, file: $file, text: include_str!(concat!("../../stdlib/", $file)) }),*];
    };
}

modules! {
    "vpc" = "vpc.wca";
    "cluster" = "cluster.wca";
    "capacityProvider" = "capacity-provider.wca";
    "serviceDiscovery" = "service-discovery.wca";
    "loadBalancer" = "load-balancer.wca";
    "task" = "task.wca";
    "service" = "service.wca";
    "repository" = "repository.wca";
    "postgres" = "postgres.wca";
    "pipeline" = "pipeline.wca";
}

/// The module of a name.
pub fn find(name: &str) -> Option<&'static Library> {
    MODULES.iter().find(|module| module.name == name)
}
