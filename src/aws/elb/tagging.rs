//! Tags as Elastic Load Balancing's calls write and read them: its descriptions do not tell them. One call tells those of
//! several resources, of whatever kind: reads that begin together share it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::{Client, types::Tag};
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use wcalang_model::kind::{Cx, FaultClass, Id, Intent, Outcome, Tags, tags::INTENT};

use crate::client::CxExt;
use crate::fault::{fault, found};

/// The most ARNs that `DescribeTags` takes.
const MOST: usize = 20;

/// How long a call waits for others that would join it.
const MOMENT: Duration = Duration::from_millis(1);

/// Tags by ARN.
type ByArn = Rc<BTreeMap<String, Tags>>;

/// A call that is about to be made: its ARNs so far, and its answer.
struct Gathered {
    arns: Rc<RefCell<Vec<String>>>,
    answer: Shared<LocalBoxFuture<'static, Outcome<ByArn>>>,
}

/// The call that reads join now.
#[derive(Default)]
pub(crate) struct Gathering(Rc<RefCell<Option<Gathered>>>);

/// Tags as the calls take them.
pub(super) fn written<'a>(tags: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<Tag> {
    tags.map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags of each of these that stands.
pub(super) async fn read(cx: &Cx, ids: &[Id]) -> Outcome<BTreeMap<String, Tags>> {
    let mut read = BTreeMap::new();
    for ids in ids.chunks(MOST) {
        match together(cx, ids).await {
            // One of them is gone, or one of another reader.
            Err(fault) if fault.class == FaultClass::NotFound => {
                for id in ids {
                    read.extend(found(describe(cx.elbv2(), vec![id.to_string()]).await)?.unwrap_or_default());
                }
            }
            all => {
                let all = all?;
                read.extend(ids.iter().filter_map(|id| Some((id.to_string(), all.get(id.as_str())?.clone()))));
            }
        }
    }
    Ok(read)
}

/// The answer of the call that these ARNs join.
async fn together(cx: &Cx, ids: &[Id]) -> Outcome<ByArn> {
    let next = &cx.balancing_tags().0;
    let arns = ids.iter().map(Id::to_string);
    let joined = next.borrow().as_ref().filter(|gathered| gathered.arns.borrow().len() + ids.len() <= MOST).map(|gathered| {
        gathered.arns.borrow_mut().extend(arns.clone());
        gathered.answer.clone()
    });
    let answer = joined.unwrap_or_else(|| {
        let arns = Rc::new(RefCell::new(arns.collect()));
        let answer = gather(cx.elbv2().clone(), Rc::clone(next), Rc::clone(&arns)).boxed_local().shared();
        next.replace(Some(Gathered { arns, answer: answer.clone() }));
        answer
    });
    answer.await
}

async fn gather(client: Client, next: Rc<RefCell<Option<Gathered>>>, arns: Rc<RefCell<Vec<String>>>) -> Outcome<ByArn> {
    tokio::time::sleep(MOMENT).await;
    next.replace_with(|next| next.take().filter(|gathered| !Rc::ptr_eq(&gathered.arns, &arns)));
    let arns = arns.take();
    describe(&client, arns).await.map(Rc::new)
}

async fn describe(client: &Client, arns: Vec<String>) -> Outcome<BTreeMap<String, Tags>> {
    let answer = client.describe_tags().set_resource_arns(Some(arns)).send().await;
    let answer = answer.map_err(|error| fault("elasticloadbalancing:DescribeTags", error))?;
    let described = answer.tag_descriptions.unwrap_or_default().into_iter().map(|described| {
        let tags = described.tags().iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default()))).collect();
        (described.resource_arn.unwrap_or_default(), tags)
    });
    Ok(described.collect())
}

/// The first of these ARNs that a create with this intent made.
pub(super) async fn of_intent(cx: &Cx, arns: &[&str], intent: &Intent) -> Outcome<Option<String>> {
    if arns.is_empty() {
        return Ok(None);
    }
    let ids: Vec<Id> = arns.iter().map(|arn| Id::from(*arn)).collect();
    let read = read(cx, &ids).await?;
    Ok(read.into_iter().find(|(_, tags)| tags.get(INTENT) == Some(intent.mark.as_str())).map(|(arn, _)| arn))
}

/// Changes the tags of a resource from `old` to `new`.
pub(super) async fn change(cx: &Cx, arn: &str, old: &Tags, new: &Tags) -> Outcome<()> {
    let (set, removed) = new.since(old);
    if !set.is_empty() {
        let call = cx.elbv2().add_tags().resource_arns(arn).set_tags(Some(written(set.iter())));
        call.send().await.map_err(|error| fault("elasticloadbalancing:AddTags", error))?;
    }
    if !removed.is_empty() {
        let call = cx.elbv2().remove_tags().resource_arns(arn).set_tag_keys(Some(removed));
        call.send().await.map_err(|error| fault("elasticloadbalancing:RemoveTags", error))?;
    }
    Ok(())
}
