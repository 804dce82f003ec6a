//! The calls that make a database and change it.

use std::time::Duration;

use wcalang_model::kind::{Arn, Changed, Cx, Id, Live, Outcome, Size, tags};

use crate::client::CxExt;
use crate::fault::fault;
use crate::rds::description::kept;
use crate::rds::instance::{DAY, Instance};
use crate::rds::tagging;

/// Makes a new one.
pub(super) async fn begin(cx: &Cx, new: &Instance) -> Outcome<()> {
    let call = cx.rds().create_db_instance().db_instance_identifier(new.name.as_str()).engine(&new.engine);
    call.db_instance_class(&new.instance_class)
        .set_engine_version(new.engine_version.clone())
        .set_allocated_storage(new.allocated_storage.map(Size::in_gib))
        .set_storage_type(new.storage_type.map(|of| of.as_str().to_string()))
        .set_iops(iops(new))
        .set_db_name(new.database_name.clone())
        .set_master_username(new.username.clone())
        .set_master_user_password(new.password.as_ref().map(|password| password.expose().to_string()))
        .set_manage_master_user_password(new.manage_master_password.then_some(true))
        .set_port(new.port.map(|port| port.0.into()))
        .set_db_subnet_group_name(new.subnet_group.as_ref().map(|group| group.id().to_string()))
        .set_vpc_security_group_ids(security_groups(new))
        .set_db_parameter_group_name(new.parameter_group.as_ref().map(|group| group.id().to_string()))
        .set_availability_zone(new.availability_zone.clone())
        .multi_az(new.multi_az)
        .publicly_accessible(new.publicly_accessible)
        .backup_retention_period(days(new.backup_retention))
        .set_preferred_backup_window(new.backup_window.clone())
        .set_preferred_maintenance_window(new.maintenance_window.clone())
        .auto_minor_version_upgrade(new.auto_minor_version_upgrade)
        .deletion_protection(new.deletion_protection)
        .storage_encrypted(new.storage_encrypted)
        .set_kms_key_id(new.key.as_ref().map(Arn::to_string))
        .set_tags(Some(tagging::written(kept(new).iter())))
        .send()
        .await
        .map_err(|error| fault("rds:CreateDBInstance", error))?;
    Ok(())
}

/// What a restore does not take, `update` sets: it is told by the missing tag of the address.
pub(super) async fn restore(cx: &Cx, new: &Instance) -> Outcome<()> {
    let mut first = kept(new);
    first.0.remove(tags::ADDRESS);
    let call = cx.rds().restore_db_instance_from_db_snapshot().db_instance_identifier(new.name.as_str()).engine(&new.engine);
    call.db_instance_class(&new.instance_class)
        .set_db_snapshot_identifier(new.snapshot.clone())
        .set_storage_type(new.storage_type.map(|of| of.as_str().to_string()))
        .set_iops(iops(new))
        .set_port(new.port.map(|port| port.0.into()))
        .set_db_subnet_group_name(new.subnet_group.as_ref().map(|group| group.id().to_string()))
        .set_vpc_security_group_ids(security_groups(new))
        .set_db_parameter_group_name(new.parameter_group.as_ref().map(|group| group.id().to_string()))
        .set_availability_zone(new.availability_zone.clone())
        .multi_az(new.multi_az)
        .publicly_accessible(new.publicly_accessible)
        .auto_minor_version_upgrade(new.auto_minor_version_upgrade)
        .deletion_protection(new.deletion_protection)
        .set_tags(Some(tagging::written(first.iter())))
        .send()
        .await
        .map_err(|error| fault("rds:RestoreDBInstanceFromDBSnapshot", error))?;
    Ok(())
}

