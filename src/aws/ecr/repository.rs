//! `ecr.Repository`: container images.

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Name, Naming, Place, Record, Tags};
use wcalang_model::value::{Datum, Fields};

/// A repository of container images.
#[derive(Debug, Clone, Record)]
pub struct Repository {
    /// Its name in the account and region: lower case, of at most 256 characters, may contain `/`.
    pub name: Name<256, true>,
    /// Whether a tag may be moved to another image.
    #[field(default = Mutability::Mutable)]
    pub mutability: Mutability,
    /// Whether images are scanned for vulnerabilities when they are pushed.
    #[field(default = false)]
    pub scan_on_push: bool,
    /// How images are encrypted at rest. AWS's default: with a key of S3's own.
    #[field(replace, computed)]
    pub encryption: Option<Encryption>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// Whether a tag may be moved to another image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Mutability {
    /// It may.
    #[value("MUTABLE")]
    Mutable,
    /// A tag once pushed stays.
    #[value("IMMUTABLE")]
    Immutable,
}

/// How images are encrypted at rest.
#[derive(Debug, Clone, Record)]
pub struct Encryption {
    /// With S3's own keys, with a KMS key, or with a KMS key in two layers.
    #[field(default = Algorithm::Aes256)]
    pub r#type: Algorithm,
    /// The KMS key. AWS's default: its own key for ECR.
    #[field(computed)]
    #[field(computed)]
    pub key: Option<Arn>,
}

/// The ways to encrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Algorithm {
    /// S3's own keys.
    #[value("AES256")]
    Aes256,
    /// A KMS key.
    #[value("KMS")]
    Kms,
    /// A KMS key, in two layers.
    #[value("KMS_DSSE")]
    KmsDsse,
}

/// What a repository gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its name.
    #[field(identity, stable)]
    pub name: String,
    /// Its ARN.
    #[field(stable)]
    pub arn: Arn,
    /// What images are pushed to and pulled from, without a tag: `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`.
    #[field(stable)]
    pub uri: String,
}

impl Kind for Repository {
    const NAME: &'static str = "ecr.Repository";
    const NAMING: Naming = Naming::Field { field: "name", max: 256, lower: true };
    const CREATE: CreateClass = CreateClass::Natural;
    const STATEFUL: bool = true;
    const ACTIONS: &'static [&'static str] = &[
        "ecr:CreateRepository",
        "ecr:DescribeRepositories",
        "ecr:PutImageTagMutability",
        "ecr:PutImageScanningConfiguration",
        "ecr:ListTagsForResource",
        "ecr:TagResource",
        "ecr:UntagResource",
        "ecr:DeleteRepository",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        let Some(name) = fields.get("name").and_then(Datum::as_str) else { return Fields::new() };
        let Place { partition, account, region } = place;
        let china = if partition == "aws-cn" { ".cn" } else { "" };
        let outputs = Outputs {
            name: name.to_string(),
            arn: Arn(arn_of(name, place)),
            uri: format!("{account}.dkr.ecr.{region}.amazonaws.com{china}/{name}"),
        };
        outputs.encode()
    }
}

