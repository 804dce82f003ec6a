//! `iam.RolePolicy`: an inline policy of a role.

use wcalang_model::kind::{CreateClass, Kind, Name, Naming, Policy, Record, Ref};

use crate::iam::role::Role;

/// What a role may do: a policy document that lives and dies with it. Whoever uses the role waits for it.
#[derive(Debug, Clone, Record)]
pub struct RolePolicy {
    /// Its name within the role, of at most 128 characters.
    pub name: Name<128>,
    /// The role.
    #[field(replace, completes)]
    pub role: Ref<Role>,
    /// The policy document.
    pub document: Policy,
}

/// What an inline policy gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The role's ARN and the policy's name: `ARN|NAME`.
    #[field(identity, stable)]
    pub id: String,
}

impl Kind for RolePolicy {
    const NAME: &'static str = "iam.RolePolicy";
    const NAMING: Naming = Naming::Field { field: "name", max: 128, lower: false };
    const CREATE: CreateClass = CreateClass::Upsert;
    const ACTIONS: &'static [&'static str] =
        &["iam:PutRolePolicy", "iam:GetRolePolicy", "iam:GetAccountAuthorizationDetails", "iam:DeleteRolePolicy"];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found};
    use crate::iam::{survey, tagging};

    impl Calls for RolePolicy {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            put(cx, new).await?;
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
                let (arn, name) = id.as_str().split_once('|')?;
                let role = roles.iter().find(|role| role.arn() == Some(arn))?;
                let policy = role.role_policy_list().iter().find(|policy| policy.policy_name() == Some(name))?;
                Some(live(id, arn, name, policy.policy_document().unwrap_or_default()))
            });
            survey::confirmed(ids, live.collect(), async |id| one(cx, id).await).await
        }

        async fn update(cx: &Cx, _id: &Id, live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            put(cx, &RolePolicy { name: live.inputs.name.clone(), ..new.clone() }).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            survey::forget(cx);
            if let Some((arn, name)) = id.as_str().split_once('|') {
                let call = cx.iam().delete_role_policy().role_name(Id::from(arn).short()).policy_name(name);
                found(call.send().await.map_err(|error| fault("iam:DeleteRolePolicy", error)))?;
            }
            Ok(Gone::Yes)
        }
    }

    async fn put(cx: &Cx, policy: &RolePolicy) -> Outcome<()> {
        survey::forget(cx);
        let call = cx.iam().put_role_policy().role_name(policy.role.short()).policy_name(policy.name.as_str());
        call.policy_document(policy.document.text()).send().await.map_err(|error| fault("iam:PutRolePolicy", error))?;
        Ok(())
    }

    async fn one(cx: &Cx, id: &Id) -> Outcome<Option<Live<RolePolicy>>> {
        let Some((arn, name)) = id.as_str().split_once('|') else { return Ok(None) };
        let answer = cx.iam().get_role_policy().role_name(Id::from(arn).short()).policy_name(name).send().await;
        let policy = found(answer.map_err(|error| fault("iam:GetRolePolicy", error)))?;
        Ok(policy.map(|policy| live(id, arn, name, policy.policy_document())))
    }

    fn live(id: &Id, arn: &str, name: &str, document: &str) -> Live<RolePolicy> {
        let inputs = RolePolicy { name: name.into(), role: Ref::new(arn), document: tagging::document(document) };
        Live::new(inputs, Outputs { id: id.to_string() })
    }

    fn identity(policy: &RolePolicy) -> String {
        format!("{}|{}", policy.role.id(), policy.name.as_str())
    }
}