/// One call for all that differs; none where only flags differ that are about calls.
pub(super) async fn modify(cx: &Cx, id: &Id, live: &Live<Instance>, new: &Instance, changed: &Changed, unfinished: bool) -> Outcome<()> {
    const NOT_MODIFIED: &[&str] =
        &["tags", "applyImmediately", "allowMajorVersionUpgrade", "skipFinalSnapshot", "finalSnapshot", "engineVersion", "password"];
    let has = |field: &str| changed.has(field);
    // AWS may have raised the minor version beyond what the file says: that is not taken back.
    let raised = new.auto_minor_version_upgrade
        && new.engine_version.as_ref().is_some_and(|wanted| is_upgrade_of(&live.outputs.engine_version, wanted));
    let version = new.engine_version.clone().filter(|_| has("engineVersion") && !raised);
    let password = new.password.as_ref().filter(|_| has("password") || unfinished);
    let password = password.filter(|_| !new.manage_master_password);
    if version.is_none() && password.is_none() && !changed.0.iter().any(|field| !NOT_MODIFIED.contains(&field.as_str())) {
        return Ok(());
    }
    let groups = new.parameter_group.as_ref().map(|group| group.id().to_string());
    let call = cx.rds().modify_db_instance().db_instance_identifier(id.as_str());
    call.apply_immediately(new.apply_immediately.unwrap_or_default())
        .set_allow_major_version_upgrade(new.allow_major_version_upgrade.filter(|_| version.is_some()))
        .set_engine_version(version)
        .set_db_instance_class(has("instanceClass").then(|| new.instance_class.clone()))
        .set_allocated_storage(new.allocated_storage.filter(|_| has("allocatedStorage")).map(Size::in_gib))
        .set_storage_type(new.storage_type.filter(|_| has("storageType")).map(|of| of.as_str().to_string()))
        .set_iops(iops(new).filter(|_| has("iops")))
        .set_master_user_password(password.map(|password| password.expose().to_string()))
        .set_manage_master_user_password(has("manageMasterPassword").then_some(new.manage_master_password))
        .set_db_port_number(new.port.filter(|_| has("port")).map(|port| port.0.into()))
        .set_vpc_security_group_ids(security_groups(new).filter(|_| has("securityGroups")))
        .set_db_parameter_group_name(groups.filter(|_| has("parameterGroup")))
        .set_multi_az(has("multiAz").then_some(new.multi_az))
        .set_publicly_accessible(has("publiclyAccessible").then_some(new.publicly_accessible))
        .set_backup_retention_period(has("backupRetention").then(|| days(new.backup_retention)))
        .set_preferred_backup_window(new.backup_window.clone().filter(|_| has("backupWindow")))
        .set_preferred_maintenance_window(new.maintenance_window.clone().filter(|_| has("maintenanceWindow")))
        .set_auto_minor_version_upgrade(has("autoMinorVersionUpgrade").then_some(new.auto_minor_version_upgrade))
        .set_deletion_protection(has("deletionProtection").then_some(new.deletion_protection))
        .send()
        .await
        .map_err(|error| fault("rds:ModifyDBInstance", error))?;
    Ok(())
}

/// Whether `running` is of the same major version as `wanted`, and no older.
fn is_upgrade_of(running: &str, wanted: &str) -> bool {
    let numbers = |version: &str| version.split('.').map(|part| part.parse::<u32>().unwrap_or_default()).collect::<Vec<_>>();
    let (running, wanted) = (numbers(running), numbers(wanted));
    running.first() == wanted.first() && running >= wanted
}

fn security_groups(instance: &Instance) -> Option<Vec<String>> {
    instance.security_groups.as_ref().map(|groups| groups.0.iter().map(|group| group.id().to_string()).collect())
}

fn iops(instance: &Instance) -> Option<i32> {
    instance.iops.and_then(|iops| i32::try_from(iops).ok())
}

fn days(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs().div_ceil(DAY)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minor_upgrade_is_of_the_same_major_version_and_no_older() {
        let cases = [("16.10", "16.8"), ("16.8", "16.8"), ("16.8", "16")];
        assert!(cases.iter().all(|(running, wanted)| is_upgrade_of(running, wanted)));
        let cases = [("16.8", "16.10"), ("17.1", "16.8"), ("16.8", "17")];
        assert!(!cases.iter().any(|(running, wanted)| is_upgrade_of(running, wanted)));
    }
}