fn arn_of(name: &str, place: &Place) -> String {
    let Place { partition, account, region } = place;
    format!("arn:{partition}:ecr:{region}:{account}:repository/{name}")
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_ecr::types::{EncryptionConfiguration, ImageScanningConfiguration, ImageTagMutability, Tag};
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome, tags};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found, invalid, missing};
    use crate::tagged;

    impl Calls for Repository {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let encryption = new.encryption.as_ref().map(|encryption| {
                let builder = EncryptionConfiguration::builder().encryption_type(encryption.r#type.as_str().into());
                builder.set_kms_key(encryption.key.as_ref().map(Arn::to_string)).build()
            });
            let encryption = encryption.transpose().map_err(|error| invalid("ecr:CreateRepository", error))?;
            let call = cx.ecr().create_repository().repository_name(new.name.as_str()).set_encryption_configuration(encryption);
            let call = call.image_tag_mutability(mutability(new)).image_scanning_configuration(scanning(new));
            let answer = call.set_tags(Some(written(new.tags.iter())?)).send().await;
            let repository = answer.map_err(|error| fault("ecr:CreateRepository", error))?.repository;
            let repository = repository.ok_or_else(|| missing("ecr:CreateRepository", "repository"))?;
            Ok(Created::whole(new.name.as_str(), outputs(&repository)))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let name = new.name.as_str();
            let Some(arn) = describe(cx, name).await?.and_then(|repository| repository.repository_arn) else { return Ok(None) };
            let ours = tags_of(cx, &arn).await?.get(tags::INTENT) == Some(&intent.mark);
            Ok(ours.then(|| name.into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            // Naming one that is gone fails the whole call: several are looked up among all.
            let described = async {
                Ok(match ids {
                    [id] => describe(cx, id.as_str()).await?.into_iter().collect(),
                    _ => all(cx).await?,
                })
            };
            let arns = ids.iter().map(|id| arn_of(id.as_str(), &cx.place));
            let (repositories, tags): (Vec<_>, _) = futures::try_join!(described, tagged::read(cx, arns))?;
            let live = ids.iter().map(|id| {
                let repository = repositories.iter().find(|repository| repository.repository_name() == Some(id.as_str()))?;
                let (tags, unread) = tagged::known(tags.get(&arn_of(id.as_str(), &cx.place)));
                Some(Live { unread, ..Live::new(Repository { tags, ..inputs(repository) }, outputs(repository)) })
            });
            Ok(live.collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("mutability") {
                let call = cx.ecr().put_image_tag_mutability().repository_name(id.as_str()).image_tag_mutability(mutability(new));
                call.send().await.map_err(|error| fault("ecr:PutImageTagMutability", error))?;
            }
            if changed.has("scanOnPush") {
                let call = cx.ecr().put_image_scanning_configuration().repository_name(id.as_str());
                let call = call.image_scanning_configuration(scanning(new));
                call.send().await.map_err(|error| fault("ecr:PutImageScanningConfiguration", error))?;
            }
            if changed.has("tags") {
                let arn = live.outputs.arn.as_str();
                let (set, removed) = new.tags.since(&Tags(tags_of(cx, arn).await?));
                if !set.is_empty() {
                    let call = cx.ecr().tag_resource().resource_arn(arn).set_tags(Some(written(&set)?));
                    call.send().await.map_err(|error| fault("ecr:TagResource", error))?;
                }
                if !removed.is_empty() {
                    let call = cx.ecr().untag_resource().resource_arn(arn).set_tag_keys(Some(removed));
                    call.send().await.map_err(|error| fault("ecr:UntagResource", error))?;
                }
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, how: &Deletion) -> Outcome<Gone> {
            let answer = cx.ecr().delete_repository().repository_name(id.as_str()).force(how.purge).send().await;
            found(answer.map_err(|error| fault("ecr:DeleteRepository", error)))?;
            Ok(Gone::Yes)
        }
    }

    async fn describe(cx: &Cx, name: &str) -> Outcome<Option<aws_sdk_ecr::types::Repository>> {
        let answer = cx.ecr().describe_repositories().repository_names(name).send().await;
        let answer = found(answer.map_err(|error| fault("ecr:DescribeRepositories", error)))?;
        Ok(answer.and_then(|answer| answer.repositories).and_then(|repositories| repositories.into_iter().next()))
    }

    async fn all(cx: &Cx) -> Outcome<Vec<aws_sdk_ecr::types::Repository>> {
        let mut pages = cx.ecr().describe_repositories().max_results(1000).into_paginator().items().send();
        let mut repositories = Vec::new();
        while let Some(repository) = pages.next().await {
            repositories.push(repository.map_err(|error| fault("ecr:DescribeRepositories", error))?);
        }
        Ok(repositories)
    }

    fn inputs(repository: &aws_sdk_ecr::types::Repository) -> Repository {
        let mutability = repository.image_tag_mutability().and_then(|mutability| Mutability::parse(mutability.as_str()));
        let encryption = repository.encryption_configuration().map(|encryption| Encryption {
            r#type: Algorithm::parse(encryption.encryption_type().as_str()).unwrap_or(Algorithm::Aes256),
            key: encryption.kms_key().map(Arn::from),
        });
        Repository {
            name: repository.repository_name().unwrap_or_default().into(),
            mutability: mutability.unwrap_or(Mutability::Mutable),
            scan_on_push: repository.image_scanning_configuration().is_some_and(|scanning| scanning.scan_on_push()),
            encryption,
            tags: Tags::default(),
        }
    }

    fn outputs(repository: &aws_sdk_ecr::types::Repository) -> Outputs {
        Outputs {
            name: repository.repository_name().unwrap_or_default().to_string(),
            arn: repository.repository_arn().unwrap_or_default().into(),
            uri: repository.repository_uri().unwrap_or_default().to_string(),
        }
    }

    async fn tags_of(cx: &Cx, arn: &str) -> Outcome<BTreeMap<String, String>> {
        let answer = cx.ecr().list_tags_for_resource().resource_arn(arn).send().await;
        let tags = answer.map_err(|error| fault("ecr:ListTagsForResource", error))?.tags.unwrap_or_default();
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
    }

    fn written<'a>(tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Outcome<Vec<Tag>> {
        let tags = tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
        tags.collect::<Result<_, _>>().map_err(|error| invalid("ecr:TagResource", error))
    }

    fn mutability(repository: &Repository) -> ImageTagMutability {
        repository.mutability.as_str().into()
    }

    fn scanning(repository: &Repository) -> ImageScanningConfiguration {
        ImageScanningConfiguration::builder().scan_on_push(repository.scan_on_push).build()
    }
}
