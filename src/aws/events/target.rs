//! `events.Target`: what a rule starts.

use wcalang_model::kind::{Arn, CreateClass, Json, Kind, Name, Naming, Record, Ref};

use crate::events::rule::Rule;
use crate::iam::role::Role;

/// What a rule starts: a pipeline, a queue, a function.
#[derive(Debug, Clone, Record)]
pub struct Target {
    /// Its name within the rule, of at most 64 characters.
    pub name: Name<64>,
    /// The rule.
    #[field(replace, completes)]
    pub rule: Ref<Rule>,
    /// The ARN of what is started.
    pub target: Arn,
    /// The role that starts it. EventBridge is in its trust policy. A pipeline needs one.
    pub role: Option<Ref<Role>>,
    /// What it is handed, instead of the event.
    pub input: Option<Json>,
}

/// What a target gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The rule's ARN and the target's name: `ARN|NAME`.
    #[field(identity, stable)]
    pub id: String,
}

impl Kind for Target {
    const NAME: &'static str = "events.Target";
    const NAMING: Naming = Naming::Field { field: "name", max: 64, lower: false };
    const CREATE: CreateClass = CreateClass::Upsert;
    const BATCHED: bool = false;
    const ACTIONS: &'static [&'static str] = &["events:PutTargets", "events:ListTargetsByRule", "events:RemoveTargets", "iam:PassRole"];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeSet;

    use aws_sdk_eventbridge::types;
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Fault, FaultClass, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::events::rule::parts;
    use crate::fault::{fault, found, invalid};

    impl Calls for Target {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            put(cx, new.name.as_str(), new).await?;
            let id = format!("{}|{}", new.rule.id(), new.name.as_str());
            Ok(Created::whole(id.as_str(), Outputs { id: id.clone() }))
        }

        async fn find(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Option<Id>> {
            let id = Id(format!("{}|{}", new.rule.id(), new.name.as_str()));
            let live = Self::read(cx, std::slice::from_ref(&id)).await?.pop().flatten();
            Ok(live.map(|_| id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let rules: BTreeSet<&str> = ids.iter().filter_map(|id| id.as_str().split_once('|')).map(|(rule, _)| rule).collect();
            let of_rules = rules.iter().map(async |rule| Ok::<_, Fault>((*rule, targets(cx, rule).await?)));
            let of_rules = try_join_all(of_rules).await?;
            let live = ids.iter().map(|id| {
                let (rule, name) = id.as_str().split_once('|')?;
                let (_, targets) = of_rules.iter().find(|(of, _)| *of == rule)?;
                let target = targets.iter().find(|target| target.id() == name)?;
                let inputs = Target {
                    name: name.into(),
                    rule: Ref::new(rule),
                    target: target.arn().into(),
                    role: target.role_arn().map(Ref::new),
                    input: target.input().map(Json::parse),
                };
                Some(Live::new(inputs, Outputs { id: id.to_string() }))
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, _id: &Id, live: &Live<Self>, new: &Self, _changed: &Changed) -> Outcome<()> {
            put(cx, live.inputs.name.as_str(), new).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let Some((rule, name)) = id.as_str().split_once('|') else { return Ok(Gone::Yes) };
            let (bus, rule) = parts(rule);
            let answer = cx.events().remove_targets().rule(rule).event_bus_name(bus).ids(name).send().await;
            let answer = found(answer.map_err(|error| fault("events:RemoveTargets", error)))?;
            let failed = answer.and_then(|answer| answer.failed_entries).unwrap_or_default().into_iter().next();
            match failed {
                Some(entry) => Err(failure("events:RemoveTargets", entry.error_code, entry.error_message)),
                None => Ok(Gone::Yes),
            }
        }
    }

    async fn put(cx: &Cx, name: &str, target: &Target) -> Outcome<()> {
        let (bus, rule) = parts(target.rule.id());
        let role = target.role.as_ref().map(|role| role.id().to_string());
        let built = types::Target::builder().id(name).arn(target.target.as_str()).set_role_arn(role);
        let built = built.set_input(target.input.as_ref().map(Json::text)).build();
        let built = built.map_err(|error| invalid("events:PutTargets", error))?;
        let answer = cx.events().put_targets().rule(rule).event_bus_name(bus).targets(built).send().await;
        let failed = answer.map_err(|error| fault("events:PutTargets", error))?.failed_entries.unwrap_or_default().into_iter().next();
        failed.map_or(Ok(()), |entry| Err(failure("events:PutTargets", entry.error_code, entry.error_message)))
    }

    async fn targets(cx: &Cx, rule: &str) -> Outcome<Vec<types::Target>> {
        let (bus, rule) = parts(rule);
        let (mut targets, mut token) = (Vec::new(), None);
        loop {
            let call = cx.events().list_targets_by_rule().rule(rule).event_bus_name(bus).set_next_token(token);
            let answer = found(call.send().await.map_err(|error| fault("events:ListTargetsByRule", error)))?;
            let Some(page) = answer else { return Ok(Vec::new()) };
            targets.extend(page.targets.unwrap_or_default());
            token = page.next_token;
            if token.is_none() {
                return Ok(targets);
            }
        }
    }

    /// EventBridge answers 200 and says in the answer what failed.
    fn failure(operation: &str, code: Option<String>, message: Option<String>) -> Fault {
        let (code, message) = (code.unwrap_or_default(), message.unwrap_or_default());
        let class = if code == "ConcurrentModificationException" { FaultClass::NotYet } else { FaultClass::Invalid };
        Fault { class, operation: operation.to_string(), code, message, field: None }
    }
}
