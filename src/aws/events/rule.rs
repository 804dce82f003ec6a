//! `events.Rule`: which events, or which times, start something.

use wcalang_model::kind::{Arn, Choice, CreateClass, Json, Kind, Name, Naming, Place, Record, Ref, Rules, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::iam::role::Role;

/// Matches events, or fires at times; `events.Target` says what it then starts.
#[derive(Debug, Clone, Record)]
pub struct Rule {
    /// Its name on the bus, of at most 64 characters.
    pub name: Name<64>,
    /// What it is for.
    pub description: Option<String>,
    /// Which events it matches: the fields they must have, as EventBridge documents patterns.
    pub event_pattern: Option<Json>,
    /// When it fires: `rate(5 minutes)` or `cron(…)`, in UTC. Only on the default bus.
    pub schedule: Option<String>,
    /// Whether it does anything.
    #[field(default = State::Enabled)]
    pub state: State,
    /// The role that starts the targets, where a target has none of its own.
    pub role: Option<Ref<Role>>,
    /// The event bus, by name.
    #[field(replace, default = DEFAULT_BUS.to_string())]
    pub bus: String,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// The bus that AWS's own events go to.
pub const DEFAULT_BUS: &str = "default";

/// Whether a rule does anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum State {
    /// It does.
    #[value("ENABLED")]
    Enabled,
    /// It does not.
    #[value("DISABLED")]
    Disabled,
    /// It also matches management events of reading, from CloudTrail.
    #[value("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")]
    EnabledWithAllCloudtrailManagementEvents,
}

/// What a rule gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name.
    #[field(stable)]
    pub name: String,
}

impl Kind for Rule {
    const NAME: &'static str = "events.Rule";
    const NAMING: Naming = Naming::Field { field: "name", max: 64, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const BATCHED: bool = false;
    const ACTIONS: &'static [&'static str] = &[
        "events:PutRule",
        "events:DescribeRule",
        "events:DeleteRule",
        "events:ListTagsForResource",
        "events:TagResource",
        "events:UntagResource",
        "iam:PassRole",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        if !fields.contains_key("eventPattern") && !fields.contains_key("schedule") {
            problems.push("eventPattern", "this rule matches nothing", "give it an `eventPattern` or a `schedule`");
        }
    });

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        let text = |field: &str| fields.get(field).and_then(Datum::as_str);
        let Some(name) = text("name") else { return Fields::new() };
        Outputs { arn: Arn(arn(name, text("bus").unwrap_or(DEFAULT_BUS), place)), name: name.to_string() }.encode()
    }
}

fn arn(name: &str, bus: &str, place: &Place) -> String {
    let bus = if bus == DEFAULT_BUS { String::new() } else { format!("{bus}/") };
    format!("arn:{}:events:{}:{}:rule/{bus}{name}", place.partition, place.region, place.account)
}

