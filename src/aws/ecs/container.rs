//! Containers: what a task definition runs.

use std::collections::BTreeMap;
use std::time::Duration;

use wcalang_model::kind::{Choice, Cpu, Port, Record, Set, Size};

/// A container of a task.
#[derive(Debug, Clone, Record)]
pub struct Container {
    /// Its name, unique in the task.
    pub name: String,
    /// The image: `repository:tag` or `repository@digest`.
    pub image: String,
    /// The CPU it is sure of on its machine, and its share of what others leave. On Linux it may use more.
    #[field(default = Cpu(0))]
    pub cpu: Cpu,
    /// Its hard limit of memory, in whole MiB: beyond it, it is ended.
    pub memory: Option<Size>,
    /// The memory that is set aside for it on its machine, in whole MiB; it may use more, up to `memory` or all of the machine's.
    pub memory_reservation: Option<Size>,
    /// Whether the whole task ends when it does.
    #[field(default = true)]
    pub essential: bool,
    /// What to run instead of the image's command.
    #[field(default = Vec::new())]
    pub command: Vec<String>,
    /// What to run it with instead of the image's entry point.
    #[field(default = Vec::new())]
    pub entry_point: Vec<String>,
    /// Environment variables. Everyone who may describe the task can read them: for secrets there is `secrets`.
    #[field(default = BTreeMap::new())]
    pub environment: BTreeMap<String, String>,
    /// Environment variables read at start from a secret or parameter: its ARN, for a part of a JSON secret followed by
    /// `:key:stage:version`. The task's execution role must be allowed to.
    #[field(default = BTreeMap::new())]
    pub secrets: BTreeMap<String, String>,
    /// The ports it listens on.
    #[field(default = Set::default())]
    pub port_mappings: Set<PortMapping>,
    /// Where its output goes. Absent: nowhere that AWS knows.
    pub log_configuration: Option<LogConfiguration>,
    /// How to ask it whether it is healthy. Absent: the image's own check is not used.
    pub health_check: Option<HealthCheck>,
    /// Containers that must have come so far before it starts.
    #[field(default = Set::default())]
    pub depends_on: Set<Dependency>,
    /// The volumes it sees.
    #[field(default = Set::default())]
    pub mount_points: Set<MountPoint>,
    /// How long it may take to start before those that depend on it give up.
    pub start_timeout: Option<Duration>,
    /// How long it may take to end after SIGTERM, before SIGKILL. AWS's default is 30 s; on Fargate at most 120 s.
    pub stop_timeout: Option<Duration>,
    /// The user in the container that runs it: `user`, `uid` or `uid:gid`.
    pub user: Option<String>,
    /// The directory it runs in.
    pub working_directory: Option<String>,
    /// Whether its root file system cannot be written.
    #[field(default = false)]
    pub readonly_root_filesystem: bool,
    /// Whether it has all rights on its machine. Not on Fargate.
    #[field(default = false)]
    pub privileged: bool,
    /// Whether a first process in it passes signals on and reaps its children.
    #[field(default = false)]
    pub init_process: bool,
    /// Limits of its processes, such as open files.
    #[field(default = Set::default())]
    pub ulimits: Set<Ulimit>,
    /// Docker labels.
    #[field(default = BTreeMap::new())]
    pub docker_labels: BTreeMap<String, String>,
}

/// A port a container listens on.
#[derive(Debug, Clone, Record)]
pub struct PortMapping {
    /// The port in the container.
    pub container_port: Port,
    /// The port of the machine that leads to it, in network mode `bridge`. Absent: any free one. In the modes `awsvpc` and `host` it
    /// is the container's and not given.
    pub host_port: Option<Port>,
    /// The protocol.
    #[field(default = Protocol::Tcp)]
    pub protocol: Protocol,
    /// A name for it, which Service Connect wants.
    pub name: Option<String>,
    /// What is spoken on it, for Service Connect.
    pub app_protocol: Option<AppProtocol>,
}

/// A transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// What is spoken on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum AppProtocol {
    /// HTTP/1.1.
    Http,
    /// HTTP/2.
    Http2,
    /// gRPC.
    Grpc,
}

