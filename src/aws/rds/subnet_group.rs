//! `rds.SubnetGroup`: where in the network databases may stand.

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Place, Record, Ref, Set, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::ec2::subnet::Subnet;

/// The subnets that a database may stand in: at least two, in two zones.
#[derive(Debug, Clone, Record)]
pub struct SubnetGroup {
    /// Its name in the account and region: lower case, of at most 255 characters.
    pub name: Name<255, true>,
    /// What it is for.
    #[field(default = "Managed by wcalang".to_string())]
    pub description: String,
    /// The subnets.
    pub subnets: Set<Ref<Subnet>>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a subnet group gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its name.
    #[field(identity, stable)]
    pub name: String,
    /// Its ARN.
    #[field(stable)]
    pub arn: Arn,
}

impl Kind for SubnetGroup {
    const NAME: &'static str = "rds.SubnetGroup";
    const NAMING: Naming = Naming::Field { field: "name", max: 255, lower: true };
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] = &[
        "rds:CreateDBSubnetGroup",
        "rds:DescribeDBSubnetGroups",
        "rds:ModifyDBSubnetGroup",
        "rds:DeleteDBSubnetGroup",
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
    Outputs { name: name.to_string(), arn: Arn(format!("arn:{partition}:rds:{region}:{account}:subgrp:{name}")) }
}

#[cfg(feature = "sdk")]
mod calls {
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found};
    use crate::rds::{tagging, together};
    use crate::tagged;

    impl Calls for SubnetGroup {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.rds().create_db_subnet_group().db_subnet_group_name(new.name.as_str());
            let call = call.db_subnet_group_description(&new.description).set_subnet_ids(Some(subnets(new)));
            let answer = call.set_tags(Some(tagging::written(new.tags.iter()))).send().await;
            answer.map_err(|error| fault("rds:CreateDBSubnetGroup", error))?;
            Ok(Created::whole(new.name.as_str(), outputs(new.name.as_str(), &cx.place)))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let tags = tagging::of(cx, outputs(new.name.as_str(), &cx.place).arn.as_str()).await?;
            Ok(tags.filter(|tags| tagging::of_intent(tags, intent)).map(|_| new.name.as_str().into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let arns = ids.iter().map(|id| outputs(id.as_str(), &cx.place).arn.0);
            let (told, tags) = futures::try_join!(together::groups(cx, ids), tagged::read(cx, arns))?;
            let live = ids.iter().map(|id| {
                let (group, outputs) = (told.groups.get(id.as_str())?, outputs(id.as_str(), &cx.place));
                let (tags, unread) = tagged::known(tags.get(outputs.arn.as_str()));
                let inputs = SubnetGroup {
                    name: id.as_str().into(),
                    description: group.db_subnet_group_description().unwrap_or_default().to_string(),
                    subnets: group.subnets().iter().filter_map(|subnet| subnet.subnet_identifier()).map(Ref::new).collect(),
                    tags,
                };
                Some(Live { unread, ..Live::new(inputs, outputs) })
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.any(&["description", "subnets"]) {
                let call = cx.rds().modify_db_subnet_group().db_subnet_group_name(id.as_str());
                let call = call.db_subnet_group_description(&new.description).set_subnet_ids(Some(subnets(new)));
                call.send().await.map_err(|error| fault("rds:ModifyDBSubnetGroup", error))?;
            }
            if changed.has("tags") {
                let arn = live.outputs.arn.as_str();
                tagging::change(cx, arn, &tagging::of(cx, arn).await?.unwrap_or_default(), &new.tags).await?;
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.rds().delete_db_subnet_group().db_subnet_group_name(id.as_str()).send().await;
            found(answer.map_err(|error| fault("rds:DeleteDBSubnetGroup", error)))?;
            Ok(Gone::Yes)
        }
    }

    fn subnets(group: &SubnetGroup) -> Vec<String> {
        group.subnets.0.iter().map(|subnet| subnet.id().to_string()).collect()
    }
}
