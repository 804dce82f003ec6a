//! `iam.Role`: an identity that services and people take on.

use std::time::Duration;

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Place, Policy, Record, Tags};
use wcalang_model::value::{Datum, Fields};

/// An identity with permissions that the services or people named in its trust policy take on. What it may do is said by
/// `iam.RolePolicy` and `iam.PolicyAttachment`.
#[derive(Debug, Clone, Record)]
pub struct Role {
    /// Its name in the account, of at most 64 characters.
    pub name: Name<64>,
    /// The path in front of its name in its ARN: begins and ends with `/`.
    #[field(replace, default = "/".to_string())]
    pub path: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who may take it on: the trust policy.
    pub assume_role_policy: Policy,
    /// How long someone may take it on at a time: from an hour to twelve.
    #[field(default = Duration::from_secs(3600))]
    pub max_session_duration: Duration,
    /// A managed policy that bounds what the role can ever do.
    pub permissions_boundary: Option<Arn>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a role gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name.
    #[field(stable)]
    pub name: String,
}

impl Kind for Role {
    const NAME: &'static str = "iam.Role";
    const NAMING: Naming = Naming::Field { field: "name", max: 64, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] = &[
        "iam:CreateRole",
        "iam:GetRole",
        "iam:ListRoles",
        "iam:GetAccountAuthorizationDetails",
        "iam:UpdateRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:DeleteRolePermissionsBoundary",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:DeleteRole",
    ];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        let text = |field: &str| fields.get(field).and_then(Datum::as_str);
        let Some(name) = text("name") else { return Fields::new() };
        let arn = format!("arn:{}:iam::{}:role{}{name}", place.partition, place.account, text("path").unwrap_or("/"));
        Outputs { arn: Arn(arn), name: name.to_string() }.encode()
    }
}

