//! `secretsmanager.Secret`: a secret and its value.

use std::time::Duration;

use wcalang_model::kind::{Arn, CreateClass, Kind, Name, Naming, Record, SecretText, Tags};

/// A secret that tasks and builds read while they run. Its value is never recorded or shown: a change is seen by its digest,
/// and makes a new version.
#[derive(Debug, Clone, Record)]
pub struct Secret {
    /// Its name in the account and region, of at most 505 characters.
    pub name: Name<505>,
    /// What it is for.
    pub description: Option<String>,
    /// The value: text, or a record that is kept as JSON text. Without one, the secret waits for a value from elsewhere.
    #[field(write_only)]
    pub value: Option<SecretText>,
    /// The KMS key that encrypts it: an ARN. AWS's default: its own key for secrets.
    #[field(computed)]
    pub key: Option<String>,
    /// How long it can be restored after it was deleted: from 7 to 30 whole days, or `0s` to delete it at once.
    #[field(default = WEEK)]
    pub recovery_window: Duration,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

const DAY: u64 = 24 * 60 * 60;
const WEEK: Duration = Duration::from_secs(7 * DAY);

/// What a secret gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its ARN, which ends in six characters that AWS chooses.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its name.
    #[field(stable)]
    pub name: String,
    /// The id of the current version of its value: another one after each change.
    pub version_id: Option<String>,
}

