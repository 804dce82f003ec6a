//! `ec2.LaunchTemplate`: what an Auto Scaling group's instances are made from.

use wcalang_model::kind::{Choice, CreateClass, Kind, Name, Naming, Record, Ref, Rules, Set, Size, Tags};
use wcalang_model::value::Datum;

use crate::ec2::security_group::SecurityGroup;
use crate::iam::instance_profile::InstanceProfile;

/// What the instances of an Auto Scaling group are made from. A change makes a new version, which becomes the default; instances that
/// run stay as they are until they are replaced.
#[derive(Debug, Clone, Record)]
pub struct LaunchTemplate {
    /// Its name, unique in the region.
    #[field(replace)]
    pub name: Name<128>,
    /// The machine image: `ami-…`.
    pub image: String,
    /// The instance type, such as `t3.small`.
    pub instance_type: String,
    /// The instance profile whose role the instances have.
    pub instance_profile: Option<Ref<InstanceProfile>>,
    /// The security groups of the instances.
    #[field(default = Set::default())]
    pub security_groups: Set<Ref<SecurityGroup>>,
    /// The script or cloud-init document that an instance runs when it first starts, in plain text.
    pub user_data: Option<String>,
    /// Whether metrics come every minute, for a price, rather than every five minutes.
    #[field(default = false)]
    pub monitoring: bool,
    /// Whether instances get a public address; the subnet's own setting where this is not given.
    pub associate_public_ip: Option<bool>,
    /// Whether instances get dedicated bandwidth to their volumes; the instance type's default where this is not given.
    pub ebs_optimized: Option<bool>,
    /// The name of the key pair for SSH.
    pub key_name: Option<String>,
    /// Whether the metadata service asks for a session token (IMDSv2); the image's and the account's default where this is not given.
    pub http_tokens: Option<HttpTokens>,
    /// How many network hops an answer of the metadata service may take: 1 to 64. Containers in bridge mode need 2.
    pub http_put_response_hop_limit: Option<i32>,
    /// The volumes that are not as the image has them.
    #[field(default = Vec::new())]
    pub block_devices: Vec<BlockDevice>,
    /// Tags of the instances.
    pub instance_tags: Tags,
    /// Tags of the instances' volumes.
    pub volume_tags: Tags,
    /// Tags of the template itself, beyond the stack's own.
    pub tags: Tags,
}

/// A volume of an instance.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct BlockDevice {
    /// Under which name the instance sees it: `/dev/xvda`.
    pub device: String,
    /// Its size, in whole gibibytes; the snapshot's where it is not given.
    pub size: Option<Size>,
    /// Its type.
    #[field(default = VolumeType::Gp3)]
    pub r#type: VolumeType,
    /// Whether it is encrypted.
    #[field(default = false)]
    pub encrypted: bool,
    /// Whether it goes when the instance does.
    #[field(default = true)]
    pub delete_on_termination: bool,
}

/// The type of a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum VolumeType {
    /// General purpose SSD with 3000 operations a second.
    Gp3,
    /// General purpose SSD whose operations grow with its size.
    Gp2,
    /// Provisioned SSD.
    Io2,
    /// Throughput hard disk.
    St1,
    /// Cold hard disk.
    Sc1,
    /// Magnetic disk.
    Standard,
}

/// Whether the metadata service asks for a session token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum HttpTokens {
    /// It does: IMDSv2 only.
    Required,
    /// It answers without one as well: IMDSv1 too.
    Optional,
}

/// What a launch template gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The template's id: `lt-…`.
    #[field(identity, stable)]
    pub id: String,
    /// Its name.
    #[field(stable)]
    pub name: String,
    /// The number of the version that says what is written here, which is the default one.
    pub latest_version: i64,
}

