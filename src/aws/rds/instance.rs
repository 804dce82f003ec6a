//! `rds.Instance`: a database server that AWS runs.

use std::time::Duration;

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Name, Naming, Place, Port, Record, Ref, Rules, SecretText, Set, Size, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::ec2::security_group::SecurityGroup;
use crate::rds::parameter_group::ParameterGroup;
use crate::rds::subnet_group::SubnetGroup;

/// A database server: AWS runs, patches and backs it up.
#[derive(Debug, Clone, Record)]
pub struct Instance {
    /// Its identifier in the account and region: lower case, of at most 63 characters.
    pub name: Name<63, true>,
    /// The database engine: `postgres`, `mysql`, `mariadb`, …
    #[field(replace)]
    pub engine: String,
    /// The engine's version: `16.8`. With automatic minor upgrades AWS raises the minor version by itself, which is no
    /// difference, and `16` leaves the choice of it to AWS from the start.
    #[field(computed)]
    pub engine_version: Option<String>,
    /// The size of the machine: `db.t4g.medium`.
    pub instance_class: String,
    /// The size of the disk, in whole GiB. It can grow, not shrink.
    #[field(computed)]
    pub allocated_storage: Option<Size>,
    /// The type of the disk.
    #[field(computed)]
    pub storage_type: Option<StorageType>,
    /// Operations per second of the disk, where its type lets one choose.
    #[field(computed)]
    pub iops: Option<u32>,
    /// The name of the first database in it. Without one, PostgreSQL has just `postgres`.
    #[field(replace, computed)]
    pub database_name: Option<String>,
    /// The name of its administrator.
    #[field(replace, computed)]
    pub username: Option<String>,
    /// The administrator's password, of 8 to 128 characters without `/`, `@`, `"` and spaces.
    #[field(write_only)]
    pub password: Option<SecretText>,
    /// Whether RDS makes the password, keeps it in Secrets Manager and changes it regularly.
    #[field(default = false)]
    pub manage_master_password: bool,
    /// The port. AWS's default is the engine's: 5432 for PostgreSQL.
    #[field(computed)]
    pub port: Option<Port>,
    /// The subnets it may stand in. AWS's default: those of the default VPC.
    #[field(replace, computed)]
    pub subnet_group: Option<Ref<SubnetGroup>>,
    /// Its security groups. AWS's default: the default group of the VPC.
    #[field(computed)]
    pub security_groups: Option<Set<Ref<SecurityGroup>>>,
    /// Its engine's settings. AWS's default: the default group of the engine's version.
    #[field(computed)]
    pub parameter_group: Option<Ref<ParameterGroup>>,
    /// The zone it stands in, if it stands in one.
    #[field(replace, computed)]
    pub availability_zone: Option<String>,
    /// Whether a standby in another zone takes over when it fails.
    #[field(default = false)]
    pub multi_az: bool,
    /// Whether it has an address that the internet can reach.
    #[field(default = false)]
    pub publicly_accessible: bool,
    /// For how long automatic backups are kept, in whole days up to 35; `0s` for no backups.
    #[field(default = Duration::from_secs(DAY))]
    pub backup_retention: Duration,
    /// When backups are made, in UTC: `13:14-13:44`.
    #[field(computed)]
    pub backup_window: Option<String>,
    /// When AWS may maintain it, in UTC: `wed:06:38-wed:07:08`.
    #[field(computed)]
    pub maintenance_window: Option<String>,
    /// Whether AWS raises its minor version in the maintenance window.
    #[field(default = true)]
    pub auto_minor_version_upgrade: bool,
    /// Whether a change of `engineVersion` may raise the major version.
    #[field(write_only)]
    pub allow_major_version_upgrade: Option<bool>,
    /// Whether changes apply at once, with whatever outage they bring, rather than in the next maintenance window.
    #[field(write_only)]
    pub apply_immediately: Option<bool>,
    /// Whether AWS refuses to delete it.
    #[field(default = false)]
    pub deletion_protection: bool,
    /// Whether its disk and backups are encrypted.
    #[field(replace, default = false)]
    pub storage_encrypted: bool,
    /// The KMS key that encrypts them: an ARN. AWS's default: its own key for RDS.
    #[field(replace, computed)]
    pub key: Option<Arn>,
    /// The snapshot it is restored from when it is created, by name or ARN. A later change is reported, never acted on.
    #[field(create_only)]
    pub snapshot: Option<String>,
    /// Whether it is deleted without a last snapshot.
    #[field(default = false)]
    pub skip_final_snapshot: bool,
    /// The name of its last snapshot. Where none is given, it is made of the name and the resource id.
    pub final_snapshot: Option<String>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// Seconds.
pub(super) const DAY: u64 = 24 * 60 * 60;

/// The types of disks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum StorageType {
    /// SSD whose speed follows its size.
    #[value("gp2")]
    Gp2,
    /// SSD whose speed can be chosen.
    #[value("gp3")]
    Gp3,
    /// SSD with guaranteed operations per second.
    #[value("io1")]
    Io1,
    /// The same, more durable.
    #[value("io2")]
    Io2,
    /// Magnetic.
    #[value("standard")]
    Standard,
}

