//! The laws of the kinds, on the wire: every kind, in the stacks that hold each of them at least once.
//!
//! (2) `find` with the intent of a create finds what it made, and with another stack's intent finds nothing; (4) reading and
//! deleting what is gone; (5) a plan after an apply is empty; (6) every call is covered by `ACTIONS`. Laws 1 and 3 are
//! proved where applies are killed.

use std::collections::{BTreeMap, BTreeSet};

use libtest_mimic::Trial;
use wcalang_aws::{Connection, KINDS, SCHEMAS, connect};
use wcalang_engine::state::{LocalStore, State};
use wcalang_model::kind::{AnyKind, AnyLive, CreateClass, Cx, Deletion, FaultClass, Gone, Id, Intent};

use super::bench::Bench;
use super::inventory::assert_empty;
use super::trial;
use super::wca_live::database;

/// What a run may call besides the actions of its kinds: who it is, its lookups, and what of a stack stands without a state.
const LOOKUPS: [&str; 6] = [
    "sts:GetCallerIdentity",
    "ssm:GetParameter",
    "ec2:DescribeImages",
    "ec2:DescribeAvailabilityZones",
    "acm:ListCertificates",
    "tag:GetResources",
];

/// Operations that IAM calls by another name.
const RENAMED: [(&str, &str); 12] = [
    ("tagging:GetResources", "tag:GetResources"),
    ("s3:HeadBucket", "s3:ListBucket"),
    ("s3:ListObjectsV2", "s3:ListBucket"),
    ("s3:ListObjectVersions", "s3:ListBucketVersions"),
    ("s3:DeleteObjects", "s3:DeleteObject"),
    ("s3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("s3:PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    ("s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("s3:PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("s3:PutBucketEncryption", "s3:PutEncryptionConfiguration"),
    ("s3:DeleteBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
];

pub fn trials() -> Vec<Trial> {
    vec![
        trial("laws/wca-live", || laws("wca-live", " --vars wca-live.toml")),
        trial("laws/kinds", || laws("kinds", "")),
        trial("laws/platform", || laws("platform", "")),
        trial("laws/every-kind", every_kind),
    ]
}

/// The kinds of a stack, by its graph.
fn kinds_of(bench: &Bench, file: &str, inputs: &str) -> BTreeSet<String> {
    let graph = bench.expect(0, &format!("graph {file}.wca{inputs}")).stdout;
    KINDS.iter().map(|entry| entry.schema.name).filter(|name| graph.contains(&format!("{name}/"))).map(str::to_string).collect()
}

fn every_kind() {
    let bench = Bench::new("every-kind");
    let mut held = kinds_of(&bench, "wca-live", " --vars wca-live.toml");
    held.extend(kinds_of(&bench, "kinds", ""));
    let missing: Vec<&str> = KINDS.iter().map(|entry| entry.schema.name).filter(|name| !held.contains(*name)).collect();
    assert!(missing.is_empty(), "in no stack of the tests: {missing:?}");
}

fn laws(file: &str, inputs: &str) {
    let bench = Bench::new(&format!("laws-{file}"));
    let line = |command: &str| format!("{command} {file}.wca{inputs}");
    bench.expect(0, &line("apply --yes"));
    bench.expect(0, &line("plan"));
    bench.expect(0, &line("drift"));
    let state = recorded(&bench, file);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cx = runtime.block_on(connection(&bench));
    let live = runtime.block_on(standing(&cx, &state));
    let mut destroy = line("destroy --yes");
    if file == "wca-live" {
        destroy.push_str(&format!(" --allow-destroy {}", database(&bench)));
    }
    bench.expect(0, &destroy);
    assert_empty(&bench);
    runtime.block_on(gone(&cx, &live));
    covered(&bench.proxy.take_calls(), &state);
}

/// What is recorded of a stack.
pub fn recorded(bench: &Bench, stack: &str) -> State {
    let keys = LocalStore::find(&bench.folder, "us-west-2", stack, true);
    assert_eq!(keys.len(), 1, "{keys:?}");
    LocalStore::new(&bench.folder, keys[0].clone()).read().unwrap().content
}

/// Where the calls of kinds go to reach a bench.
pub async fn connection(bench: &Bench) -> Cx {
    let endpoint = format!("http://127.0.0.1:{}", bench.proxy.port);
    let keys = Some(("x".to_string(), "x".to_string()));
    connect(&Connection { region: Some("us-west-2".to_string()), endpoint: Some(endpoint), keys }).await.unwrap()
}

/// What stands: a kind's calls, the identity, the live resource and the intent of its create.
struct Standing {
    address: String,
    calls: &'static dyn AnyKind,
    id: Id,
    live: AnyLive,
    intent: Intent,
    purge: bool,
}

async fn standing(cx: &Cx, state: &State) -> Vec<Standing> {
    let mut standing = Vec::new();
    let mut wrong = Vec::new();
    for (address, recorded) in &state.resources {
        let entry = SCHEMAS.kind(&address.kind).unwrap();
        let (calls, id) = (entry.calls.unwrap(), recorded.id.clone().unwrap());
        let live = calls.read(cx, std::slice::from_ref(&id)).await.unwrap_or_else(|fault| panic!("{address}: {fault}"));
        let Some(live) = live.into_iter().next().flatten() else {
            wrong.push(format!("{address}: {id} is not read"));
            continue;
        };
        let mark = recorded.mark.clone();
        let intent = Intent { stack: state.stack.clone(), address: address.clone(), token: recorded.token.clone(), mark };
        let found = calls.find(cx, &live.inputs, &intent).await;
        if entry.schema.create != CreateClass::Harmless && !matches!(&found, Ok(Some(found)) if *found == id) {
            wrong.push(format!("{address}: its intent finds {found:?}, it is {id}"));
        }
        let foreign = Intent { stack: "another".to_string(), token: "0".repeat(32), mark: "0".repeat(32), ..intent.clone() };
        let found = calls.find(cx, &live.inputs, &foreign).await;
        if entry.schema.inputs.field("tags").is_some() && matches!(found, Ok(Some(_))) {
            wrong.push(format!("{address}: the intent of another stack finds it"));
        }
        standing.push(Standing { address: address.to_string(), calls, id, live, intent, purge: recorded.purge });
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    standing
}

async fn gone(cx: &Cx, standing: &[Standing]) {
    let mut wrong = Vec::new();
    for one in standing {
        let Standing { address, calls, id, live, intent, purge } = one;
        match calls.read(cx, std::slice::from_ref(id)).await {
            Ok(found) if found.iter().all(Option::is_none) => {}
            Ok(_) => wrong.push(format!("{address}: read, though it is gone")),
            Err(fault) => wrong.push(format!("{address}: read of what is gone: {fault}")),
        }
        match calls.delete(cx, id, live, &Deletion { purge: *purge }).await {
            Ok(Gone::Yes) => {}
            Err(fault) if fault.class == FaultClass::NotFound => {}
            other => wrong.push(format!("{address}: delete of what is gone: {other:?}")),
        }
        match calls.find(cx, &live.inputs, intent).await {
            Ok(None) => {}
            Err(fault) if fault.class == FaultClass::NotFound => {}
            other => wrong.push(format!("{address}: find of what is gone: {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Law 6: every call made is an action of one of the kinds, or a lookup.
fn covered(calls: &BTreeMap<String, usize>, state: &State) {
    let kinds: BTreeSet<&str> = state.resources.keys().map(|address| address.kind.as_str()).collect();
    let allowed: BTreeSet<&str> =
        kinds.iter().filter_map(|kind| SCHEMAS.kind(kind)).flat_map(|entry| entry.schema.actions).copied().chain(LOOKUPS).collect();
    let action = |operation: &str| {
        RENAMED.iter().find(|(name, _)| *name == operation).map_or(operation.to_string(), |(_, action)| (*action).to_string())
    };
    let missing: Vec<&String> = calls.keys().filter(|operation| !allowed.contains(action(operation).as_str())).collect();
    assert!(missing.is_empty(), "called, but in the ACTIONS of no kind of the stack: {missing:?}");
}
