//! `ecr.LifecyclePolicy`: which images of a repository expire.

use wcalang_model::kind::{CreateClass, Json, Kind, Record, Ref};

use crate::ecr::repository::Repository;

/// Says which images of a repository expire, and when. A repository has one.
#[derive(Debug, Clone, Record)]
pub struct LifecyclePolicy {
    /// The repository.
    #[field(replace, completes)]
    pub repository: Ref<Repository>,
    /// The rules: `{ rules = [ … ]; }` as ECR documents them.
    pub policy: Json,
}

/// What a lifecycle policy gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The repository's name.
    #[field(identity, stable)]
    pub id: String,
}

impl Kind for LifecyclePolicy {
    const NAME: &'static str = "ecr.LifecyclePolicy";
    const CREATE: CreateClass = CreateClass::Upsert;
    const BATCHED: bool = false;
    const ACTIONS: &'static [&'static str] = &["ecr:PutLifecyclePolicy", "ecr:GetLifecyclePolicy", "ecr:DeleteLifecyclePolicy"];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found};

    impl Calls for LifecyclePolicy {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            put(cx, new).await?;
            Ok(Created::whole(new.repository.id(), Outputs { id: new.repository.id().to_string() }))
        }

        async fn find(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Option<Id>> {
            let id = Id::from(new.repository.id());
            Ok(one(cx, &id).await?.map(|_| id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            try_join_all(ids.iter().map(|id| one(cx, id))).await
        }

        async fn update(cx: &Cx, _id: &Id, _live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            put(cx, new).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ecr().delete_lifecycle_policy().repository_name(id.as_str()).send().await;
            found(answer.map_err(|error| fault("ecr:DeleteLifecyclePolicy", error)))?;
            Ok(Gone::Yes)
        }
    }

    async fn put(cx: &Cx, policy: &LifecyclePolicy) -> Outcome<()> {
        let call = cx.ecr().put_lifecycle_policy().repository_name(policy.repository.id());
        let answer = call.lifecycle_policy_text(policy.policy.text()).send().await;
        answer.map_err(|error| fault("ecr:PutLifecyclePolicy", error))?;
        Ok(())
    }

    async fn one(cx: &Cx, id: &Id) -> Outcome<Option<Live<LifecyclePolicy>>> {
        let answer = cx.ecr().get_lifecycle_policy().repository_name(id.as_str()).send().await;
        let answer = found(answer.map_err(|error| fault("ecr:GetLifecyclePolicy", error)))?;
        Ok(answer.map(|answer| {
            let policy = Json::parse(answer.lifecycle_policy_text().unwrap_or_default());
            Live::new(LifecyclePolicy { repository: Ref::new(id.as_str()), policy }, Outputs { id: id.to_string() })
        }))
    }
}
