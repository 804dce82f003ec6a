//! `s3.Bucket`: objects, their settings and their expiry.

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Place, Record, Set, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::s3::{Encryption, LifecycleRule, Ownership};

/// A bucket of objects.
#[derive(Debug, Clone, Record)]
pub struct Bucket {
    /// Its name, unique in the whole of AWS: lower case, of 3 to 63 characters.
    pub name: Name<63, true>,
    /// What expires, and when.
    #[field(default = Set::default())]
    pub lifecycle: Set<LifecycleRule>,
    /// Whether everything that would make it or its objects public is refused.
    #[field(default = true)]
    pub public_access_block: bool,
    /// How new objects are encrypted. AWS's default: with S3's own keys.
    #[field(default = Encryption::default())]
    pub encryption: Encryption,
    /// Who owns the objects that others upload.
    #[field(default = Ownership::BucketOwnerEnforced)]
    pub ownership: Ownership,
    /// Whether overwritten and deleted objects are kept as old versions.
    #[field(default = false)]
    pub versioning: bool,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a bucket gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its name.
    #[field(identity, stable)]
    pub name: String,
    /// Its ARN.
    #[field(stable)]
    pub arn: Arn,
    /// Its host name in its region: `NAME.s3.REGION.amazonaws.com`.
    #[field(stable)]
    pub domain: String,
}

impl Kind for Bucket {
    const NAME: &'static str = "s3.Bucket";
    const NAMING: Naming = Naming::Field { field: "name", max: 63, lower: true };
    const CREATE: CreateClass = CreateClass::Natural;
    const STATEFUL: bool = true;
    const BATCHED: bool = false;
    const ACTIONS: &'static [&'static str] = &[
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetBucketTagging",
        "s3:PutBucketTagging",
        "s3:GetLifecycleConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:GetBucketPublicAccessBlock",
        "s3:PutBucketPublicAccessBlock",
        "s3:GetEncryptionConfiguration",
        "s3:PutEncryptionConfiguration",
        "s3:GetBucketOwnershipControls",
        "s3:PutBucketOwnershipControls",
        "s3:GetBucketVersioning",
        "s3:PutBucketVersioning",
        "tag:GetResources",
    ];
    type Outputs = Outputs;

    fn foresee(fields: &Fields, place: &Place) -> Fields {
        fields.get("name").and_then(Datum::as_str).map_or_else(Fields::new, |name| outputs(name, place).encode())
    }
}

fn outputs(name: &str, place: &Place) -> Outputs {
    let china = if place.partition == "aws-cn" { ".cn" } else { "" };
    Outputs {
        name: name.to_string(),
        arn: Arn(format!("arn:{}:s3:::{name}", place.partition)),
        domain: format!("{name}.s3.{}.amazonaws.com{china}", place.region),
    }
}

#[cfg(feature = "sdk")]
mod calls {
    use std::time::Duration;

