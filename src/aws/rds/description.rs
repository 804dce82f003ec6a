//! A database as AWS describes it.

use std::time::Duration;

use aws_sdk_rds::types::{DbInstance, PendingModifiedValues};
use wcalang_model::kind::{Arn, Live, Port, Ref, Size, Tags};

use crate::rds::instance::{DAY, Instance, Outputs, StorageType};
use crate::rds::tagging;

/// The tag that keeps what AWS does not: whether and under which name a last snapshot is made.
const FINAL_SNAPSHOT: &str = "wca:final-snapshot";
/// Its value where no last snapshot is made.
const NONE: &str = "-";

/// As it will be when what is pending has been applied.
pub(super) fn live(instance: &DbInstance) -> Live<Instance> {
    let pending = instance.pending_modified_values().cloned().unwrap_or_else(|| PendingModifiedValues::builder().build());
    let text = |text: Option<&str>| text.map(str::to_string);
    let tags = tagging::read(instance.tag_list());
    let last = tags.get(FINAL_SNAPSHOT).map(str::to_string);
    let size = pending.allocated_storage.or(instance.allocated_storage).filter(|size| *size > 0);
    let storage = pending.storage_type.as_deref().or(instance.storage_type());
    let port = pending.port.or(instance.endpoint().and_then(|endpoint| endpoint.port)).or(instance.db_instance_port).and_then(number);
    let groups = instance.vpc_security_groups().iter().filter_map(|group| group.vpc_security_group_id());
    let retention = pending.backup_retention_period.or(instance.backup_retention_period).unwrap_or_default();
    let running = instance.engine_version().unwrap_or_default();
    let inputs = Instance {
        name: instance.db_instance_identifier().unwrap_or_default().into(),
        engine: text(instance.engine()).unwrap_or_default(),
        engine_version: text(pending.engine_version.as_deref().or(instance.engine_version())),
        instance_class: text(pending.db_instance_class.as_deref().or(instance.db_instance_class())).unwrap_or_default(),
        allocated_storage: size.map(|size| Size::gib(size.unsigned_abs().into())),
        storage_type: storage.and_then(StorageType::parse),
        iops: pending.iops.or(instance.iops).filter(|iops| *iops > 0).map(i32::unsigned_abs),
        database_name: text(instance.db_name()).filter(|name| !name.is_empty()),
        username: text(instance.master_username()),
        password: None,
        manage_master_password: instance.master_user_secret().is_some(),
        port: port.map(Port),
        subnet_group: instance.db_subnet_group().and_then(|group| group.db_subnet_group_name()).map(Ref::new),
        security_groups: Some(groups.map(Ref::new).collect()),
        parameter_group: instance.db_parameter_groups().first().and_then(|group| group.db_parameter_group_name()).map(Ref::new),
        availability_zone: text(instance.availability_zone()),
        multi_az: pending.multi_az.or(instance.multi_az).unwrap_or_default(),
        publicly_accessible: instance.publicly_accessible.unwrap_or_default(),
        backup_retention: Duration::from_secs(u64::from(retention.unsigned_abs()) * DAY),
        backup_window: text(instance.preferred_backup_window()),
        maintenance_window: text(instance.preferred_maintenance_window()),
        auto_minor_version_upgrade: instance.auto_minor_version_upgrade.unwrap_or_default(),
        allow_major_version_upgrade: None,
        apply_immediately: None,
        deletion_protection: instance.deletion_protection.unwrap_or_default(),
        storage_encrypted: instance.storage_encrypted.unwrap_or_default(),
        key: instance.kms_key_id().map(Arn::from),
        snapshot: None,
        skip_final_snapshot: last.as_deref() == Some(NONE),
        final_snapshot: last.filter(|last| last != NONE),
        tags: tags.iter().filter(|(key, _)| *key != FINAL_SNAPSHOT).collect(),
    };
    let address = text(instance.endpoint().and_then(|endpoint| endpoint.address()));
    let outputs = Outputs {
        name: inputs.name.as_str().to_string(),
        arn: instance.db_instance_arn().unwrap_or_default().into(),
        resource_id: text(instance.dbi_resource_id()).unwrap_or_default(),
        endpoint: address.as_ref().zip(port).map(|(address, port)| format!("{address}:{port}")),
        port: address.as_ref().and(port).map(Port),
        address,
        engine_version: running.to_string(),
        secret: instance.master_user_secret().and_then(|secret| secret.secret_arn()).map(Arn::from),
    };
    let unread: &[&str] = if inputs.auto_minor_version_upgrade { &["engineVersion"] } else { &[] };
    Live { unread, ..Live::new(inputs, outputs) }
}

/// The tags of an instance, and what a tag keeps for it.
pub(super) fn kept(instance: &Instance) -> Tags {
    let mut tags = instance.tags.clone();
    let last = if instance.skip_final_snapshot { Some(NONE.to_string()) } else { instance.final_snapshot.clone() };
    tags.0.extend(last.map(|last| (FINAL_SNAPSHOT.to_string(), last)));
    tags
}

fn number(port: i32) -> Option<u16> {
    u16::try_from(port).ok().filter(|port| *port > 0)
}