/// The bus and the name in a rule's ARN.
#[cfg(feature = "sdk")]
pub(super) fn parts(arn: &str) -> (&str, &str) {
    let path = arn.split_once(":rule/").map_or(arn, |(_, path)| path);
    path.rsplit_once('/').unwrap_or((DEFAULT_BUS, path))
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_eventbridge::error::BuildError;
    use aws_sdk_eventbridge::operation::describe_rule::DescribeRuleOutput;
    use aws_sdk_eventbridge::types::Tag;
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Fault, FaultClass, Gone, Id, Intent, Live, Outcome, tags};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found, invalid};
    use crate::tagged;

    impl Calls for Rule {
        /// Putting a rule silently overwrites one of that name: one that is not ours is a conflict.
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            let (name, arn) = (new.name.as_str(), arn(new.name.as_str(), &new.bus, &cx.place));
            if describe(cx, &arn).await?.is_some() && Self::find(cx, new, intent).await?.is_none() {
                let (operation, code) = ("events:PutRule".to_string(), "ResourceAlreadyExistsException".to_string());
                return Err(Fault { class: FaultClass::Exists, operation, code, message: format!("the rule {name} exists"), field: None });
            }
            put(cx, name, new, Some(&new.tags)).await?;
            Ok(Created::whole(arn.as_str(), Outputs { arn: Arn(arn.clone()), name: name.to_string() }))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let arn = arn(new.name.as_str(), &new.bus, &cx.place);
            let tags = found(tags_of(cx, &arn).await)?;
            Ok(tags.filter(|tags| tags.get(tags::INTENT) == Some(intent.mark.as_str())).map(|_| Id(arn)))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let described = try_join_all(ids.iter().map(|id| describe(cx, id.as_str())));
            let (rules, tags) = futures::try_join!(described, tagged::read(cx, ids.iter().map(Id::to_string)))?;
            Ok(ids.iter().zip(&rules).map(|(id, rule)| Some(live(id, rule.as_ref()?, tags.get(id.as_str())))).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.0.iter().any(|field| field != "tags") {
                put(cx, live.inputs.name.as_str(), new, None).await?;
            }
            if changed.has("tags") {
                let (set, removed) = new.tags.since(&tags_of(cx, id.as_str()).await?);
                if !set.is_empty() {
                    let call = cx.events().tag_resource().resource_arn(id.as_str()).set_tags(Some(written(set.iter())?));
                    call.send().await.map_err(|error| fault("events:TagResource", error))?;
                }
                if !removed.is_empty() {
                    let call = cx.events().untag_resource().resource_arn(id.as_str()).set_tag_keys(Some(removed));
                    call.send().await.map_err(|error| fault("events:UntagResource", error))?;
                }
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let (bus, name) = parts(id.as_str());
            let answer = cx.events().delete_rule().name(name).event_bus_name(bus).send().await;
            found(answer.map_err(|error| fault("events:DeleteRule", error)))?;
            Ok(Gone::Yes)
        }
    }

    /// Whole: what a call leaves out is gone.
    async fn put(cx: &Cx, name: &str, rule: &Rule, tags: Option<&Tags>) -> Outcome<()> {
        let call = cx.events().put_rule().name(name).event_bus_name(&rule.bus).state(rule.state.as_str().into());
        let call = call.set_event_pattern(rule.event_pattern.as_ref().map(Json::text)).set_schedule_expression(rule.schedule.clone());
        let call = call.set_description(rule.description.clone()).set_role_arn(rule.role.as_ref().map(|role| role.id().to_string()));
        let tags = tags.map(|tags| written(tags.iter())).transpose()?;
        call.set_tags(tags).send().await.map_err(|error| fault("events:PutRule", error))?;
        Ok(())
    }

    async fn describe(cx: &Cx, arn: &str) -> Outcome<Option<DescribeRuleOutput>> {
        let (bus, name) = parts(arn);
        let answer = cx.events().describe_rule().name(name).event_bus_name(bus).send().await;
        found(answer.map_err(|error| fault("events:DescribeRule", error)))
    }

    fn live(id: &Id, rule: &DescribeRuleOutput, tags: Option<&Tags>) -> Live<Rule> {
        let (tags, unread) = tagged::known(tags);
        let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_string);
        let (bus, name) = parts(id.as_str());
        let inputs = Rule {
            name: name.into(),
            description: text(rule.description()),
            event_pattern: text(rule.event_pattern()).map(|pattern| Json::parse(&pattern)),
            schedule: text(rule.schedule_expression()),
            state: rule.state().and_then(|state| State::parse(state.as_str())).unwrap_or(State::Enabled),
            role: text(rule.role_arn()).map(Ref::new),
            bus: bus.to_string(),
            tags,
        };
        Live { unread, ..Live::new(inputs, Outputs { arn: id.as_str().into(), name: name.to_string() }) }
    }

    async fn tags_of(cx: &Cx, arn: &str) -> Outcome<Tags> {
        let answer = cx.events().list_tags_for_resource().resource_arn(arn).send().await;
        let answer = answer.map_err(|error| fault("events:ListTagsForResource", error))?;
        Ok(answer.tags().iter().map(|tag| (tag.key(), tag.value())).collect())
    }

    fn written<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Outcome<Vec<Tag>> {
        let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build());
        tags.collect::<Result<_, BuildError>>().map_err(|error| invalid("events:TagResource", error))
    }
}