    use aws_sdk_s3::error::BuildError;
    use aws_sdk_s3::types::{
        self as aws, BucketLifecycleConfiguration, BucketVersioningStatus, CreateBucketConfiguration, Delete, ExpirationStatus,
        ObjectIdentifier, OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration, ServerSideEncryptionByDefault,
        ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Tag, Tagging, VersioningConfiguration,
    };
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Fault, FaultClass, Gone, Id, Intent, Live, Outcome, tags};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found, invalid};
    use crate::s3::{Algorithm, StorageClass, Transition};
    use crate::tagged;

    const DAY: u64 = 24 * 60 * 60;

    impl Calls for Bucket {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let region = (cx.place.region != "us-east-1").then(|| cx.place.region.as_str().into());
            let tags = Some(written(new.tags.iter())?);
            let configuration = CreateBucketConfiguration::builder().set_location_constraint(region).set_tags(tags);
            let call = cx.s3().create_bucket().bucket(new.name.as_str()).create_bucket_configuration(configuration.build());
            call.send().await.map_err(|error| fault("s3:CreateBucket", error))?;
            Ok(Created::begun(new.name.as_str()))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let name = new.name.as_str();
            let Some(tags) = tags_of(cx, name).await? else { return Ok(None) };
            // Not every endpoint that speaks S3 keeps the tags of a create: a bucket of this account, name and no tags that is
            // empty as well is what such a create leaves.
            let ours = tags.get(tags::INTENT) == Some(intent.mark.as_str()) || (tags.0.is_empty() && is_empty(cx, name).await?);
            Ok(ours.then(|| name.into()))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let tags = tagged::read(cx, ids.iter().map(|id| outputs(id.as_str(), &cx.place).arn.0)).await?;
            try_join_all(ids.iter().map(|id| one(cx, id, tags.get(outputs(id.as_str(), &cx.place).arn.as_str())))).await
        }

        async fn update(cx: &Cx, id: &Id, _live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            let (s3, name) = (cx.s3(), id.as_str());
            if changed.has("publicAccessBlock") {
                let on = new.public_access_block;
                let block = PublicAccessBlockConfiguration::builder().block_public_acls(on).block_public_policy(on);
                let block = block.ignore_public_acls(on).restrict_public_buckets(on).build();
                let call = s3.put_public_access_block().bucket(name).public_access_block_configuration(block);
                call.send().await.map_err(|error| fault("s3:PutPublicAccessBlock", error))?;
            }
            if changed.has("ownership") {
                let call = s3.put_bucket_ownership_controls().bucket(name).ownership_controls(built(ownership(new))?);
                call.send().await.map_err(|error| fault("s3:PutBucketOwnershipControls", error))?;
            }
            if changed.has("encryption") {
                let configuration = built(encrypted(&new.encryption))?;
                let call = s3.put_bucket_encryption().bucket(name).server_side_encryption_configuration(configuration);
                call.send().await.map_err(|error| fault("s3:PutBucketEncryption", error))?;
            }
            if changed.has("versioning") {
                let status = if new.versioning { BucketVersioningStatus::Enabled } else { BucketVersioningStatus::Suspended };
                let configuration = VersioningConfiguration::builder().status(status).build();
                let call = s3.put_bucket_versioning().bucket(name).versioning_configuration(configuration);
                call.send().await.map_err(|error| fault("s3:PutBucketVersioning", error))?;
            }
            if changed.has("lifecycle") {
                if new.lifecycle.0.is_empty() {
                    let answer = s3.delete_bucket_lifecycle().bucket(name).send().await;
                    answer.map_err(|error| fault("s3:DeleteBucketLifecycle", error))?;
                } else {
                    let rules = built(new.lifecycle.0.iter().map(rule).collect::<Result<_, _>>())?;
                    let configuration = built(BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build())?;
                    let call = s3.put_bucket_lifecycle_configuration().bucket(name).lifecycle_configuration(configuration);
                    call.send().await.map_err(|error| fault("s3:PutBucketLifecycleConfiguration", error))?;
                }
            }
            if changed.has("tags") {
                let tagging = built(Tagging::builder().set_tag_set(Some(written(new.tags.iter())?)).build())?;
                let answer = s3.put_bucket_tagging().bucket(name).tagging(tagging).send().await;
                answer.map_err(|error| fault("s3:PutBucketTagging", error))?;
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, how: &Deletion) -> Outcome<Gone> {
            if how.purge && !empty_a_page(cx, id.as_str()).await? {
                return Ok(Gone::Wait("emptying".to_string()));
            }
            let answer = cx.s3().delete_bucket().bucket(id.as_str()).send().await;
            match found(answer.map_err(|error| fault("s3:DeleteBucket", error))) {
                Err(fault) if how.purge && fault.code == "BucketNotEmpty" => Ok(Gone::Wait("emptying".to_string())),
                Err(fault) => Err(fault),
                Ok(_) => Ok(Gone::Yes),
            }
        }
    }

    /// With its tags as far as they are known: otherwise they are asked for.
    async fn one(cx: &Cx, id: &Id, tags: Option<&Tags>) -> Outcome<Option<Live<Bucket>>> {
        let name = id.as_str();
        let tags = async {
            match tags {
                Some(tags) => Ok(Some(tags.clone())),
                None => tags_of(cx, name).await,
            }
        };
        let (lifecycle, block) = (lifecycle_of(cx, name), block_of(cx, name));
        let (encryption, ownership, versioning) = (encryption_of(cx, name), ownership_of(cx, name), versioning_of(cx, name));
        let (tags, lifecycle, block, encryption, ownership, versioning) =
            futures::join!(tags, lifecycle, block, encryption, ownership, versioning);
        let (Some(tags), Some(versioning)) = (tags?, versioning?) else { return Ok(None) };
        let inputs = Bucket {
            name: name.into(),
            lifecycle: lifecycle?,
            public_access_block: block?,
            encryption: encryption?,
            ownership: ownership?,
            versioning: versioning.unwrap_or(false),
            tags,
        };
        let unread: &[&str] = if versioning.is_some() { &[] } else { &["versioning"] };
        Ok(Some(Live { unread, ..Live::new(inputs, outputs(name, &cx.place)) }))
    }

    /// The bucket's tags; None where there is no bucket.
    async fn tags_of(cx: &Cx, name: &str) -> Outcome<Option<Tags>> {
        let answer = cx.s3().get_bucket_tagging().bucket(name).send().await;
        match answer.map_err(|error| fault("s3:GetBucketTagging", error)) {
            Ok(answer) => Ok(Some(answer.tag_set.iter().map(|tag| (tag.key(), tag.value())).collect())),
            Err(fault) if fault.code == "NoSuchTagSet" => Ok(Some(Tags::default())),
            Err(fault) => found(Err(fault)),
        }
    }

    async fn lifecycle_of(cx: &Cx, name: &str) -> Outcome<Set<LifecycleRule>> {
        let answer = cx.s3().get_bucket_lifecycle_configuration().bucket(name).send().await;
        let answer = found(answer.map_err(|error| fault("s3:GetBucketLifecycleConfiguration", error)))?;
        Ok(answer.and_then(|answer| answer.rules).unwrap_or_default().iter().map(read_rule).collect())
    }

    async fn block_of(cx: &Cx, name: &str) -> Outcome<bool> {
        let answer = cx.s3().get_public_access_block().bucket(name).send().await;
        let answer = found(answer.map_err(|error| fault("s3:GetPublicAccessBlock", error)))?;
        let parts = answer
            .and_then(|answer| answer.public_access_block_configuration)
            .map(|block| [block.block_public_acls, block.block_public_policy, block.ignore_public_acls, block.restrict_public_buckets]);
        Ok(parts.is_some_and(|parts| parts.iter().all(|part| part.unwrap_or_default())))
    }

    async fn encryption_of(cx: &Cx, name: &str) -> Outcome<Encryption> {
        let answer = cx.s3().get_bucket_encryption().bucket(name).send().await;
        let answer = found(answer.map_err(|error| fault("s3:GetBucketEncryption", error)))?;
        let rules = answer.and_then(|answer| answer.server_side_encryption_configuration).map(|of| of.rules).unwrap_or_default();
        let rule = rules.first();
        let default = rule.and_then(|rule| rule.apply_server_side_encryption_by_default());
        Ok(Encryption {
            algorithm: default.and_then(|default| Algorithm::parse(default.sse_algorithm().as_str())).unwrap_or(Algorithm::Aes256),
            key: default.and_then(|default| default.kms_master_key_id()).filter(|key| !key.is_empty()).map(str::to_string),
            bucket_key: rule.and_then(|rule| rule.bucket_key_enabled()).unwrap_or_default(),
        })
    }

    async fn ownership_of(cx: &Cx, name: &str) -> Outcome<Ownership> {
        let answer = cx.s3().get_bucket_ownership_controls().bucket(name).send().await;
        let answer = found(answer.map_err(|error| fault("s3:GetBucketOwnershipControls", error)))?;
        let rules = answer.and_then(|answer| answer.ownership_controls).map(|controls| controls.rules).unwrap_or_default();
        // A bucket without controls is one of before there were any.
        let rule = rules.first().and_then(|rule| Ownership::parse(rule.object_ownership().as_str()));
        Ok(rule.unwrap_or(Ownership::ObjectWriter))
    }

    /// Whether the bucket keeps old versions; None where there is no bucket. Nothing of it where the service answered and did not
    /// say: some emulators give the answer another name than AWS does, so that the SDK cannot read it.
    async fn versioning_of(cx: &Cx, name: &str) -> Outcome<Option<Option<bool>>> {
        let answer = match cx.s3().get_bucket_versioning().bucket(name).send().await {
            Err(error) if error.raw_response().is_some_and(|raw| raw.status().is_success()) => return Ok(Some(None)),
            answer => found(answer.map_err(|error| fault("s3:GetBucketVersioning", error)))?,
        };
        Ok(answer.map(|answer| Some(answer.status == Some(BucketVersioningStatus::Enabled))))
    }

    async fn is_empty(cx: &Cx, name: &str) -> Outcome<bool> {
        let answer = cx.s3().list_object_versions().bucket(name).max_keys(1).send().await;
        let answer = answer.map_err(|error| fault("s3:ListObjectVersions", error))?;
        Ok(answer.versions().is_empty() && answer.delete_markers().is_empty())
    }

    /// Deletes a page of objects, versions and markers; true where there was none left.
    async fn empty_a_page(cx: &Cx, name: &str) -> Outcome<bool> {
        let answer = cx.s3().list_object_versions().bucket(name).send().await;
        let Some(page) = found(answer.map_err(|error| fault("s3:ListObjectVersions", error)))? else { return Ok(true) };
        let versions = page.versions().iter().map(|version| (version.key(), version.version_id()));
        let markers = page.delete_markers().iter().map(|marker| (marker.key(), marker.version_id()));
        let objects = versions
            .chain(markers)
            .filter_map(|(key, version)| Some(ObjectIdentifier::builder().key(key?).set_version_id(version.map(str::to_string)).build()));
        let objects: Vec<ObjectIdentifier> = built(objects.collect::<Result<_, _>>())?;
        if objects.is_empty() {
            return Ok(true);
        }
        let delete = built(Delete::builder().set_objects(Some(objects)).quiet(true).build())?;
        let answer = cx.s3().delete_objects().bucket(name).delete(delete).send().await;
        let answer = answer.map_err(|error| fault("s3:DeleteObjects", error))?;
        if let Some(error) = answer.errors().first() {
            let text = |text: Option<&str>| text.unwrap_or_default().to_string();
            let (operation, code, message) = ("s3:DeleteObjects".to_string(), text(error.code()), text(error.message()));
            return Err(Fault { class: FaultClass::Invalid, operation, code, message, field: None });
        }
        Ok(page.is_truncated() != Some(true))
    }

    fn rule(rule: &LifecycleRule) -> Result<aws::LifecycleRule, BuildError> {
        let expiration = |after: Duration| aws::LifecycleExpiration::builder().days(days(after)).build();
        let noncurrent = |after: Duration| aws::NoncurrentVersionExpiration::builder().noncurrent_days(days(after)).build();
        let abort = |after: Duration| aws::AbortIncompleteMultipartUpload::builder().days_after_initiation(days(after)).build();
        let transitions = rule.transitions.iter().map(|transition| {
            let class = transition.storage_class.as_str().into();
            aws::Transition::builder().days(days(transition.after)).storage_class(class).build()
        });
        let filter = aws::LifecycleRuleFilter::builder().prefix(rule.prefix.as_deref().unwrap_or_default()).build();
        aws::LifecycleRule::builder()
            .id(&rule.id)
            .filter(filter)
            .status(if rule.enabled { ExpirationStatus::Enabled } else { ExpirationStatus::Disabled })
            .set_expiration(rule.expire_after.map(expiration))
            .set_noncurrent_version_expiration(rule.expire_noncurrent_after.map(noncurrent))
            .set_abort_incomplete_multipart_upload(rule.abort_uploads_after.map(abort))
            .set_transitions((!rule.transitions.is_empty()).then(|| transitions.collect()))
            .build()
    }

    fn read_rule(rule: &aws::LifecycleRule) -> LifecycleRule {
        let after = |days: i32| Duration::from_secs(u64::from(days.unsigned_abs()) * DAY);
        let filter = rule.filter().map(|filter| filter.prefix().or(filter.and().and_then(|and| and.prefix())));
        let transitions = rule.transitions().iter().filter_map(|transition| {
            let storage_class = StorageClass::parse(transition.storage_class()?.as_str())?;
            Some(Transition { after: after(transition.days()?), storage_class })
        });
        LifecycleRule {
            id: rule.id().unwrap_or_default().to_string(),
            prefix: filter.flatten().filter(|prefix| !prefix.is_empty()).map(str::to_string),
            enabled: *rule.status() == ExpirationStatus::Enabled,
            expire_after: rule.expiration().and_then(|expiration| expiration.days()).map(after),
            expire_noncurrent_after: rule.noncurrent_version_expiration().and_then(|expiry| expiry.noncurrent_days()).map(after),
            abort_uploads_after: rule.abort_incomplete_multipart_upload().and_then(|abort| abort.days_after_initiation()).map(after),
            transitions: transitions.collect(),
        }
    }

    fn days(after: Duration) -> i32 {
        i32::try_from(after.as_secs().div_ceil(DAY)).unwrap_or(i32::MAX)
    }

    fn ownership(bucket: &Bucket) -> Result<OwnershipControls, BuildError> {
        let rule = OwnershipControlsRule::builder().object_ownership(bucket.ownership.as_str().into()).build()?;
        OwnershipControls::builder().rules(rule).build()
    }

    fn encrypted(encryption: &Encryption) -> Result<ServerSideEncryptionConfiguration, BuildError> {
        let default = ServerSideEncryptionByDefault::builder().sse_algorithm(encryption.algorithm.as_str().into());
        let default = default.set_kms_master_key_id(encryption.key.clone()).build()?;
        let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default);
        ServerSideEncryptionConfiguration::builder().rules(rule.bucket_key_enabled(encryption.bucket_key).build()).build()
    }

    fn written<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Outcome<Vec<Tag>> {
        built(tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect::<Result<_, _>>())
    }

    fn built<T>(built: Result<T, BuildError>) -> Outcome<T> {
        built.map_err(|error| invalid("s3:PutBucket", error))
    }
}