/// What a database gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its identifier.
    #[field(identity, stable)]
    pub name: String,
    /// Its ARN.
    #[field(stable)]
    pub arn: Arn,
    /// The id that AWS gave it, which no other database will ever have: `db-…`.
    #[field(stable)]
    pub resource_id: String,
    /// The host name to connect to, from when it is there.
    #[field(stable)]
    pub address: Option<String>,
    /// The port to connect to.
    pub port: Option<Port>,
    /// `ADDRESS:PORT`
    pub endpoint: Option<String>,
    /// The version of its engine that runs.
    pub engine_version: String,
    /// The secret that holds the administrator's password, where RDS manages it.
    pub secret: Option<Arn>,
}

impl Kind for Instance {
    const NAME: &'static str = "rds.Instance";
    const NAMING: Naming = Naming::Field { field: "name", max: 63, lower: true };
    const CREATE: CreateClass = CreateClass::Natural;
    const STATEFUL: bool = true;
    const WAITS: bool = true;
    const ACTIONS: &'static [&'static str] = &[
        "rds:CreateDBInstance",
        "rds:RestoreDBInstanceFromDBSnapshot",
        "rds:DescribeDBInstances",
        "rds:ModifyDBInstance",
        "rds:DeleteDBInstance",
        "rds:CreateDBSnapshot",
        "rds:AddTagsToResource",
        "rds:RemoveTagsFromResource",
        "iam:CreateServiceLinkedRole",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let given = |field: &str| fields.contains_key(field);
        let manages = match fields.get("manageMasterPassword") {
            None => Some(false),
            Some(Datum::Bool(manages)) => Some(*manages),
            Some(_) => None,
        };
        if manages == Some(true) && given("password") {
            problems.push("password", "RDS makes the password of this database itself", "drop `password` or `manageMasterPassword`");
        }
        if given("snapshot") {
            return;
        }
        if manages == Some(false) && !given("password") {
            problems.push("password", "this database has no password", "give it a `password`, or `manageMasterPassword = true`");
        }
        if !given("username") {
            problems.push("username", "this database has no administrator", "give it a `username`");
        }
        if !given("allocatedStorage") {
            problems.push("allocatedStorage", "this database has no disk", "give it an `allocatedStorage`, such as 20GiB");
        }
    });

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        let Some(name) = fields.get("name").and_then(Datum::as_str) else { return Fields::new() };
        let arn = format!("arn:{}:rds:{}:{}:db:{name}", place.partition, place.region, place.account);
        Fields::from([("name".to_string(), Datum::str(name)), ("arn".to_string(), Datum::Str(arn))])
    }
}