impl Kind for Secret {
    const NAME: &'static str = "secretsmanager.Secret";
    const NAMING: Naming = Naming::Field { field: "name", max: 505, lower: false };
    const CREATE: CreateClass = CreateClass::Token;
    const BATCHED: bool = false;
    /// `ListSecrets` tells a hundred, though not always what was changed in the last five minutes
    /// (<https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html>).
    const GLANCED: Option<usize> = Some(10);
    const ACTIONS: &'static [&'static str] = &[
        "secretsmanager:CreateSecret",
        "secretsmanager:DescribeSecret",
        "secretsmanager:ListSecrets",
        "secretsmanager:UpdateSecret",
        "secretsmanager:PutSecretValue",
        "secretsmanager:RestoreSecret",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:DeleteSecret",
    ];
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use std::collections::BTreeMap;

    use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
    use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType, SecretListEntry, Tag};
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Fault, FaultClass, Gone, Id, Intent, Live, Outcome, tags};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found, missing};

    /// The label of the version that readers get.
    const CURRENT: &str = "AWSCURRENT";

    /// The tag that keeps what AWS does not: for how many days it can be restored, where that is not a week.
    const RECOVERY_WINDOW: &str = "wca:recovery-window";

    impl Calls for Secret {
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            // The token becomes the id of the first version, which task definitions name: it follows from whose it is.
            let call = cx.secretsmanager().create_secret().name(new.name.as_str()).client_request_token(&intent.mark);
            let call = call.set_description(new.description.clone()).set_kms_key_id(new.key.clone());
            let call = call.set_secret_string(new.value.as_ref().map(|value| value.expose().to_string()));
            let answer = call.set_tags(Some(written(kept(new).iter()))).send().await;
            match answer.map_err(|error| fault("secretsmanager:CreateSecret", error)) {
                Ok(answer) => {
                    let arn = answer.arn.ok_or_else(|| missing("secretsmanager:CreateSecret", "ARN"))?;
                    let name = new.name.as_str().to_string();
                    Ok(Created::whole(arn.as_str(), Outputs { arn: Arn(arn.clone()), name, version_id: answer.version_id }))
                }
                Err(fault) => restore(cx, new, intent, fault).await,
            }
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let secret = describe(cx, new.name.as_str()).await?.filter(|secret| secret.deleted_date().is_none());
            Ok(secret.filter(|secret| has(secret, tags::INTENT, &intent.mark)).and_then(|secret| secret.arn).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            try_join_all(ids.iter().map(|id| one(cx, id))).await
        }

        async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let ours = Filter::builder().key(FilterNameStringType::TagKey).values(tags::STACK).build();
            let mut pages = cx.secretsmanager().list_secrets().filters(ours).max_results(100).into_paginator().send();
            let mut told = vec![None; ids.len()];
            let places: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
            let mut left = ids.len();
            while left > 0
                && let Some(page) = pages.next().await
            {
                let page = page.map_err(|error| fault("secretsmanager:ListSecrets", error))?;
                for secret in page.secret_list.unwrap_or_default() {
                    if let Some(place) = secret.arn().and_then(|arn| places.get(arn)) {
                        told[*place] = Some(live(&ids[*place], described(secret)));
                        left -= 1;
                    }
                }
            }
            Ok(told)
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            let client = cx.secretsmanager();
            if changed.any(&["description", "key"]) {
                // What is empty goes back to the default: no description, and AWS's own key.
                let call = client.update_secret().secret_id(id.as_str()).kms_key_id(new.key.as_deref().unwrap_or_default());
                let call = call.description(new.description.as_deref().unwrap_or_default());
                call.send().await.map_err(|error| fault("secretsmanager:UpdateSecret", error))?;
            }
            if let Some(value) = new.value.as_ref().filter(|_| changed.has("value")) {
                let call = client.put_secret_value().secret_id(id.as_str()).secret_string(value.expose());
                call.send().await.map_err(|error| fault("secretsmanager:PutSecretValue", error))?;
            }
            let (set, removed) = kept(new).since(&kept(&live.inputs));
            if !set.is_empty() {
                let call = client.tag_resource().secret_id(id.as_str()).set_tags(Some(written(set.iter())));
                call.send().await.map_err(|error| fault("secretsmanager:TagResource", error))?;
            }
            if !removed.is_empty() {
                let call = client.untag_resource().secret_id(id.as_str()).set_tag_keys(Some(removed));
                call.send().await.map_err(|error| fault("secretsmanager:UntagResource", error))?;
            }
            Ok(())
        }

        async fn delete(cx: &Cx, id: &Id, live: &Live<Self>, how: &Deletion) -> Outcome<Gone> {
            let days = i64::try_from(days(&live.inputs)).unwrap_or(i64::MAX);
            let call = cx.secretsmanager().delete_secret().secret_id(id.as_str());
            let call = if how.purge || days == 0 { call.force_delete_without_recovery(true) } else { call.recovery_window_in_days(days) };
            match found(call.send().await.map_err(|error| fault("secretsmanager:DeleteSecret", error))) {
                // Scheduled already; every other request that AWS refuses finds the secret unscheduled.
                Err(fault) if fault.code == "InvalidRequestException" && one(cx, id).await?.is_none() => Ok(Gone::Yes),
                Err(fault) => Err(fault),
                Ok(_) => Ok(Gone::Yes),
            }
        }
    }

    /// A deleted secret keeps its name while it can be restored: if it is this very resource's, it is restored and gets the new
    /// value; the engine then updates what else differs. One that is restored already, but has the tags of before, is where a
    /// call like this was interrupted.
    async fn restore(cx: &Cx, new: &Secret, intent: &Intent, fault_of_create: Fault) -> Outcome<Created<Secret>> {
        let taken = fault_of_create.class == FaultClass::Exists || fault_of_create.code == "InvalidRequestException";
        let secret = if taken { describe(cx, new.name.as_str()).await? } else { None };
        let ours = secret.filter(|secret| {
            has(secret, tags::STACK, &intent.stack)
                && new.tags.get(tags::ADDRESS).is_some_and(|address| has(secret, tags::ADDRESS, address))
        });
        let Some((arn, deleted)) = ours.and_then(|secret| Some((secret.arn?, secret.deleted_date.is_some()))) else {
            return Err(fault_of_create);
        };
        let client = cx.secretsmanager();
        if deleted {
            client.restore_secret().secret_id(&arn).send().await.map_err(|error| fault("secretsmanager:RestoreSecret", error))?;
        }
        if let Some(value) = &new.value {
            let call = client.put_secret_value().secret_id(&arn).secret_string(value.expose()).client_request_token(&intent.token);
            call.send().await.map_err(|error| fault("secretsmanager:PutSecretValue", error))?;
        }
        // Last: from here on a lost answer is settled by the intent tag.
        let call = client.tag_resource().secret_id(&arn).set_tags(Some(written(kept(new).iter())));
        call.send().await.map_err(|error| fault("secretsmanager:TagResource", error))?;
        Ok(Created::begun(arn))
    }

    async fn describe(cx: &Cx, id: &str) -> Outcome<Option<DescribeSecretOutput>> {
        let answer = cx.secretsmanager().describe_secret().secret_id(id).send().await;
        found(answer.map_err(|error| fault("secretsmanager:DescribeSecret", error)))
    }

    async fn one(cx: &Cx, id: &Id) -> Outcome<Option<Live<Secret>>> {
        let secret = describe(cx, id.as_str()).await?.filter(|secret| secret.deleted_date().is_none());
        Ok(secret.map(|secret| live(id, secret)))
    }

    /// An entry of the list as a description.
    fn described(secret: SecretListEntry) -> DescribeSecretOutput {
        let described = DescribeSecretOutput::builder().set_name(secret.name).set_description(secret.description);
        let described = described.set_kms_key_id(secret.kms_key_id).set_tags(secret.tags);
        described.set_version_ids_to_stages(secret.secret_versions_to_stages).build()
    }

    fn live(id: &Id, secret: DescribeSecretOutput) -> Live<Secret> {
        let tags: Tags = secret.tags().iter().filter_map(|tag| Some((tag.key()?, tag.value()?))).collect();
        let window = tags.get(RECOVERY_WINDOW).and_then(|days| days.parse::<u32>().ok());
        let inputs = Secret {
            name: secret.name().unwrap_or_default().into(),
            description: secret.description().filter(|text| !text.is_empty()).map(str::to_string),
            value: None,
            key: secret.kms_key_id().filter(|key| !key.is_empty()).map(str::to_string),
            recovery_window: window.map_or(WEEK, |days| Duration::from_secs(u64::from(days) * DAY)),
            tags: tags.iter().filter(|(key, _)| *key != RECOVERY_WINDOW).collect(),
        };
        let stages = secret.version_ids_to_stages();
        let current = stages.and_then(|stages| {
            stages.iter().filter(|(_, labels)| labels.iter().any(|label| label == CURRENT)).map(|(version, _)| version).min()
        });
        let name = inputs.name.as_str().to_string();
        Live::new(inputs, Outputs { arn: id.as_str().into(), name, version_id: current.cloned() })
    }

    fn has(secret: &DescribeSecretOutput, key: &str, value: &str) -> bool {
        secret.tags().iter().any(|tag| tag.key() == Some(key) && tag.value() == Some(value))
    }

    /// The tags of a secret, and what a tag keeps for it.
    fn kept(secret: &Secret) -> Tags {
        let mut tags = secret.tags.clone();
        if secret.recovery_window != WEEK {
            tags.0.insert(RECOVERY_WINDOW.to_string(), days(secret).to_string());
        }
        tags
    }

    fn days(secret: &Secret) -> u64 {
        secret.recovery_window.as_secs().div_ceil(DAY)
    }

    fn written<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<Tag> {
        tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
    }
}
