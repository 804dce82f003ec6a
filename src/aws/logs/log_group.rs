//! `logs.LogGroup`: where log lines go.

use std::time::Duration;

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Name, Naming, Place, Record, Rules, Tags};
use wcalang_model::value::{Datum, Fields};

/// Keeps log lines, in streams that their writers make.
#[derive(Debug, Clone, Record)]
pub struct LogGroup {
    /// Its name, up to 512 letters, digits, `_`, `-`, `/`, `.` and `#`.
    #[field(replace)]
    pub name: Name<512>,
    /// How long lines are kept: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or
    /// 3653 days. Absent: for ever.
    pub retention: Option<Duration>,
    /// How it is billed, and what can be done with it.
    #[field(replace, default = Class::Standard)]
    pub class: Class,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// A class of log groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Class {
    /// All features.
    #[value("STANDARD")]
    Standard,
    /// Half the price of taking lines in, and fewer features.
    #[value("INFREQUENT_ACCESS")]
    InfrequentAccess,
    /// Only delivered to S3, for logs of Lambda.
    #[value("DELIVERY")]
    Delivery,
}

/// What a log group gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its name.
    #[field(identity, stable)]
    pub name: String,
    /// Its ARN, without `:*`.
    #[field(stable)]
    pub arn: Arn,
}

/// The retentions there are, in days (PutRetentionPolicy).
const DAYS: &[u64] = &[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
const DAY: u64 = 24 * 60 * 60;

impl Kind for LogGroup {
    const NAME: &'static str = "logs.LogGroup";
    const NAMING: Naming = Naming::Field { field: "name", max: 512, lower: false };
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] = &[
        "logs:CreateLogGroup",
        "logs:DescribeLogGroups",
        "logs:PutRetentionPolicy",
        "logs:DeleteRetentionPolicy",
        "logs:DeleteLogGroup",
        "logs:ListTagsForResource",
        "logs:TagResource",
        "logs:UntagResource",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        let Some(Datum::Int(milliseconds)) = fields.get("retention") else { return };
        let kept = u64::try_from(*milliseconds).unwrap_or_default();
        if !DAYS.iter().any(|days| days * DAY * 1000 == kept) {
            let nearest = DAYS.iter().find(|days| *days * DAY * 1000 > kept).unwrap_or(&3653);
            problems.push("retention", "CloudWatch Logs keeps lines only for certain numbers of days", format!("retention = {nearest}d"));
        }
    });

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        let Some(name) = fields.get("name").and_then(Datum::as_str) else { return Fields::new() };
        let arn = arn_of(place, name);
        Fields::from([("name".to_string(), Datum::str(name)), ("arn".to_string(), Datum::str(arn.0))])
    }
}