/// Where a container's output goes.
#[derive(Debug, Clone, Record)]
pub struct LogConfiguration {
    /// Who takes it.
    pub driver: LogDriver,
    /// What the driver wants to know: for `awslogs` `awslogs-group`, `awslogs-region` and `awslogs-stream-prefix`.
    #[field(default = BTreeMap::new())]
    pub options: BTreeMap<String, String>,
    /// Options read at start from a secret or parameter, as `secrets` of a container.
    #[field(default = BTreeMap::new())]
    pub secret_options: BTreeMap<String, String>,
}

/// Who takes a container's output. On Fargate: awslogs, splunk and awsfirelens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LogDriver {
    /// CloudWatch Logs.
    Awslogs,
    /// A log router in the same task.
    Awsfirelens,
    /// Splunk.
    Splunk,
    /// Fluentd.
    Fluentd,
    /// A GELF endpoint, such as Graylog or Logstash.
    Gelf,
    /// The machine's journal.
    Journald,
    /// Files of the machine, as JSON.
    JsonFile,
    /// The machine's syslog.
    Syslog,
}

/// How to ask a container whether it is healthy.
#[derive(Debug, Clone, Record)]
pub struct HealthCheck {
    /// What to run in it: `["CMD", …]` directly, `["CMD-SHELL", "…"]` by its shell. It is healthy if that ends with 0.
    pub command: Vec<String>,
    /// How long from one check to the next, 5 to 300 s.
    #[field(default = Duration::from_secs(30))]
    pub interval: Duration,
    /// How long a check may take, 2 to 60 s.
    #[field(default = Duration::from_secs(5))]
    pub timeout: Duration,
    /// How many failures in a row make it unhealthy, 1 to 10.
    #[field(default = 3)]
    pub retries: u32,
    /// How long after the start failures do not count, up to 300 s.
    #[field(default = Duration::ZERO)]
    pub start_period: Duration,
}

/// A container that must have come so far before another starts.
#[derive(Debug, Clone, Record)]
pub struct Dependency {
    /// Its name.
    pub container: String,
    /// How far.
    pub condition: Condition,
}

/// How far a container has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Condition {
    /// It has started.
    #[value("START")]
    Start,
    /// It has ended.
    #[value("COMPLETE")]
    Complete,
    /// It has ended with 0.
    #[value("SUCCESS")]
    Success,
    /// Its health check says so.
    #[value("HEALTHY")]
    Healthy,
}

/// A volume as a container sees it.
#[derive(Debug, Clone, Record)]
pub struct MountPoint {
    /// The volume's name.
    pub volume: String,
    /// Where it is in the container.
    pub path: String,
    /// Whether the container cannot write it.
    #[field(default = false)]
    pub read_only: bool,
}

/// A limit of a container's processes.
#[derive(Debug, Clone, Record)]
pub struct Ulimit {
    /// Which: `nofile`, `memlock`, …
    pub name: String,
    /// The limit that holds.
    pub soft: i32,
    /// The limit up to which a process may raise it.
    pub hard: i32,
}

