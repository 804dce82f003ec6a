//! `iam.PolicyAttachment`: a managed policy on a role.

use wcalang_model::kind::{Arn, CreateClass, Kind, Record, Ref};

use crate::iam::role::Role;

/// Gives a role the permissions of a managed policy, AWS's own or the account's. Whoever uses the role waits for it.
#[derive(Debug, Clone, Record)]
pub struct PolicyAttachment {
    /// The role.
    #[field(replace, completes)]
    pub role: Ref<Role>,
    /// The ARN of the managed policy.
    #[field(replace)]
    pub policy: Arn,
}

/// What an attachment gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The ARNs of the role and of the policy: `ARN|ARN`.
    #[field(identity, stable)]
    pub id: String,
}

impl Kind for PolicyAttachment {
    const NAME: &'static str = "iam.PolicyAttachment";
    const CREATE: CreateClass = CreateClass::Upsert;
    const ACTIONS: &'static [&'static str] =
        &["iam:AttachRolePolicy", "iam:ListAttachedRolePolicies", "iam:GetAccountAuthorizationDetails", "iam:DetachRolePolicy"];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found};
    use crate::iam::survey;

    impl Calls for PolicyAttachment {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            survey::forget(cx);
            let call = cx.iam().attach_role_policy().role_name(new.role.short()).policy_arn(new.policy.as_str());
            call.send().await.map_err(|error| fault("iam:AttachRolePolicy", error))?;
            let id = identity(new);
            Ok(Created::whole(id.clone(), Outputs { id }))
        }

        async fn find(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Option<Id>> {
            let id = Id(identity(new));
            Ok(one(cx, &id).await?.map(|_| id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            if ids.len() < survey::MANY {
                return try_join_all(ids.iter().map(|id| one(cx, id))).await;
            }
            let roles = survey::roles(cx).await?;
            let live = ids.iter().map(|id| {
                let (arn, policy) = id.as_str().split_once('|')?;
                let role = roles.iter().find(|role| role.arn() == Some(arn))?;
                role.attached_managed_policies().iter().find(|attached| attached.policy_arn() == Some(policy))?;
                Some(live(id, arn, policy))
            });
            survey::confirmed(ids, live.collect(), async |id| one(cx, id).await).await
        }

        async fn update(_cx: &Cx, _id: &Id, _live: &Live<Self>, _new: &Self, _changed: &Changed) -> Outcome<()> {
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            survey::forget(cx);
            if let Some((arn, policy)) = id.as_str().split_once('|') {
                let call = cx.iam().detach_role_policy().role_name(Id::from(arn).short()).policy_arn(policy);
                found(call.send().await.map_err(|error| fault("iam:DetachRolePolicy", error)))?;
            }
            Ok(Gone::Yes)
        }
    }

    async fn one(cx: &Cx, id: &Id) -> Outcome<Option<Live<PolicyAttachment>>> {
        let Some((arn, policy)) = id.as_str().split_once('|') else { return Ok(None) };
        let role = Id::from(arn);
        let mut attached = cx.iam().list_attached_role_policies().role_name(role.short()).into_paginator().items().send();
        while let Some(answer) = attached.next().await {
            match found(answer.map_err(|error| fault("iam:ListAttachedRolePolicies", error)))? {
                Some(attached) if attached.policy_arn() == Some(policy) => return Ok(Some(live(id, arn, policy))),
                Some(_) => {}
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    fn live(id: &Id, arn: &str, policy: &str) -> Live<PolicyAttachment> {
        Live::new(PolicyAttachment { role: Ref::new(arn), policy: policy.into() }, Outputs { id: id.to_string() })
    }

    fn identity(attachment: &PolicyAttachment) -> String {
        format!("{}|{}", attachment.role.id(), attachment.policy)
    }
}
