//! `rds.ParameterGroup`: settings of a database engine.

use std::collections::BTreeMap;

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Place, Record, Tags};
use wcalang_model::value::{Datum, Fields};

/// Settings of a database engine. Changes of dynamic parameters apply at once, those of static ones at the next reboot.
#[derive(Debug, Clone, Record)]
pub struct ParameterGroup {
    /// Its name in the account and region: lower case, of at most 255 characters.
    pub name: Name<255, true>,
    /// The engine and its major version: `postgres16`.
    #[field(replace)]
    pub family: String,
    /// What it is for.
    #[field(replace, default = "Managed by wcalang".to_string())]
    pub description: String,
    /// The parameters that differ from the engine's defaults, all as text: `{ "rds.force_ssl" = "0"; }`.
    #[field(default = BTreeMap::new())]
    pub parameters: BTreeMap<String, String>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a parameter group gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its name.
    #[field(identity, stable)]
    pub name: String,
    /// Its ARN.
    #[field(stable)]
    pub arn: Arn,
}

impl Kind for ParameterGroup {
    const NAME: &'static str = "rds.ParameterGroup";
    const NAMING: Naming = Naming::Field { field: "name", max: 255, lower: true };
    const CREATE: CreateClass = CreateClass::Natural;
    const BATCHED: bool = false;
    const GLANCED: Option<usize> = Some(1);
    const ACTIONS: &'static [&'static str] = &[
        "rds:CreateDBParameterGroup",
        "rds:DescribeDBParameterGroups",
        "rds:DescribeDBParameters",
        "rds:ModifyDBParameterGroup",
        "rds:ResetDBParameterGroup",
        "rds:DeleteDBParameterGroup",
        "rds:ListTagsForResource",
        "rds:AddTagsToResource",
        "rds:RemoveTagsFromResource",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        fields.get("name").and_then(Datum::as_str).map_or_else(Fields::new, |name| outputs(name, place).encode())
    }
}

