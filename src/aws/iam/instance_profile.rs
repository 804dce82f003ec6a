//! `iam.InstanceProfile`: gives a role to EC2 instances.

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Place, Record, Ref, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::iam::role::Role;

/// The holder through which EC2 instances get the credentials of a role. It holds one role.
#[derive(Debug, Clone, Record)]
pub struct InstanceProfile {
    /// Its name in the account, of at most 128 characters.
    pub name: Name<128>,
    /// The path in front of its name in its ARN: begins and ends with `/`.
    #[field(replace, default = "/".to_string())]
    pub path: String,
    /// The role that instances get. EC2 is in its trust policy.
    #[field(required)]
    pub role: Option<Ref<Role>>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What an instance profile gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name.
    #[field(stable)]
    pub name: String,
}

impl Kind for InstanceProfile {
    const NAME: &'static str = "iam.InstanceProfile";
    const NAMING: Naming = Naming::Field { field: "name", max: 128, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const BATCHED: bool = false;
    const ACTIONS: &'static [&'static str] = &[
        "iam:CreateInstanceProfile",
        "iam:GetInstanceProfile",
        "iam:AddRoleToInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:UntagInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:PassRole",
    ];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        let text = |field: &str| fields.get(field).and_then(Datum::as_str);
        let Some(name) = text("name") else { return Fields::new() };
        let arn = format!("arn:{}:iam::{}:instance-profile{}{name}", place.partition, place.account, text("path").unwrap_or("/"));
        Outputs { arn: Arn(arn), name: name.to_string() }.encode()
    }
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_iam::types::{self, RoleDetail};
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found, missing};
    use crate::iam::{survey, tagging};

    impl Calls for InstanceProfile {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            survey::forget(cx);
            let call = cx.iam().create_instance_profile().instance_profile_name(new.name.as_str()).path(&new.path);
            let answer = call.set_tags(Some(tagging::written(new.tags.iter())?)).send().await;
            let profile = answer.map_err(|error| fault("iam:CreateInstanceProfile", error))?.instance_profile;
            let profile = profile.ok_or_else(|| missing("iam:CreateInstanceProfile", "profile"))?;
            Ok(Created::begun(profile.arn))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let profile = get(cx, new.name.as_str()).await?;
            Ok(profile.filter(|profile| tagging::of_intent(profile.tags(), intent)).map(|profile| Id(profile.arn)))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            // Roles that are surveyed tell of the profiles they are in. Where one stands there without tags, they may not be told.
            let roles = survey::told(cx).await;
            let told = || roles.iter().flat_map(|roles| roles.iter()).flat_map(RoleDetail::instance_profile_list);
            let read = ids.iter().map(async |id| match told().find(|profile| profile.arn() == id.as_str() && !profile.tags().is_empty()) {
                Some(profile) => Ok(Some(live(profile))),
                None => Ok(get(cx, id.short()).await?.filter(|profile| profile.arn() == id.as_str()).as_ref().map(live)),
            });
            try_join_all(read).await
        }

        async fn update(cx: &Cx, _id: &Id, live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            survey::forget(cx);
            let (iam, name) = (cx.iam(), live.inputs.name.as_str());
            if live.inputs.role != new.role {
                if let Some(old) = &live.inputs.role {
                    let call = iam.remove_role_from_instance_profile().instance_profile_name(name).role_name(old.short());
                    found(call.send().await.map_err(|error| fault("iam:RemoveRoleFromInstanceProfile", error)))?;
                }
                if let Some(role) = &new.role {
                    let call = iam.add_role_to_instance_profile().instance_profile_name(name).role_name(role.short());
                    call.send().await.map_err(|error| fault("iam:AddRoleToInstanceProfile", error))?;
                }
            }
            let (set, removed) = tagging::since(&new.tags, &live.inputs.tags)?;
            if !set.is_empty() {
                let call = iam.tag_instance_profile().instance_profile_name(name).set_tags(Some(set));
                call.send().await.map_err(|error| fault("iam:TagInstanceProfile", error))?;
            }
            if !removed.is_empty() {
                let call = iam.untag_instance_profile().instance_profile_name(name).set_tag_keys(Some(removed));
                call.send().await.map_err(|error| fault("iam:UntagInstanceProfile", error))?;
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            survey::forget(cx);
            let (iam, name) = (cx.iam(), id.short());
            if let Some(role) = &live.inputs.role {
                let call = iam.remove_role_from_instance_profile().instance_profile_name(name).role_name(role.short());
                found(call.send().await.map_err(|error| fault("iam:RemoveRoleFromInstanceProfile", error)))?;
            }
            let answer = iam.delete_instance_profile().instance_profile_name(name).send().await;
            found(answer.map_err(|error| fault("iam:DeleteInstanceProfile", error)))?;
            Ok(Gone::Yes)
        }
    }

    async fn get(cx: &Cx, name: &str) -> Outcome<Option<types::InstanceProfile>> {
        let answer = cx.iam().get_instance_profile().instance_profile_name(name).send().await;
        Ok(found(answer.map_err(|error| fault("iam:GetInstanceProfile", error)))?.and_then(|answer| answer.instance_profile))
    }

    fn live(profile: &types::InstanceProfile) -> Live<InstanceProfile> {
        let inputs = InstanceProfile {
            name: profile.instance_profile_name().into(),
            path: profile.path().to_string(),
            role: profile.roles().first().map(|role| Ref::new(role.arn())),
            tags: tagging::read(profile.tags()),
        };
        Live::new(inputs, Outputs { arn: profile.arn().into(), name: profile.instance_profile_name.clone() })
    }
}
