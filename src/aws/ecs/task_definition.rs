//! `ecs.TaskDefinition`: which containers run together, and how.

use wcalang_model::kind::{Arn, Choice, Cpu, CreateClass, Kind, Name, Naming, Record, Ref, Rules, Set, Size, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::ecs::container::Container;
use crate::iam::role::Role;

/// Says which containers run together as a task, and how. AWS never changes one: it registers the next revision of its family. So
/// every change but that of tags makes a new revision, and the old one is retired once nothing of the stack names it; tasks that
/// run from it keep running.
#[derive(Debug, Clone, Record)]
pub struct TaskDefinition {
    /// The name that its revisions share, up to 255 letters, digits, `-` and `_`.
    #[field(replace)]
    pub family: Name<255>,
    /// How its containers reach the network.
    #[field(replace, default = NetworkMode::Bridge)]
    pub network_mode: NetworkMode,
    /// What it must be fit for; AWS then checks that it is.
    #[field(replace, default = Set::default())]
    pub requires_compatibilities: Set<Compatibility>,
    /// The CPU of the whole task, a hard limit. Fargate needs it, from 0.25 to 16 vCPU.
    #[field(replace)]
    pub cpu: Option<Cpu>,
    /// The memory of the whole task, a hard limit, in whole MiB. Fargate needs it.
    #[field(replace)]
    pub memory: Option<Size>,
    /// The role with which ECS pulls images, reads secrets and writes logs for the task.
    #[field(replace)]
    pub execution_role: Option<Ref<Role>>,
    /// The role that the code in its containers has.
    #[field(replace)]
    pub task_role: Option<Ref<Role>>,
    /// Its containers, 1 to 10, at least one of them essential.
    #[field(replace)]
    pub containers: Vec<Container>,
    /// Storage that its containers may mount.
    #[field(replace, default = Set::default())]
    pub volumes: Set<Volume>,
    /// On which machines it may run, each an expression of the cluster query language: `attribute:ecs.instance-type =~ t3.*`
    #[field(replace, default = Set::default())]
    pub placement_constraints: Set<String>,
    /// Whose processes its containers see, beyond their own.
    #[field(replace)]
    pub pid_mode: Option<PidMode>,
    /// The processor and system it needs. Absent: Linux on x86-64.
    #[field(replace)]
    pub runtime_platform: Option<RuntimePlatform>,
    /// Its disk on Fargate, 21 to 200 GiB. Absent: 20 GiB.
    #[field(replace)]
    pub ephemeral_storage: Option<Size>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// How containers reach the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum NetworkMode {
    /// Docker's network on the machine; ports are mapped.
    Bridge,
    /// The machine's own network.
    Host,
    /// An address of the VPC for each task, with security groups.
    Awsvpc,
    /// Not at all.
    None,
}

/// What a task definition is fit for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Compatibility {
    /// Instances of the account.
    #[value("EC2")]
    Ec2,
    /// AWS's own machines.
    #[value("FARGATE")]
    Fargate,
    /// Machines elsewhere.
    #[value("EXTERNAL")]
    External,
    /// Instances that AWS manages.
    #[value("MANAGED_INSTANCES")]
    ManagedInstances,
}

/// Whose processes containers see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PidMode {
    /// Those of the machine.
    Host,
    /// Those of the whole task.
    Task,
}

/// Storage that containers may mount: a folder of the machine, a file system of EFS, or, with neither, a folder that lives as long
/// as the task.
#[derive(Debug, Clone, Record)]
pub struct Volume {
    /// Its name in this task definition.
    pub name: String,
    /// A folder of the machine.
    pub host_path: Option<String>,
    /// A file system of EFS.
    pub efs: Option<Efs>,
}

/// A file system of EFS.
#[derive(Debug, Clone, Record)]
pub struct Efs {
    /// Its id: `fs-…`.
    pub file_system: String,
    /// The folder in it. With an access point: `/`.
    #[field(default = "/".to_string())]
    pub root_directory: String,
    /// The id of an access point: `fsap-…`.
    pub access_point: Option<String>,
    /// Whether it is encrypted on the way.
    #[field(default = false)]
    pub transit_encryption: bool,
    /// Whether the task's role is used to mount it. Needs encryption on the way.
    #[field(default = false)]
    pub iam: bool,
}