fn outputs(name: &str, place: &Place) -> Outputs {
    let Place { partition, account, region } = place;
    Outputs { name: name.to_string(), arn: Arn(format!("arn:{partition}:rds:{region}:{account}:pg:{name}")) }
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeSet;

    use aws_sdk_rds::types::{ApplyMethod, DbParameterGroup, Parameter};
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found};
    use crate::rds::tagging;
    use crate::tagged;

    /// How many parameters one call changes.
    const BATCH: usize = 20;

    impl Calls for ParameterGroup {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let name = new.name.as_str();
            let call = cx.rds().create_db_parameter_group().db_parameter_group_name(name).db_parameter_group_family(&new.family);
            let call = call.description(&new.description).set_tags(Some(tagging::written(new.tags.iter())));
            call.send().await.map_err(|error| fault("rds:CreateDBParameterGroup", error))?;
            Ok(if new.parameters.is_empty() { Created::whole(name, outputs(name, &cx.place)) } else { Created::begun(name) })
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let tags = tagging::of(cx, outputs(new.name.as_str(), &cx.place).arn.as_str()).await?;
            Ok(tags.filter(|tags| tagging::of_intent(tags, intent)).map(|_| new.name.as_str().into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let arns = ids.iter().map(|id| outputs(id.as_str(), &cx.place).arn.0);
            let (groups, tags) = futures::try_join!(describe(cx, ids), tagged::read(cx, arns))?;
            let of = |id: &Id| groups.iter().find(|group| group.db_parameter_group_name() == Some(id.as_str()));
            let one = async |id| match of(id) {
                Some(group) => one(cx, id, group, &tags).await,
                None => Ok(None),
            };
            try_join_all(ids.iter().map(one)).await
        }

        /// It has parameters and its tags: so it stands, and its family and description stay while it does.
        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let tags = tagged::read(cx, ids.iter().map(|id| outputs(id.as_str(), &cx.place).arn.0)).await?;
            let group = DbParameterGroup::builder().build();
            let found = try_join_all(ids.iter().map(|id| one(cx, id, &group, &tags))).await?;
            let seen = found.into_iter().map(|live| live.filter(|live| live.unread.is_empty()));
            Ok(seen.map(|live| live.map(|live| Live { unread: &["family", "description"], ..live })).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("parameters") {
                parameters(cx, id, &live.inputs.parameters, &new.parameters).await?;
            }
            if changed.has("tags") {
                let arn = live.outputs.arn.as_str();
                tagging::change(cx, arn, &tagging::of(cx, arn).await?.unwrap_or_default(), &new.tags).await?;
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.rds().delete_db_parameter_group().db_parameter_group_name(id.as_str()).send().await;
            found(answer.map_err(|error| fault("rds:DeleteDBParameterGroup", error)))?;
            Ok(Gone::Yes)
        }
    }

    /// The groups of these names, among others.
    async fn describe(cx: &Cx, ids: &[Id]) -> Outcome<Vec<DbParameterGroup>> {
        let mut groups = Vec::new();
        if let [id] = ids {
            let answer = cx.rds().describe_db_parameter_groups().db_parameter_group_name(id.as_str()).send().await;
            let answer = found(answer.map_err(|error| fault("rds:DescribeDBParameterGroups", error)))?;
            groups.extend(answer.and_then(|answer| answer.db_parameter_groups).unwrap_or_default());
        } else {
            let mut pages = cx.rds().describe_db_parameter_groups().into_paginator().items().send();
            while let Some(group) = pages.next().await {
                groups.push(group.map_err(|error| fault("rds:DescribeDBParameterGroups", error))?);
            }
        }
        Ok(groups)
    }

    async fn one(cx: &Cx, id: &Id, group: &DbParameterGroup, tags: &BTreeMap<String, Tags>) -> Outcome<Option<Live<ParameterGroup>>> {
        let mut parameters = BTreeMap::new();
        let call = cx.rds().describe_db_parameters().db_parameter_group_name(id.as_str()).source("user");
        let mut pages = call.into_paginator().items().send();
        while let Some(parameter) = pages.next().await {
            let answer = found(parameter.map_err(|error| fault("rds:DescribeDBParameters", error)))?;
            let Some(parameter) = answer else { return Ok(None) };
            if let (Some(name), Some(value)) = (parameter.parameter_name, parameter.parameter_value) {
                parameters.insert(name, value);
            }
        }
        let outputs = outputs(id.as_str(), &cx.place);
        let (tags, unread) = tagged::known(tags.get(outputs.arn.as_str()));
        let inputs = ParameterGroup {
            name: id.as_str().into(),
            family: group.db_parameter_group_family().unwrap_or_default().to_string(),
            description: group.description().unwrap_or_default().to_string(),
            parameters,
            tags,
        };
        Ok(Some(Live { unread, ..Live::new(inputs, outputs) }))
    }

    /// Sets what is new or other, resets what is gone.
    async fn parameters(cx: &Cx, id: &Id, old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Outcome<()> {
        let fixed = of_reboot(cx, id).await?;
        let parameter = |name: &str, value: Option<&String>| {
            let method = if fixed.contains(name) { ApplyMethod::PendingReboot } else { ApplyMethod::Immediate };
            Parameter::builder().parameter_name(name).set_parameter_value(value.cloned()).apply_method(method).build()
        };
        let set: Vec<_> = new.iter().filter(|(name, value)| old.get(*name) != Some(*value)).collect();
        for batch in set.chunks(BATCH) {
            let batch = batch.iter().map(|(name, value)| parameter(name, Some(value))).collect();
            let call = cx.rds().modify_db_parameter_group().db_parameter_group_name(id.as_str()).set_parameters(Some(batch));
            call.send().await.map_err(|error| fault("rds:ModifyDBParameterGroup", error))?;
        }
        let gone: Vec<_> = old.keys().filter(|name| !new.contains_key(*name)).collect();
        for batch in gone.chunks(BATCH) {
            let batch = batch.iter().map(|name| parameter(name, None)).collect();
            let call = cx.rds().reset_db_parameter_group().db_parameter_group_name(id.as_str()).set_parameters(Some(batch));
            call.send().await.map_err(|error| fault("rds:ResetDBParameterGroup", error))?;
        }
        Ok(())
    }

    /// The parameters that AWS applies at a reboot only: it refuses to apply them at once.
    async fn of_reboot(cx: &Cx, id: &Id) -> Outcome<BTreeSet<String>> {
        let mut pages = cx.rds().describe_db_parameters().db_parameter_group_name(id.as_str()).into_paginator().items().send();
        let mut names = BTreeSet::new();
        while let Some(parameter) = pages.next().await {
            let parameter = parameter.map_err(|error| fault("rds:DescribeDBParameters", error))?;
            if parameter.apply_type() == Some("static") {
                names.extend(parameter.parameter_name);
            }
        }
        Ok(names)
    }
}