impl Kind for LaunchTemplate {
    const NAME: &'static str = "ec2.LaunchTemplate";
    const NAMING: Naming = Naming::Field { field: "name", max: 128, lower: false };
    const CREATE: CreateClass = CreateClass::Token;
    const BATCHED: bool = false;
    const GLANCED: Option<usize> = Some(1);
    const ACTIONS: &'static [&'static str] = &[
        "ec2:CreateLaunchTemplate",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:ModifyLaunchTemplate",
        "ec2:DeleteLaunchTemplate",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        if let Some(Datum::Int(limit)) = fields.get("httpPutResponseHopLimit")
            && !(1..=64).contains(limit)
        {
            problems.push("httpPutResponseHopLimit", format!("{limit} hops are not between 1 and 64"), "2 suffices for containers");
        }
        if let Some(Datum::Str(text)) = fields.get("userData")
            && text.len() > 16 * 1024
        {
            let message = format!("the user data has {} bytes; AWS takes 16384", text.len());
            problems.push("userData", message, "let the script fetch what is long, or compress it");
        }
    });
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{self, ResourceType};
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::launch_template_data as data;
    use crate::ec2::{filter, tagging};
    use crate::fault::{fault, found, missing, told};

    impl Calls for LaunchTemplate {
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            let call = cx.ec2().create_launch_template().launch_template_name(new.name.as_str()).client_token(&intent.token);
            let call = call.launch_template_data(data::written(new));
            let answer = call.tag_specifications(tagging::on_create(ResourceType::LaunchTemplate, &new.tags)).send().await;
            let template = answer.map_err(|error| fault("ec2:CreateLaunchTemplate", error))?.launch_template;
            let id = template.and_then(|template| template.launch_template_id);
            let id = id.ok_or_else(|| missing("ec2:CreateLaunchTemplate", "launch template id"))?;
            Ok(Created::whole(id.clone(), Outputs { id, name: new.name.as_str().to_string(), latest_version: 1 }))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let call = cx.ec2().describe_launch_templates().filters(filter::one("launch-template-name", new.name.as_str()));
            let answer = call.filters(tagging::of_intent(intent)).send().await;
            let templates = answer.map_err(|error| fault("ec2:DescribeLaunchTemplates", error))?.launch_templates.unwrap_or_default();
            let template = templates.into_iter().find(|template| tagging::are_of(template.tags(), intent));
            Ok(template.and_then(|template| template.launch_template_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let templates = describe(cx, ids).await?;
            let live = ids.iter().map(async |id| {
                let template = templates.iter().find(|template| template.launch_template_id() == Some(id.as_str()));
                let Some(template) = template else { return Ok(None) };
                let version = found(default_version(cx, id).await)?.flatten();
                version.map(|version| told("ec2:DescribeLaunchTemplateVersions", live(template, &version))).transpose()
            });
            try_join_all(live).await
        }

        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let versions = try_join_all(ids.iter().map(async |id| Ok(found(default_version(cx, id).await)?.flatten())));
            let (versions, mut tags) = futures::try_join!(versions, tagging::glance(cx, "launch-template", ids))?;
            let live = ids.iter().zip(versions).map(|(id, version)| {
                let (version, tags) = (version?, tags.remove(id)?);
                let name = version.launch_template_name()?;
                let outputs = Outputs { id: id.to_string(), name: name.to_string(), latest_version: version.version_number()? };
                Some(Live::new(data::read(name, version.launch_template_data()?, tags), outputs))
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.0.iter().any(|field| field != "tags") {
                let call = cx.ec2().create_launch_template_version().launch_template_id(id.as_str());
                let answer = call.launch_template_data(data::written(new)).send().await;
                let version = answer.map_err(|error| fault("ec2:CreateLaunchTemplateVersion", error))?.launch_template_version;
                let number = version.and_then(|version| version.version_number);
                let number = number.ok_or_else(|| missing("ec2:CreateLaunchTemplateVersion", "version number"))?;
                let call = cx.ec2().modify_launch_template().launch_template_id(id.as_str()).default_version(number.to_string());
                call.send().await.map_err(|error| fault("ec2:ModifyLaunchTemplate", error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ec2().delete_launch_template().launch_template_id(id.as_str()).send().await;
            found(answer.map_err(|error| fault("ec2:DeleteLaunchTemplate", error)))?;
            Ok(Gone::Yes)
        }
    }

    /// The templates of these ids. No filter takes ids, and one that is gone fails the call for all: then each is asked for alone.
    async fn describe(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::LaunchTemplate>> {
        filter::batched(ids, async |ids| named(cx, ids).await).await
    }

    async fn named(cx: &Cx, ids: &[Id]) -> Outcome<Vec<types::LaunchTemplate>> {
        let call = cx.ec2().describe_launch_templates().set_launch_template_ids(Some(ids.iter().map(Id::to_string).collect()));
        call.into_paginator().items().send().try_collect().await.map_err(|error| fault("ec2:DescribeLaunchTemplates", error))
    }

    async fn default_version(cx: &Cx, id: &Id) -> Outcome<Option<types::LaunchTemplateVersion>> {
        let answer = cx.ec2().describe_launch_template_versions().launch_template_id(id.as_str()).versions("$Default").send().await;
        let answer = answer.map_err(|error| fault("ec2:DescribeLaunchTemplateVersions", error))?;
        Ok(answer.launch_template_versions.unwrap_or_default().into_iter().next())
    }

    fn live(template: &types::LaunchTemplate, version: &types::LaunchTemplateVersion) -> Option<Live<LaunchTemplate>> {
        let name = template.launch_template_name()?;
        let outputs =
            Outputs { id: template.launch_template_id()?.to_string(), name: name.to_string(), latest_version: version.version_number()? };
        Some(Live::new(data::read(name, version.launch_template_data()?, tagging::read(template.tags())), outputs))
    }
}
