//! `servicediscovery.Service`: a name whose records are running tasks.

use std::time::Duration;

use wcalang_model::kind::{Arn, Choice, CreateClass, Kind, Record, Ref, Set, Tags};

use crate::servicediscovery::private_dns_namespace::PrivateDnsNamespace;

/// A name in a namespace whose records are running tasks: an `ecs.Service` with it among its `serviceRegistries` registers each.
#[derive(Debug, Clone, Record)]
pub struct Service {
    /// The name, without the namespace: with `api` in the namespace `local`, tasks are found at `api.local`. Exactly this, and unique
    /// in the namespace.
    #[field(replace)]
    pub dns_name: String,
    /// The namespace.
    #[field(replace)]
    pub namespace: Ref<PrivateDnsNamespace>,
    /// What it is for, in words.
    pub description: Option<String>,
    /// The records that each task gets.
    pub dns_records: Set<DnsRecord>,
    /// Whether an answer names up to eight healthy tasks, or one of all.
    #[field(replace, default = RoutingPolicy::Multivalue)]
    pub routing_policy: RoutingPolicy,
    /// Whether ECS tells Cloud Map which tasks are healthy. Without it every registered task counts as healthy.
    #[field(replace, default = false)]
    pub custom_health_check: bool,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// A record of a task.
#[derive(Debug, Clone, Record)]
pub struct DnsRecord {
    /// Its type: an address, or an address and port.
    #[field(name = "type", default = RecordType::A)]
    pub kind: RecordType,
    /// How long resolvers keep it.
    pub ttl: Duration,
}

/// A type of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RecordType {
    /// An IPv4 address.
    #[value("A")]
    A,
    /// An IPv6 address.
    #[value("AAAA")]
    Aaaa,
    /// A host and port.
    #[value("SRV")]
    Srv,
    /// Another name.
    #[value("CNAME")]
    Cname,
}

/// What an answer names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RoutingPolicy {
    /// Up to eight healthy tasks.
    #[value("MULTIVALUE")]
    Multivalue,
    /// One task, all equally likely.
    #[value("WEIGHTED")]
    Weighted,
}

/// What a Cloud Map service gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The service's ARN.
    #[field(identity, stable)]
    pub arn: Arn,
    /// Its id: `srv-…`.
    #[field(stable)]
    pub id: String,
}

