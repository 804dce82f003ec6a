//! `servicediscovery.PrivateDnsNamespace`: a DNS zone that only a VPC sees.

use wcalang_model::kind::{Arn, CreateClass, Kind, Record, Ref, Tags};

use crate::ec2::vpc::Vpc;

/// A DNS zone that only a VPC sees, in which services of Cloud Map have names. The VPC needs `dnsSupport` and `dnsHostnames`. AWS
/// keeps a hosted zone of Route 53 for it.
#[derive(Debug, Clone, Record)]
pub struct PrivateDnsNamespace {
    /// The zone: `local`, `internal.example.com`. Exactly this, and unique in the VPC.
    #[field(replace)]
    pub domain: String,
    /// The VPC that sees it.
    #[field(replace)]
    pub vpc: Ref<Vpc>,
    /// What it is for, in words.
    pub description: Option<String>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// What a namespace gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The namespace's ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its id: `ns-…`.
    #[field(stable)]
    pub id: String,
    /// The zone.
    #[field(stable)]
    pub domain: String,
    /// The id of its hosted zone in Route 53.
    #[field(stable)]
    pub zone_id: String,
}

impl Kind for PrivateDnsNamespace {
    const NAME: &'static str = "servicediscovery.PrivateDnsNamespace";
    const CREATE: CreateClass = CreateClass::Token;
    const ACTIONS: &'static [&'static str] = &[
        "servicediscovery:CreatePrivateDnsNamespace",
        "servicediscovery:GetOperation",
        "servicediscovery:ListOperations",
        "servicediscovery:ListNamespaces",
        "servicediscovery:GetNamespace",
        "servicediscovery:UpdatePrivateDnsNamespace",
        "servicediscovery:DeleteNamespace",
        "servicediscovery:TagResource",
        "servicediscovery:UntagResource",
        "route53:CreateHostedZone",
        "route53:GetHostedZone",
        "route53:ListHostedZonesByName",
        "route53:ChangeResourceRecordSets",
        "route53:DeleteHostedZone",
        "ec2:DescribeVpcs",
        "ec2:DescribeRegions",
        "tag:GetResources",
    ];
    const WAITS: bool = true;
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use std::time::Duration;

    use aws_sdk_servicediscovery::operation::create_private_dns_namespace::CreatePrivateDnsNamespaceError;
    use aws_sdk_servicediscovery::types as sdk;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Fault, FaultClass, Gone, Id, Intent, Live, Outcome, Place, Ready};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found, missing, unbuilt};
    use crate::servicediscovery::tagging;
    use crate::tagged;

    const CREATE: &str = "servicediscovery:CreatePrivateDnsNamespace";
    const LIST: &str = "servicediscovery:ListNamespaces";
    /// How often the operation is asked for the id of what it makes, which it knows from its begin.
    const ASKS: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(100);

    impl Calls for PrivateDnsNamespace {
        /// The call itself tells only an operation; that names the namespace it makes at once, long before it is done.
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            let tags = tagging::written(&new.tags).map_err(|error| unbuilt(CREATE, &error))?;
            let call = cx
                .servicediscovery()
                .create_private_dns_namespace()
                .name(&new.domain)
                .vpc(new.vpc.id())
                .creator_request_id(&intent.token)
                .set_description(new.description.clone())
                .set_tags(Some(tags));
            let operation = match call.send().await {
                Ok(answer) => answer.operation_id,
                // The same token again: it runs already.
                Err(error) => match error.as_service_error() {
                    Some(CreatePrivateDnsNamespaceError::DuplicateRequest(again)) => again.duplicate_operation_id.clone(),
                    _ => return Err(fault(CREATE, error)),
                },
            };
            let operation = operation.ok_or_else(|| missing(CREATE, "operation"))?;
            let lost = |class, message: String| Fault { class, operation: CREATE.to_string(), code: String::new(), message, field: None };
            for _ in 0..ASKS {
                let answer = get_operation(cx, &operation).await?;
                if answer.status() == Some(&sdk::OperationStatus::Fail) {
                    return Err(lost(FaultClass::Invalid, answer.error_message.unwrap_or_default()));
                }
                if let Some(id) = answer.targets().and_then(|targets| targets.get(&sdk::OperationTargetType::Namespace)) {
                    return Ok(Created::begun(arn_of(&cx.place, id)));
                }
                tokio::time::sleep(PAUSE).await;
            }
            Err(lost(FaultClass::Lost, format!("the operation {operation} does not say yet what it makes")))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            for summary in list(cx).await?.into_iter().filter(|summary| summary.name() == Some(&new.domain)) {
                let Some(id) = summary.id() else { continue };
                if let Some(namespace) = get(cx, id).await?
                    && namespace.creator_request_id() == Some(&intent.token)
                {
                    return Ok(Some(Id(arn_of(&cx.place, id))));
                }
            }
            Ok(None)
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let (namespaces, tags) = futures::try_join!(list(cx), tagged::read(cx, ids.iter().map(Id::to_string)))?;
            let of = |id: &Id| namespaces.iter().find(|namespace| namespace.id() == Some(id.short()));
            Ok(ids.iter().map(|id| of(id).map(|namespace| live(id, namespace, tags.get(id.as_str())))).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.has("description") {
                let change = sdk::PrivateDnsNamespaceChange::builder().description(new.description.as_deref().unwrap_or_default());
                let call = cx.servicediscovery().update_private_dns_namespace().id(id.short()).namespace(change.build());
                call.send().await.map_err(|error| fault("servicediscovery:UpdatePrivateDnsNamespace", error))?;
            }
            if changed.has("tags") { tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await } else { Ok(()) }
        }

        async fn ready(cx: &Cx, id: &Id) -> Outcome<Ready> {
            use sdk::OperationStatus::{Fail, Pending, Submitted};
            let operation = operation(cx, id, sdk::OperationType::CreateNamespace).await?;
            Ok(match operation.as_ref().and_then(|operation| operation.status()) {
                Some(Pending | Submitted) => Ready::Wait("being made".to_string()),
                Some(Fail) => Ready::Failed(operation.and_then(|operation| operation.error_message).unwrap_or_default()),
                _ => Ready::Yes,
            })
        }

        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            use sdk::OperationStatus::{Pending, Submitted};
            let operation = operation(cx, id, sdk::OperationType::DeleteNamespace).await?;
            if matches!(operation.and_then(|operation| operation.status), Some(Pending | Submitted)) {
                return Ok(Gone::Wait("deleting".to_string()));
            }
            let answer = cx.servicediscovery().delete_namespace().id(id.short()).send().await;
            let answer = found(answer.map_err(|error| fault("servicediscovery:DeleteNamespace", error)))?;
            Ok(if answer.is_some() { Gone::Wait("deleting".to_string()) } else { Gone::Yes })
        }
    }

    fn arn_of(place: &Place, id: &str) -> String {
        format!("arn:{}:servicediscovery:{}:{}:namespace/{id}", place.partition, place.region, place.account)
    }

    async fn get(cx: &Cx, id: &str) -> Outcome<Option<sdk::Namespace>> {
        let answer = cx.servicediscovery().get_namespace().id(id).send().await;
        let answer = found(answer.map_err(|error| fault("servicediscovery:GetNamespace", error)))?;
        Ok(answer.and_then(|answer| answer.namespace))
    }

    async fn get_operation(cx: &Cx, id: &str) -> Outcome<sdk::Operation> {
        const OPERATION: &str = "servicediscovery:GetOperation";
        let answer = cx.servicediscovery().get_operation().operation_id(id).send().await.map_err(|error| fault(OPERATION, error))?;
        answer.operation.ok_or_else(|| missing(OPERATION, "operation"))
    }

    /// The newest operation of a type on this namespace; None: there is none.
    async fn operation(cx: &Cx, id: &Id, of: sdk::OperationType) -> Outcome<Option<sdk::Operation>> {
        const OPERATION: &str = "servicediscovery:ListOperations";
        let filter = |name, value: &str| {
            let filter = sdk::OperationFilter::builder().name(name).values(value).condition(sdk::FilterCondition::Eq);
            filter.build().map_err(|error| unbuilt(OPERATION, &error))
        };
        let filters =
            vec![filter(sdk::OperationFilterName::NamespaceId, id.short())?, filter(sdk::OperationFilterName::Type, of.as_str())?];
        let call = cx.servicediscovery().list_operations().set_filters(Some(filters));
        let operations = call.send().await.map_err(|error| fault(OPERATION, error))?.operations.unwrap_or_default();
        match operations.into_iter().find_map(|operation| operation.id) {
            Some(id) => get_operation(cx, &id).await.map(Some),
            None => Ok(None),
        }
    }

    async fn list(cx: &Cx) -> Outcome<Vec<sdk::NamespaceSummary>> {
        let filter = sdk::NamespaceFilter::builder().name(sdk::NamespaceFilterName::Type).values("DNS_PRIVATE");
        let filter = filter.condition(sdk::FilterCondition::Eq).build().map_err(|error| unbuilt(LIST, &error))?;
        let mut pages = cx.servicediscovery().list_namespaces().filters(filter).into_paginator().send();
        let mut namespaces = Vec::new();
        while let Some(page) = pages.next().await {
            namespaces.extend(page.map_err(|error| fault(LIST, error))?.namespaces.unwrap_or_default());
        }
        Ok(namespaces)
    }

    /// Its VPC is not told with it.
    fn live(id: &Id, namespace: &sdk::NamespaceSummary, tags: Option<&Tags>) -> Live<PrivateDnsNamespace> {
        let unread: &[&str] = if tags.is_some() { &["vpc"] } else { &["vpc", "tags"] };
        let domain = namespace.name().unwrap_or_default().to_string();
        let zone = namespace.properties().and_then(|of| of.dns_properties()?.hosted_zone_id()).unwrap_or_default();
        let inputs = PrivateDnsNamespace {
            domain: domain.clone(),
            vpc: Ref::new(""),
            description: namespace.description.clone().filter(|text| !text.is_empty()),
            tags: tags.cloned().unwrap_or_default(),
        };
        let zone_id = zone.trim_start_matches("/hostedzone/").to_string();
        let outputs = Outputs { arn: id.as_str().into(), id: id.short().to_string(), domain, zone_id };
        Live { unread, ..Live::new(inputs, outputs) }
    }
}