#[cfg(feature = "sdk")]
mod calls {
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found, missing};
    use crate::iam::{survey, tagging};

    impl Calls for Role {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            survey::forget(cx);
            let call = cx.iam().create_role().role_name(new.name.as_str()).path(&new.path).set_description(new.description.clone());
            let call = call.assume_role_policy_document(new.assume_role_policy.text()).max_session_duration(seconds(new));
            let boundary = new.permissions_boundary.as_ref().map(Arn::to_string);
            let call = call.set_permissions_boundary(boundary).set_tags(Some(tagging::written(new.tags.iter())?));
            let role = call.send().await.map_err(|error| fault("iam:CreateRole", error))?.role;
            let role = role.ok_or_else(|| missing("iam:CreateRole", "role"))?;
            Ok(Created::whole(role.arn.as_str(), Outputs { arn: Arn(role.arn.clone()), name: role.role_name }))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let role = get(cx, new.name.as_str()).await?;
            Ok(role.filter(|role| tagging::of_intent(role.tags(), intent)).map(|role| Id(role.arn)))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            if ids.len() < survey::MANY {
                return try_join_all(ids.iter().map(|id| one(cx, id))).await;
            }
            let (roles, listed) = futures::try_join!(survey::roles(cx), list(cx))?;
            let live = ids.iter().map(|id| {
                let role = roles.iter().find(|role| role.arn() == Some(id.as_str()))?;
                let listed = listed.iter().find(|role| role.arn() == id.as_str())?;
                let inputs = Role {
                    name: role.role_name().unwrap_or_default().into(),
                    path: role.path().unwrap_or("/").to_string(),
                    description: description(listed),
                    assume_role_policy: tagging::document(role.assume_role_policy_document().unwrap_or_default()),
                    max_session_duration: session(listed),
                    permissions_boundary: boundary(role.permissions_boundary()),
                    tags: tagging::read(role.tags()),
                };
                let outputs = Outputs { arn: id.as_str().into(), name: inputs.name.as_str().to_string() };
                Some(Live::new(inputs, outputs))
            });
            survey::confirmed(ids, live.collect(), async |id| one(cx, id).await).await
        }

        async fn update(cx: &Cx, _id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            survey::forget(cx);
            let (iam, name) = (cx.iam(), live.inputs.name.as_str());
            if changed.has("assumeRolePolicy") {
                let call = iam.update_assume_role_policy().role_name(name).policy_document(new.assume_role_policy.text());
                call.send().await.map_err(|error| fault("iam:UpdateAssumeRolePolicy", error))?;
            }
            if changed.any(&["description", "maxSessionDuration"]) {
                let call = iam.update_role().role_name(name).description(new.description.as_deref().unwrap_or_default());
                call.max_session_duration(seconds(new)).send().await.map_err(|error| fault("iam:UpdateRole", error))?;
            }
            if changed.has("permissionsBoundary") {
                if let Some(boundary) = &new.permissions_boundary {
                    let call = iam.put_role_permissions_boundary().role_name(name).permissions_boundary(boundary.as_str());
                    call.send().await.map_err(|error| fault("iam:PutRolePermissionsBoundary", error))?;
                } else {
                    let answer = iam.delete_role_permissions_boundary().role_name(name).send().await;
                    found(answer.map_err(|error| fault("iam:DeleteRolePermissionsBoundary", error)))?;
                }
            }
            let (set, removed) = tagging::since(&new.tags, &live.inputs.tags)?;
            if !set.is_empty() {
                iam.tag_role().role_name(name).set_tags(Some(set)).send().await.map_err(|error| fault("iam:TagRole", error))?;
            }
            if !removed.is_empty() {
                let call = iam.untag_role().role_name(name).set_tag_keys(Some(removed));
                call.send().await.map_err(|error| fault("iam:UntagRole", error))?;
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            survey::forget(cx);
            let answer = cx.iam().delete_role().role_name(id.short()).send().await;
            found(answer.map_err(|error| fault("iam:DeleteRole", error)))?;
            Ok(Gone::Yes)
        }
    }

    async fn get(cx: &Cx, name: &str) -> Outcome<Option<aws_sdk_iam::types::Role>> {
        let answer = cx.iam().get_role().role_name(name).send().await;
        Ok(found(answer.map_err(|error| fault("iam:GetRole", error)))?.and_then(|answer| answer.role))
    }

    /// All roles, each with what the survey of the account does not tell: its description and how long sessions last.
    async fn list(cx: &Cx) -> Outcome<Vec<aws_sdk_iam::types::Role>> {
        let pages = cx.iam().list_roles().into_paginator().page_size(1000).items().send();
        pages.try_collect().await.map_err(|error| fault("iam:ListRoles", error))
    }

    fn description(role: &aws_sdk_iam::types::Role) -> Option<String> {
        role.description().filter(|text| !text.is_empty()).map(str::to_string)
    }

    fn session(role: &aws_sdk_iam::types::Role) -> Duration {
        Duration::from_secs(role.max_session_duration.map_or(3600, i32::unsigned_abs).into())
    }

    async fn one(cx: &Cx, id: &Id) -> Outcome<Option<Live<Role>>> {
        // A role of the same name under another path is another one.
        let Some(role) = get(cx, id.short()).await?.filter(|role| role.arn() == id.as_str()) else { return Ok(None) };
        let inputs = Role {
            name: role.role_name().into(),
            path: role.path().to_string(),
            description: description(&role),
            assume_role_policy: tagging::document(role.assume_role_policy_document().unwrap_or_default()),
            max_session_duration: session(&role),
            permissions_boundary: boundary(role.permissions_boundary()),
            tags: tagging::read(role.tags()),
        };
        Ok(Some(Live::new(inputs, Outputs { arn: Arn(role.arn), name: role.role_name })))
    }

    fn boundary(attached: Option<&aws_sdk_iam::types::AttachedPermissionsBoundary>) -> Option<Arn> {
        attached.and_then(|boundary| boundary.permissions_boundary_arn()).map(Arn::from)
    }

    fn seconds(role: &Role) -> i32 {
        i32::try_from(role.max_session_duration.as_secs()).unwrap_or(i32::MAX)
    }
}