impl Kind for Service {
    const NAME: &'static str = "servicediscovery.Service";
    const CREATE: CreateClass = CreateClass::Token;
    const ACTIONS: &'static [&'static str] = &[
        "servicediscovery:CreateService",
        "servicediscovery:GetService",
        "servicediscovery:ListServices",
        "servicediscovery:UpdateService",
        "servicediscovery:DeleteService",
        "servicediscovery:ListInstances",
        "servicediscovery:DeregisterInstance",
        "servicediscovery:TagResource",
        "servicediscovery:UntagResource",
        "route53:ChangeResourceRecordSets",
        "route53:GetHostedZone",
        "tag:GetResources",
    ];
    const BATCHED: bool = false;
    type Outputs = Outputs;
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_servicediscovery::error::BuildError;
    use aws_sdk_servicediscovery::types as sdk;
    use futures::future::try_join_all;
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, FaultClass, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, found, missing, unbuilt};
    use crate::servicediscovery::tagging;
    use crate::tagged;

    const CREATE: &str = "servicediscovery:CreateService";
    const LIST: &str = "servicediscovery:ListServices";

    impl Calls for Service {
        async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
            let records = written(new).map_err(|error| unbuilt(CREATE, &error))?;
            let dns = sdk::DnsConfig::builder().set_dns_records(Some(records)).routing_policy(new.routing_policy.as_str().into());
            let check = new.custom_health_check.then(|| sdk::HealthCheckCustomConfig::builder().build());
            let call = cx
                .servicediscovery()
                .create_service()
                .name(&new.dns_name)
                .namespace_id(new.namespace.short())
                .creator_request_id(&intent.token)
                .set_description(new.description.clone())
                .dns_config(dns.build().map_err(|error| unbuilt(CREATE, &error))?)
                .set_health_check_custom_config(check)
                .set_tags(Some(tagging::written(&new.tags).map_err(|error| unbuilt(CREATE, &error))?));
            let service = call.send().await.map_err(|error| fault(CREATE, error))?.service;
            let outputs = service.as_ref().and_then(outputs).ok_or_else(|| missing(CREATE, "service ARN"))?;
            Ok(Created::whole(outputs.arn.0.clone(), outputs))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let filter = sdk::ServiceFilter::builder().name(sdk::ServiceFilterName::NamespaceId).values(new.namespace.short());
            let filter = filter.condition(sdk::FilterCondition::Eq).build().map_err(|error| unbuilt(LIST, &error))?;
            let mut pages = cx.servicediscovery().list_services().filters(filter).into_paginator().send();
            let mut summaries = Vec::new();
            while let Some(page) = pages.next().await {
                summaries.extend(page.map_err(|error| fault(LIST, error))?.services.unwrap_or_default());
            }
            for summary in summaries {
                if summary.name() == Some(&new.dns_name)
                    && let Some(id) = summary.id()
                    && let Some(service) = get(cx, id).await?
                    && service.creator_request_id() == Some(&intent.token)
                {
                    return Ok(service.arn.map(Id));
                }
            }
            Ok(None)
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let described = try_join_all(ids.iter().map(|id| get(cx, id.short())));
            let (services, tags) = futures::try_join!(described, tagged::read(cx, ids.iter().map(Id::to_string)))?;
            Ok(ids.iter().zip(&services).map(|(id, service)| live(cx, service.as_ref()?, tags.get(id.as_str()))).collect())
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            const UPDATE: &str = "servicediscovery:UpdateService";
            if changed.any(&["description", "dnsRecords"]) {
                // Records that are not said here are removed, so they always are.
                let records = written(new).map_err(|error| unbuilt(UPDATE, &error))?;
                let dns = sdk::DnsConfigChange::builder().set_dns_records(Some(records)).build();
                let change = sdk::ServiceChange::builder()
                    .set_description(changed.has("description").then(|| new.description.clone().unwrap_or_default()))
                    .dns_config(dns.map_err(|error| unbuilt(UPDATE, &error))?);
                let call = cx.servicediscovery().update_service().id(id.short()).service(change.build());
                call.send().await.map_err(|error| fault(UPDATE, error))?;
            }
            if changed.has("tags") { tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await } else { Ok(()) }
        }

        /// ECS takes a task out some time after it ended. What is still registered when the service goes is taken out here.
        async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let answer = cx.servicediscovery().delete_service().id(id.short()).send().await;
            match found(answer.map_err(|error| fault("servicediscovery:DeleteService", error))) {
                Ok(_) => Ok(Gone::Yes),
                Err(fault) if fault.class == FaultClass::NotYet => {
                    let count = deregister(cx, id.short()).await?;
                    Ok(Gone::Wait(format!("{count} tasks are still registered")))
                }
                Err(fault) => Err(fault),
            }
        }
    }

    async fn get(cx: &Cx, id: &str) -> Outcome<Option<sdk::Service>> {
        let answer = cx.servicediscovery().get_service().id(id).send().await;
        let answer = found(answer.map_err(|error| fault("servicediscovery:GetService", error)))?;
        Ok(answer.and_then(|answer| answer.service))
    }

    /// Takes out every instance of a service; tells how many there were.
    async fn deregister(cx: &Cx, service: &str) -> Outcome<usize> {
        let mut pages = cx.servicediscovery().list_instances().service_id(service).into_paginator().send();
        let mut instances = Vec::new();
        while let Some(page) = pages.next().await {
            instances.extend(page.map_err(|error| fault("servicediscovery:ListInstances", error))?.instances.unwrap_or_default());
        }
        let count = instances.len();
        for instance in instances {
            let call = cx.servicediscovery().deregister_instance().service_id(service).set_instance_id(instance.id);
            match found(call.send().await.map_err(|error| fault("servicediscovery:DeregisterInstance", error))) {
                // It is being taken out already.
                Err(fault) if fault.class != FaultClass::NotYet => return Err(fault),
                _ => {}
            }
        }
        Ok(count)
    }

    fn written(new: &Service) -> Result<Vec<sdk::DnsRecord>, BuildError> {
        let record =
            |record: &DnsRecord| sdk::DnsRecord::builder().r#type(record.kind.as_str().into()).ttl(record.ttl.as_secs() as i64).build();
        new.dns_records.0.iter().map(record).collect()
    }

    fn outputs(service: &sdk::Service) -> Option<Outputs> {
        Some(Outputs { arn: service.arn()?.into(), id: service.id()?.to_string() })
    }

    fn live(cx: &Cx, service: &sdk::Service, tags: Option<&Tags>) -> Option<Live<Service>> {
        let (tags, unread) = tagged::known(tags);
        let dns = service.dns_config()?;
        let record = |record: &sdk::DnsRecord| {
            Some(DnsRecord { kind: RecordType::parse(record.r#type().as_str())?, ttl: Duration::from_secs(record.ttl().max(0) as u64) })
        };
        #[expect(deprecated, reason = "where the service itself does not name its namespace, its DNS configuration does")]
        let namespace = service.namespace_id().or(dns.namespace_id())?;
        let place = &cx.place;
        let inputs = Service {
            dns_name: service.name()?.to_string(),
            namespace: Ref::new(format!(
                "arn:{}:servicediscovery:{}:{}:namespace/{namespace}",
                place.partition, place.region, place.account
            )),
            description: service.description.clone().filter(|text| !text.is_empty()),
            dns_records: dns.dns_records().iter().filter_map(record).collect(),
            routing_policy: dns.routing_policy().and_then(|of| RoutingPolicy::parse(of.as_str())).unwrap_or(RoutingPolicy::Multivalue),
            custom_health_check: service.health_check_custom_config().is_some(),
            tags,
        };
        Some(Live { unread, ..Live::new(inputs, outputs(service)?) })
    }
}