#[cfg(feature = "sdk")]
pub(super) use calls::{read, written};

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ecs::error::BuildError;
    use aws_sdk_ecs::types as sdk;

    use super::*;

    /// A container as the call takes it. `mapped`: whether the machine's ports can differ from the container's.
    pub(in crate::ecs) fn written(container: &Container, mapped: bool) -> Result<sdk::ContainerDefinition, BuildError> {
        let logs = container.log_configuration.as_ref().map(written_logs).transpose()?;
        let check = container.health_check.as_ref().map(written_check).transpose()?;
        let init = container.init_process.then(|| sdk::LinuxParameters::builder().init_process_enabled(true).build());
        let seconds = |duration: Option<Duration>| duration.map(|duration| duration.as_secs() as i32);
        Ok(sdk::ContainerDefinition::builder()
            .name(&container.name)
            .image(&container.image)
            .cpu(container.cpu.units())
            .set_memory(container.memory.map(Size::in_mib))
            .set_memory_reservation(container.memory_reservation.map(Size::in_mib))
            .essential(container.essential)
            .set_command(some(container.command.clone()))
            .set_entry_point(some(container.entry_point.clone()))
            .set_environment(some(container.environment.iter().map(|(name, value)| variable(name, value)).collect()))
            .set_secrets(some(written_secrets(&container.secrets)?))
            .set_port_mappings(some(container.port_mappings.0.iter().map(|port| written_port(port, mapped)).collect()))
            .set_log_configuration(logs)
            .set_health_check(check)
            .set_depends_on(some(container.depends_on.0.iter().map(written_dependency).collect::<Result<_, _>>()?))
            .set_mount_points(some(container.mount_points.0.iter().map(written_mount).collect()))
            .set_start_timeout(seconds(container.start_timeout))
            .set_stop_timeout(seconds(container.stop_timeout))
            .set_user(container.user.clone())
            .set_working_directory(container.working_directory.clone())
            .set_readonly_root_filesystem(container.readonly_root_filesystem.then_some(true))
            .set_privileged(container.privileged.then_some(true))
            .set_linux_parameters(init)
            .set_ulimits(some(container.ulimits.0.iter().map(written_ulimit).collect::<Result<_, _>>()?))
            .set_docker_labels((!container.docker_labels.is_empty()).then(|| container.docker_labels.clone().into_iter().collect()))
            .build())
    }

    /// A list, unless it is empty.
    fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
        (!items.is_empty()).then_some(items)
    }

    fn variable(name: &str, value: &str) -> sdk::KeyValuePair {
        sdk::KeyValuePair::builder().name(name).value(value).build()
    }

    fn written_secrets(secrets: &BTreeMap<String, String>) -> Result<Vec<sdk::Secret>, BuildError> {
        secrets.iter().map(|(name, from)| sdk::Secret::builder().name(name).value_from(from).build()).collect()
    }

    fn written_port(port: &PortMapping, mapped: bool) -> sdk::PortMapping {
        let host = if mapped { port.host_port } else { Some(port.container_port) };
        sdk::PortMapping::builder()
            .container_port(port.container_port.0.into())
            .set_host_port(host.map(|port| port.0.into()))
            .protocol(port.protocol.as_str().into())
            .set_name(port.name.clone())
            .set_app_protocol(port.app_protocol.map(|protocol| protocol.as_str().into()))
            .build()
    }

    fn written_logs(logs: &LogConfiguration) -> Result<sdk::LogConfiguration, BuildError> {
        sdk::LogConfiguration::builder()
            .log_driver(logs.driver.as_str().into())
            .set_options((!logs.options.is_empty()).then(|| logs.options.clone().into_iter().collect()))
            .set_secret_options(some(written_secrets(&logs.secret_options)?))
            .build()
    }

    fn written_check(check: &HealthCheck) -> Result<sdk::HealthCheck, BuildError> {
        let start = check.start_period.as_secs() as i32;
        sdk::HealthCheck::builder()
            .set_command(Some(check.command.clone()))
            .interval(check.interval.as_secs() as i32)
            .timeout(check.timeout.as_secs() as i32)
            .retries(check.retries as i32)
            .set_start_period((start > 0).then_some(start))
            .build()
    }

    fn written_dependency(dependency: &Dependency) -> Result<sdk::ContainerDependency, BuildError> {
        let condition = dependency.condition.as_str().into();
        sdk::ContainerDependency::builder().container_name(&dependency.container).condition(condition).build()
    }

    fn written_mount(mount: &MountPoint) -> sdk::MountPoint {
        sdk::MountPoint::builder().source_volume(&mount.volume).container_path(&mount.path).read_only(mount.read_only).build()
    }

    fn written_ulimit(ulimit: &Ulimit) -> Result<sdk::Ulimit, BuildError> {
        sdk::Ulimit::builder().name(ulimit.name.as_str().into()).soft_limit(ulimit.soft).hard_limit(ulimit.hard).build()
    }

    /// A container as it was written. `mapped`: whether the machine's ports can differ from the container's, as in the network mode
    /// `bridge`; where they cannot, AWS fills them in.
    pub(in crate::ecs) fn read(container: &sdk::ContainerDefinition, mapped: bool) -> Container {
        let mib = |mib: Option<i32>| mib.map(|mib| Size::mib(mib.max(0) as u64));
        let init = container.linux_parameters().and_then(sdk::LinuxParameters::init_process_enabled);
        let variables = container.environment().iter();
        Container {
            name: container.name().unwrap_or_default().to_string(),
            image: container.image().unwrap_or_default().to_string(),
            cpu: Cpu::from_units(container.cpu()),
            memory: mib(container.memory()),
            memory_reservation: mib(container.memory_reservation()),
            essential: container.essential().unwrap_or(true),
            command: container.command().to_vec(),
            entry_point: container.entry_point().to_vec(),
            environment: variables.filter_map(|pair| Some((pair.name.clone()?, pair.value.clone().unwrap_or_default()))).collect(),
            secrets: read_secrets(container.secrets()),
            port_mappings: container.port_mappings().iter().filter_map(|port| read_port(port, mapped)).collect(),
            log_configuration: container.log_configuration().and_then(read_logs),
            health_check: container.health_check().map(read_check),
            depends_on: container.depends_on().iter().filter_map(read_dependency).collect(),
            mount_points: container.mount_points().iter().map(read_mount).collect(),
            start_timeout: container.start_timeout().map(seconds),
            stop_timeout: container.stop_timeout().map(seconds),
            user: container.user.clone(),
            working_directory: container.working_directory.clone(),
            readonly_root_filesystem: container.readonly_root_filesystem().unwrap_or_default(),
            privileged: container.privileged().unwrap_or_default(),
            init_process: init.unwrap_or_default(),
            ulimits: container.ulimits().iter().map(read_ulimit).collect(),
            docker_labels: container.docker_labels.clone().unwrap_or_default().into_iter().collect(),
        }
    }

    fn seconds(seconds: i32) -> Duration {
        Duration::from_secs(seconds.max(0) as u64)
    }

    fn read_secrets(secrets: &[sdk::Secret]) -> BTreeMap<String, String> {
        secrets.iter().map(|secret| (secret.name().to_string(), secret.value_from().to_string())).collect()
    }

    fn read_port(port: &sdk::PortMapping, mapped: bool) -> Option<PortMapping> {
        let number = |port: Option<i32>| port.and_then(|port| u16::try_from(port).ok()).map(Port);
        Some(PortMapping {
            container_port: number(port.container_port())?,
            host_port: number(port.host_port()).filter(|port| mapped && port.0 != 0),
            protocol: port.protocol().and_then(|protocol| Protocol::parse(protocol.as_str())).unwrap_or(Protocol::Tcp),
            name: port.name.clone(),
            app_protocol: port.app_protocol().and_then(|protocol| AppProtocol::parse(protocol.as_str())),
        })
    }

    fn read_logs(logs: &sdk::LogConfiguration) -> Option<LogConfiguration> {
        Some(LogConfiguration {
            driver: LogDriver::parse(logs.log_driver().as_str())?,
            options: logs.options.clone().unwrap_or_default().into_iter().collect(),
            secret_options: read_secrets(logs.secret_options()),
        })
    }

    fn read_check(check: &sdk::HealthCheck) -> HealthCheck {
        HealthCheck {
            command: check.command().to_vec(),
            interval: seconds(check.interval().unwrap_or(30)),
            timeout: seconds(check.timeout().unwrap_or(5)),
            retries: check.retries().unwrap_or(3).max(0) as u32,
            start_period: seconds(check.start_period().unwrap_or_default()),
        }
    }

    fn read_dependency(dependency: &sdk::ContainerDependency) -> Option<Dependency> {
        let condition = Condition::parse(dependency.condition().as_str())?;
        Some(Dependency { container: dependency.container_name().to_string(), condition })
    }

    fn read_mount(mount: &sdk::MountPoint) -> MountPoint {
        MountPoint {
            volume: mount.source_volume().unwrap_or_default().to_string(),
            path: mount.container_path().unwrap_or_default().to_string(),
            read_only: mount.read_only().unwrap_or_default(),
        }
    }

    fn read_ulimit(ulimit: &sdk::Ulimit) -> Ulimit {
        Ulimit { name: ulimit.name().as_str().to_string(), soft: ulimit.soft_limit(), hard: ulimit.hard_limit() }
    }
}