#[cfg(feature = "sdk")]
mod calls {
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Fault, Gone, Id, Intent, Live, Outcome, Ready, tags};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found};
    use crate::rds::description::{kept, live};
    use crate::rds::requests::{begin, modify, restore};
    use crate::rds::{tagging, together};

    /// States in which an instance serves.
    const SERVING: &[&str] = &["available", "storage-optimization", "storage-config-upgrade", "stopped"];
    /// States that it does not leave by itself.
    const FAILED: &[&str] = &[
        "failed",
        "inaccessible-encryption-credentials",
        "incompatible-create",
        "incompatible-credentials",
        "incompatible-network",
        "incompatible-option-group",
        "incompatible-parameters",
        "incompatible-restore",
        "insufficient-capacity",
        "restore-error",
        "storage-full",
    ];

    impl Calls for Instance {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            if new.snapshot.is_some() {
                restore(cx, new).await?
            } else {
                begin(cx, new).await?
            }
            Ok(Created::begun(new.name.as_str()))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let instance = together::database(cx.rds(), new.name.as_str()).await?;
            let ours = instance.is_some_and(|instance| tagging::of_intent(&tagging::read(instance.tag_list()), intent));
            Ok(ours.then(|| new.name.as_str().into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let told = together::databases(cx, ids).await?;
            let of = |id: &Id| told.databases.iter().find(|instance| instance.db_instance_identifier() == Some(id.as_str()));
            Ok(ids.iter().map(|id| of(id).map(live)).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            // A restore takes no password: until the tag that tells the address is written, it may be the snapshot's.
            let unfinished = live.inputs.tags.get(tags::ADDRESS).is_none();
            modify(cx, id, live, new, changed, unfinished).await?;
            tagging::change(cx, live.outputs.arn.as_str(), &kept(&live.inputs), &kept(new)).await
        }

        async fn ready(cx: &Cx, id: &Id) -> Outcome<Ready> {
            let instance = together::database(cx.rds(), id.as_str()).await?;
            let status = instance.as_ref().and_then(|instance| instance.db_instance_status()).unwrap_or("not there");
            Ok(match status {
                status if SERVING.contains(&status) => Ready::Yes,
                status if FAILED.contains(&status) => Ready::Failed(status.to_string()),
                status => Ready::Wait(status.to_string()),
            })
        }

        async fn delete(cx: &Cx, id: &Id, live: &Live<Self>, how: &Deletion) -> Outcome<Gone> {
            let Some(instance) = together::database(cx.rds(), id.as_str()).await? else { return Ok(Gone::Yes) };
            let status = instance.db_instance_status().unwrap_or_default().to_string();
            if status == "deleting" {
                return Ok(Gone::Wait(status));
            }
            if instance.deletion_protection == Some(true) {
                let call = cx.rds().modify_db_instance().db_instance_identifier(id.as_str()).deletion_protection(false);
                let answer = call.apply_immediately(true).send().await;
                return wait(found(answer.map_err(|error| fault("rds:ModifyDBInstance", error))), "dropping its protection", status);
            }
            let call = cx.rds().delete_db_instance().db_instance_identifier(id.as_str());
            let call = if live.inputs.skip_final_snapshot || how.purge {
                call.skip_final_snapshot(true)
            } else {
                call.skip_final_snapshot(false).final_db_snapshot_identifier(last_snapshot(id, live))
            };
            let answer = call.send().await;
            wait(found(answer.map_err(|error| fault("rds:DeleteDBInstance", error))), "deleting", status)
        }
    }

    /// A step that AWS takes only in certain states is taken again later.
    fn wait<T>(answer: Outcome<Option<T>>, doing: &str, status: String) -> Outcome<Gone> {
        match answer {
            Ok(Some(_)) => Ok(Gone::Wait(doing.to_string())),
            Ok(None) => Ok(Gone::Yes),
            Err(Fault { code, .. }) if code.starts_with("InvalidDBInstanceState") => Ok(Gone::Wait(status)),
            Err(fault) => Err(fault),
        }
    }

    /// A name that no other database of this name will want.
    fn last_snapshot(id: &Id, live: &Live<Instance>) -> String {
        let resource = live.outputs.resource_id.to_lowercase();
        let unique = &resource[resource.len().saturating_sub(8)..];
        live.inputs.final_snapshot.clone().unwrap_or_else(|| format!("{id}-final-{}", unique.trim_start_matches('-')))
    }
}