fn arn_of(place: &Place, name: &str) -> Arn {
    Arn(format!("arn:{}:logs:{}:{}:log-group:{name}", place.partition, place.region, place.account))
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_cloudwatchlogs::types::LogGroup as Description;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, FaultClass, Gone, Id, Intent, Live, Outcome, tags};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found};
    use crate::tagged;

    impl Calls for LogGroup {
        /// A group that has no tags at all was made by whoever wrote to it first; it becomes ours.
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let name = new.name.as_str();
            let call = cx.cloudwatchlogs().create_log_group().log_group_name(name);
            let class = (new.class != Class::Standard).then(|| new.class.as_str().into());
            let tags = (!new.tags.0.is_empty()).then(|| new.tags.0.clone().into_iter().collect());
            match call.set_log_group_class(class).set_tags(tags).send().await.map_err(|error| fault("logs:CreateLogGroup", error)) {
                Ok(_) if new.retention.is_none() => Ok(Created::whole(name, outputs(cx, name))),
                Ok(_) => Ok(Created::begun(name)),
                Err(fault) if fault.class == FaultClass::Exists => {
                    if !tags_of(cx, name).await?.is_empty() {
                        return Err(fault);
                    }
                    change_tags(cx, name, &Tags::default(), &new.tags).await?;
                    Ok(Created::begun(name))
                }
                Err(fault) => Err(fault),
            }
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let tags = found(tags_of(cx, new.name.as_str()).await)?.unwrap_or_default();
            Ok((tags.get(tags::INTENT) == Some(&intent.mark)).then(|| Id(new.name.0.clone())))
        }

        /// All groups whose names begin as these do: one call where they are few.
        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let arns = ids.iter().map(|id| arn_of(&cx.place, id.as_str()).0);
            let (groups, tags) = futures::try_join!(describe(cx, ids), tagged::read(cx, arns))?;
            Ok(ids.iter().map(|id| groups.get(id.as_str()).map(|group| live(cx, id, group, &tags))).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("retention") {
                if let Some(retention) = new.retention {
                    let days = (retention.as_secs() / DAY) as i32;
                    let call = cx.cloudwatchlogs().put_retention_policy().log_group_name(id.as_str()).retention_in_days(days);
                    call.send().await.map_err(|error| fault("logs:PutRetentionPolicy", error))?;
                } else {
                    let call = cx.cloudwatchlogs().delete_retention_policy().log_group_name(id.as_str());
                    call.send().await.map_err(|error| fault("logs:DeleteRetentionPolicy", error))?;
                }
            }
            if changed.has("tags") { change_tags(cx, id.as_str(), &live.inputs.tags, &new.tags).await } else { Ok(()) }
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.cloudwatchlogs().delete_log_group().log_group_name(id.as_str()).send().await;
            found(answer.map_err(|error| fault("logs:DeleteLogGroup", error)))?;
            Ok(Gone::Yes)
        }
    }

    async fn describe(cx: &Cx, ids: &[Id]) -> Outcome<BTreeMap<String, Description>> {
        let prefix = common_prefix(ids);
        let call = cx.cloudwatchlogs().describe_log_groups().set_log_group_name_prefix((!prefix.is_empty()).then_some(prefix));
        let mut pages = call.into_paginator().items().send();
        let mut groups = BTreeMap::new();
        while let Some(group) = pages.next().await {
            let group = group.map_err(|error| fault("logs:DescribeLogGroups", error))?;
            groups.insert(group.log_group_name().unwrap_or_default().to_string(), group);
        }
        Ok(groups)
    }

    fn common_prefix(ids: &[Id]) -> String {
        let mut prefix = ids.first().map(Id::as_str).unwrap_or_default();
        for id in ids {
            let same = prefix.char_indices().zip(id.as_str().chars()).take_while(|((_, one), other)| one == other);
            prefix = &prefix[..same.last().map_or(0, |((at, letter), _)| at + letter.len_utf8())];
        }
        prefix.to_string()
    }

    async fn tags_of(cx: &Cx, name: &str) -> Outcome<BTreeMap<String, String>> {
        let call = cx.cloudwatchlogs().list_tags_for_resource().resource_arn(arn_of(&cx.place, name).as_str());
        let answer = call.send().await.map_err(|error| fault("logs:ListTagsForResource", error))?;
        Ok(answer.tags.unwrap_or_default().into_iter().collect())
    }

    async fn change_tags(cx: &Cx, name: &str, old: &Tags, new: &Tags) -> Outcome<()> {
        let ((set, removed), arn) = (new.since(old), arn_of(&cx.place, name));
        if !set.is_empty() {
            let call = cx.cloudwatchlogs().tag_resource().resource_arn(arn.as_str()).set_tags(Some(set.into_iter().collect()));
            call.send().await.map_err(|error| fault("logs:TagResource", error))?;
        }
        if !removed.is_empty() {
            let call = cx.cloudwatchlogs().untag_resource().resource_arn(arn.as_str()).set_tag_keys(Some(removed));
            call.send().await.map_err(|error| fault("logs:UntagResource", error))?;
        }
        Ok(())
    }

    fn outputs(cx: &Cx, name: &str) -> Outputs {
        Outputs { name: name.to_string(), arn: arn_of(&cx.place, name) }
    }

    fn live(cx: &Cx, id: &Id, group: &Description, tags: &BTreeMap<String, Tags>) -> Live<LogGroup> {
        let outputs = outputs(cx, id.as_str());
        let (tags, unread) = tagged::known(tags.get(outputs.arn.as_str()));
        let inputs = LogGroup {
            name: id.as_str().into(),
            retention: group.retention_in_days().map(|days| Duration::from_secs(days.max(0) as u64 * DAY)),
            class: group.log_group_class().and_then(|class| Class::parse(class.as_str())).unwrap_or(Class::Standard),
            tags,
        };
        Live { unread, ..Live::new(inputs, outputs) }
    }
}