/// The processor and system a task needs.
#[derive(Debug, Clone, Record)]
pub struct RuntimePlatform {
    /// The processor.
    #[field(default = CpuArchitecture::X86)]
    pub cpu_architecture: CpuArchitecture,
    /// The system: `LINUX`, or one of the Windows Server families.
    #[field(default = "LINUX".to_string())]
    pub operating_system_family: String,
}

/// A processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum CpuArchitecture {
    /// x86, 64 bits.
    #[value("X86_64")]
    X86,
    /// ARM, 64 bits: Graviton.
    #[value("ARM64")]
    Arm,
}

/// What a task definition gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The ARN of this revision.
    #[field(identity, stable)]
    pub arn: Arn,
    /// The family.
    #[field(stable)]
    pub family: String,
    /// Which revision of the family this is.
    #[field(stable)]
    pub revision: i32,
}

impl Kind for TaskDefinition {
    const NAME: &'static str = "ecs.TaskDefinition";
    const NAMING: Naming = Naming::Field { field: "family", max: 255, lower: false };
    const CREATE: CreateClass = CreateClass::Harmless;
    const ACTIONS: &'static [&'static str] = &[
        "ecs:RegisterTaskDefinition",
        "ecs:DescribeTaskDefinition",
        "ecs:ListTaskDefinitions",
        "ecs:DeregisterTaskDefinition",
        "ecs:TagResource",
        "ecs:UntagResource",
        "iam:PassRole",
    ];
    const BATCHED: bool = false;
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let text = |name: &str| fields.get(name).and_then(Datum::as_str);
        let awsvpc = text("networkMode") == Some("awsvpc");
        let needs = |what: &str| matches!(fields.get("requiresCompatibilities"), Some(Datum::List(all)) if all.contains(&Datum::str(what)));
        if needs("FARGATE") {
            if !awsvpc && !matches!(fields.get("networkMode"), Some(Datum::Unknown)) {
                problems.push("networkMode", "Fargate has only the network mode awsvpc", "networkMode = \"awsvpc\"");
            }
            for field in ["cpu", "memory"] {
                if !fields.contains_key(field) {
                    problems.push(field, format!("Fargate needs the {field} of the whole task"), format!("give `{field}`"));
                }
            }
        }
        let Some(Datum::List(containers)) = fields.get("containers") else { return };
        let containers: Vec<&Fields> = containers.iter().filter_map(Datum::as_record).collect();
        for (index, container) in containers.iter().enumerate() {
            let name = container.get("name").and_then(Datum::as_str).unwrap_or("?");
            if name != "?" && containers[..index].iter().any(|other| other.get("name") == container.get("name")) {
                problems.push("containers", format!("two containers are named {name:?}"), "give each its own name");
            }
            let bounded = ["memory", "memoryReservation"].iter().any(|field| container.contains_key(*field));
            if !bounded && !fields.contains_key("memory") {
                let help = "give the container `memory` or `memoryReservation`, or the task `memory`";
                problems.push("containers", format!("nothing says how much memory the container {name:?} has"), help);
            }
            let Some(Datum::List(ports)) = container.get("portMappings") else { continue };
            let mapped = ports.iter().filter_map(Datum::as_record).any(|port| port.contains_key("hostPort"));
            if mapped && (awsvpc || text("networkMode") == Some("host")) {
                let message = format!("the container {name:?} maps a host port, but in this network mode it is the container's own");
                problems.push("containers", message, "leave out `hostPort`");
            }
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ecs::error::BuildError;
    use aws_sdk_ecs::operation::register_task_definition::builders::RegisterTaskDefinitionFluentBuilder;
    use aws_sdk_ecs::types as sdk;
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ecs::{container, tagging};
    use crate::fault::{fault, found, missing, unbuilt};

    const REGISTER: &str = "ecs:RegisterTaskDefinition";
    /// How many revisions back a lost registration is looked for.
    const RECENT: i32 = 20;

    impl Calls for TaskDefinition {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = register(cx, new).map_err(|error| unbuilt(REGISTER, &error))?;
            let definition = call.send().await.map_err(|error| fault(REGISTER, error))?.task_definition;
            let definition = definition.ok_or_else(|| missing(REGISTER, "task definition"))?;
            let outputs = outputs(&definition).ok_or_else(|| missing(REGISTER, "ARN"))?;
            Ok(Created::whole(outputs.arn.0.clone(), outputs))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let call = cx.ecs().list_task_definitions().family_prefix(new.family.as_str()).sort(sdk::SortOrder::Desc);
            let answer = call.max_results(RECENT).send().await.map_err(|error| fault("ecs:ListTaskDefinitions", error))?;
            for arn in answer.task_definition_arns.unwrap_or_default() {
                if let Some((_, tags)) = describe(cx, &arn).await?
                    && tagging::is_of(&tags, intent)
                {
                    return Ok(Some(Id(arn)));
                }
            }
            Ok(None)
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let found = try_join_all(ids.iter().map(|id| describe(cx, id.as_str()))).await?;
            Ok(found.into_iter().map(|found| found.and_then(|(definition, tags)| live(&definition, &tags))).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        /// A revision is retired, not erased: it can still be described, and runs where it runs.
        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            if describe(cx, id.as_str()).await?.is_some() {
                let answer = cx.ecs().deregister_task_definition().task_definition(id.as_str()).send().await;
                found(answer.map_err(|error| fault("ecs:DeregisterTaskDefinition", error)))?;
            }
            Ok(Gone::Yes)
        }
    }

    /// A revision and its tags, unless it is retired.
    async fn describe(cx: &Cx, arn: &str) -> Outcome<Option<(sdk::TaskDefinition, Vec<sdk::Tag>)>> {
        let call = cx.ecs().describe_task_definition().task_definition(arn).include(sdk::TaskDefinitionField::Tags);
        let answer = found(call.send().await.map_err(|error| fault("ecs:DescribeTaskDefinition", error)))?;
        let active = |definition: &sdk::TaskDefinition| definition.status() == Some(&sdk::TaskDefinitionStatus::Active);
        Ok(answer.and_then(|answer| Some((answer.task_definition.filter(active)?, answer.tags.unwrap_or_default()))))
    }

    fn register(cx: &Cx, new: &TaskDefinition) -> Result<RegisterTaskDefinitionFluentBuilder, BuildError> {
        let constraint = |expression: &String| {
            let of = sdk::TaskDefinitionPlacementConstraintType::MemberOf;
            sdk::TaskDefinitionPlacementConstraint::builder().r#type(of).expression(expression).build()
        };
        let platform = |platform: &RuntimePlatform| {
            sdk::RuntimePlatform::builder()
                .cpu_architecture(platform.cpu_architecture.as_str().into())
                .operating_system_family(platform.operating_system_family.as_str().into())
                .build()
        };
        let mapped = maps_ports(new.network_mode);
        let containers = new.containers.iter().map(|of| container::written(of, mapped)).collect::<Result<_, _>>()?;
        let disk = |size: Size| sdk::EphemeralStorage::builder().size_in_gib(size.in_gib()).build();
        let call = cx
            .ecs()
            .register_task_definition()
            .family(new.family.as_str())
            .network_mode(new.network_mode.as_str().into())
            .set_requires_compatibilities(some(new.requires_compatibilities.0.iter().map(|fit| fit.as_str().into()).collect()))
            .set_cpu(new.cpu.map(|cpu| cpu.units().to_string()))
            .set_memory(new.memory.map(|memory| memory.in_mib().to_string()))
            .set_execution_role_arn(new.execution_role.as_ref().map(|role| role.id().to_string()))
            .set_task_role_arn(new.task_role.as_ref().map(|role| role.id().to_string()))
            .set_container_definitions(Some(containers))
            .set_volumes(some(new.volumes.0.iter().map(written_volume).collect::<Result<_, _>>()?))
            .set_placement_constraints(some(new.placement_constraints.0.iter().map(constraint).collect()))
            .set_pid_mode(new.pid_mode.map(|mode| mode.as_str().into()))
            .set_runtime_platform(new.runtime_platform.as_ref().map(platform))
            .set_ephemeral_storage(new.ephemeral_storage.map(disk))
            .set_tags(some(tagging::written(&new.tags)));
        Ok(call)
    }

    /// Whether the machine's ports can differ from the containers'.
    fn maps_ports(mode: NetworkMode) -> bool {
        matches!(mode, NetworkMode::Bridge | NetworkMode::None)
    }

    /// A list, unless it is empty.
    fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
        (!items.is_empty()).then_some(items)
    }

    fn written_volume(volume: &Volume) -> Result<sdk::Volume, BuildError> {
        let host = volume.host_path.as_ref().map(|path| sdk::HostVolumeProperties::builder().source_path(path).build());
        let efs = volume.efs.as_ref().map(written_efs).transpose()?;
        Ok(sdk::Volume::builder().name(&volume.name).set_host(host).set_efs_volume_configuration(efs).build())
    }

    fn written_efs(efs: &Efs) -> Result<sdk::EfsVolumeConfiguration, BuildError> {
        let authorization = sdk::EfsAuthorizationConfig::builder()
            .set_access_point_id(efs.access_point.clone())
            .set_iam(efs.iam.then_some(sdk::EfsAuthorizationConfigIam::Enabled))
            .build();
        sdk::EfsVolumeConfiguration::builder()
            .file_system_id(&efs.file_system)
            .root_directory(&efs.root_directory)
            .set_transit_encryption(efs.transit_encryption.then_some(sdk::EfsTransitEncryption::Enabled))
            .set_authorization_config((efs.iam || efs.access_point.is_some()).then_some(authorization))
            .build()
    }

    fn outputs(definition: &sdk::TaskDefinition) -> Option<Outputs> {
        let arn = definition.task_definition_arn()?.into();
        Some(Outputs { arn, family: definition.family()?.to_string(), revision: definition.revision() })
    }

    fn live(definition: &sdk::TaskDefinition, tags: &[sdk::Tag]) -> Option<Live<TaskDefinition>> {
        let mode = definition.network_mode().and_then(|mode| NetworkMode::parse(mode.as_str())).unwrap_or(NetworkMode::Bridge);
        let mapped = maps_ports(mode);
        let fit = definition.requires_compatibilities().iter();
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<i32>().ok());
        let disk = definition.ephemeral_storage().map(|storage| Size::gib(storage.size_in_gib().max(0) as u64));
        let inputs = TaskDefinition {
            family: definition.family()?.into(),
            network_mode: mode,
            requires_compatibilities: fit.filter_map(|fit| Compatibility::parse(fit.as_str())).collect(),
            cpu: number(definition.cpu()).map(Cpu::from_units),
            memory: number(definition.memory()).map(|mib| Size::mib(mib.max(0) as u64)),
            execution_role: definition.execution_role_arn().map(Ref::new),
            task_role: definition.task_role_arn().map(Ref::new),
            containers: definition.container_definitions().iter().map(|of| container::read(of, mapped)).collect(),
            volumes: definition.volumes().iter().map(read_volume).collect(),
            placement_constraints: definition.placement_constraints().iter().filter_map(|of| of.expression.clone()).collect(),
            pid_mode: definition.pid_mode().and_then(|mode| PidMode::parse(mode.as_str())),
            runtime_platform: definition.runtime_platform().map(read_platform),
            ephemeral_storage: disk,
            tags: tagging::read(tags),
        };
        Some(Live::new(inputs, outputs(definition)?))
    }

    fn read_volume(volume: &sdk::Volume) -> Volume {
        let efs = |efs: &sdk::EfsVolumeConfiguration| {
            let authorization = efs.authorization_config();
            Efs {
                file_system: efs.file_system_id().to_string(),
                root_directory: efs.root_directory().unwrap_or("/").to_string(),
                access_point: authorization.and_then(|of| of.access_point_id.clone()),
                transit_encryption: efs.transit_encryption() == Some(&sdk::EfsTransitEncryption::Enabled),
                iam: authorization.and_then(|of| of.iam()) == Some(&sdk::EfsAuthorizationConfigIam::Enabled),
            }
        };
        Volume {
            name: volume.name().unwrap_or_default().to_string(),
            host_path: volume.host().and_then(|host| host.source_path.clone()),
            efs: volume.efs_volume_configuration().map(efs),
        }
    }

    fn read_platform(platform: &sdk::RuntimePlatform) -> RuntimePlatform {
        let architecture = platform.cpu_architecture().and_then(|of| CpuArchitecture::parse(of.as_str()));
        RuntimePlatform {
            cpu_architecture: architecture.unwrap_or(CpuArchitecture::X86),
            operating_system_family: platform.operating_system_family().map_or("LINUX", |of| of.as_str()).to_string(),
        }
    }
}
