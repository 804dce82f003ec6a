//! All roles of the account in one call, with their inline policies, attached policies and tags: what roles, their policies,
//! attachments and instance profiles share when many of them are read. Concurrent readers share one call; its answer serves for a moment
//! longer, and never beyond a change that we make ourselves.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use aws_sdk_iam::types::{EntityType, RoleDetail};
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use wcalang_model::kind::{Cx, Id, Outcome};

use crate::client::CxExt;
use crate::fault::fault;

/// From how many ids on one call for all roles is cheaper than one call each.
pub(super) const MANY: usize = 3;

/// How long an answer serves.
const FRESH: Duration = Duration::from_secs(5);

/// The roles of the account.
pub(super) type Roles = Rc<Vec<RoleDetail>>;

/// An answer that several wait for.
type Asked = Shared<LocalBoxFuture<'static, Outcome<Roles>>>;

/// The last survey, or the one under way.
#[derive(Default)]
pub(crate) struct Survey(RefCell<Option<(Instant, Asked)>>);

/// The roles of the account.
pub(super) async fn roles(cx: &Cx) -> Outcome<Roles> {
    let survey = &cx.role_survey().0;
    let known = survey.borrow().as_ref().filter(|(since, _)| since.elapsed() < FRESH).map(|(_, roles)| roles.clone());
    let roles = known.unwrap_or_else(|| {
        let roles = ask(cx.iam().clone()).boxed_local().shared();
        survey.replace(Some((Instant::now(), roles.clone())));
        roles
    });
    let answer = roles.await;
    if answer.is_err() {
        forget(cx);
    }
    answer
}

/// The roles of the account, where others ask for them now or did a moment ago.
pub(super) async fn told(cx: &Cx) -> Option<Roles> {
    tokio::time::sleep(crate::gathering::MOMENT).await;
    let asked = cx.role_survey().0.borrow().as_ref().filter(|(since, _)| since.elapsed() < FRESH).map(|(_, roles)| roles.clone())?;
    asked.await.ok()
}

/// Asks for each that the survey does not have by itself: the survey may lag behind what was made a moment ago.
pub(super) async fn confirmed<T>(
    ids: &[Id],
    mut live: Vec<Option<T>>,
    one: impl AsyncFn(&Id) -> Outcome<Option<T>>,
) -> Outcome<Vec<Option<T>>> {
    for (id, live) in ids.iter().zip(&mut live) {
        if live.is_none() {
            *live = one(id).await?;
        }
    }
    Ok(live)
}

/// Forgets the answer: something that it tells is about to change.
pub(super) fn forget(cx: &Cx) {
    cx.role_survey().0.replace(None);
}

async fn ask(client: aws_sdk_iam::Client) -> Outcome<Roles> {
    let call = client.get_account_authorization_details().filter(EntityType::Role).into_paginator().page_size(1000);
    let (mut pages, mut roles) = (call.send(), Vec::new());
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| fault("iam:GetAccountAuthorizationDetails", error))?;
        roles.extend(page.role_detail_list.unwrap_or_default());
    }
    Ok(Rc::new(roles))
}
