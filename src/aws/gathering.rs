//! Reads that begin together share a call, of whatever kinds they are: each adds the keys of what it wants to know to the call
//! that is about to be made, and takes that from its answer. Keeps no answer.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use wcalang_model::kind::{Outcome, Tags};

/// How long a call waits for others that would join it: reads that begin together take less to ask.
pub(crate) const MOMENT: Duration = Duration::from_millis(1);

/// Every call that reads may join now.
#[derive(Default)]
pub(crate) struct Gatherings {
    /// Tags of load balancing, by ARN.
    pub(crate) balancing_tags: Gathering<BTreeMap<String, Tags>>,
    /// Tags of other services, by ARN.
    pub(crate) tags: Gathering<BTreeMap<String, Tags>>,
    /// Clusters, by name or ARN.
    pub(crate) clusters: Gathering<Vec<aws_sdk_ecs::types::Cluster>>,
    /// Databases and groups of subnets.
    pub(crate) databases: Gathering<crate::rds::together::Told>,
    /// Applications and deployment groups.
    pub(crate) deployments: Gathering<crate::codedeploy::together::Told>,
    /// NAT gateways, by their ids.
    pub(crate) nat_gateways: Gathering<Vec<aws_sdk_ec2::types::NatGateway>>,
    /// Rules of security groups, by their ids and those of groups.
    pub(crate) rules: Gathering<Vec<aws_sdk_ec2::types::SecurityGroupRule>>,
    /// Route tables, by their ids and those of subnets.
    pub(crate) route_tables: Gathering<Vec<aws_sdk_ec2::types::RouteTable>>,
}

/// The call that reads join now; its answer is a `T`.
pub(crate) struct Gathering<T>(Rc<RefCell<Option<Gathered<T>>>>);

/// The keys of a call that is about to be made.
type Keys = Rc<RefCell<BTreeSet<String>>>;

/// A call that is about to be made: its keys so far, and its answer.
struct Gathered<T> {
    keys: Keys,
    answer: Shared<LocalBoxFuture<'static, Outcome<Rc<T>>>>,
}

impl<T> Default for Gathering<T> {
    fn default() -> Self {
        Gathering(Rc::default())
    }
}

impl<T: 'static> Gathering<T> {
    /// The answer of the call that these keys join. It has at most so many keys, unless one reader alone has more; the first
    /// reader's `ask` makes it.
    pub(crate) async fn join<A>(&self, keys: impl IntoIterator<Item = String>, most: usize, ask: A) -> Outcome<Rc<T>>
    where
        A: AsyncFnOnce(Vec<String>) -> Outcome<T> + 'static,
    {
        let keys: BTreeSet<String> = keys.into_iter().collect();
        let joined = self.0.borrow().as_ref().filter(|gathered| gathered.keys.borrow().union(&keys).count() <= most).map(|gathered| {
            gathered.keys.borrow_mut().extend(keys.iter().cloned());
            gathered.answer.clone()
        });
        let answer = joined.unwrap_or_else(|| {
            let keys: Keys = Rc::new(RefCell::new(keys));
            let answer = gather(Rc::clone(&self.0), Rc::clone(&keys), ask).boxed_local().shared();
            self.0.replace(Some(Gathered { keys, answer: answer.clone() }));
            answer
        });
        answer.await
    }
}

async fn gather<T, A>(next: Rc<RefCell<Option<Gathered<T>>>>, keys: Keys, ask: A) -> Outcome<Rc<T>>
where
    A: AsyncFnOnce(Vec<String>) -> Outcome<T>,
{
    // As long as others join: on a busy machine they take longer than a moment to come.
    let mut joined = 0;
    while joined < keys.borrow().len() {
        joined = keys.borrow().len();
        tokio::time::sleep(MOMENT).await;
    }
    next.replace_with(|next| next.take().filter(|gathered| !Rc::ptr_eq(&gathered.keys, &keys)));
    let keys = keys.take().into_iter().collect();
    ask(keys).await.map(Rc::new)
}
