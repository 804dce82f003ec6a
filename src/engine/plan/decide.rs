//! What happens to each resource. Makes no order and asks for no leave.

use std::collections::{BTreeMap, BTreeSet};

use wcalang_model::base::topological_order;
use wcalang_model::kind::{AnyLive, CreateClass, Entry, KindSchema};
use wcalang_model::value::{Address, Data, Datum, Fields, Graph, Resource};

use crate::plan::diff::{Diff, Sides, because, diff, given as fields_given, seen};
use crate::plan::names::{self, name_field};
use crate::plan::order;
use crate::plan::own::{Owners, owned_of, owners};
use crate::plan::resolve::{Known, Resolver, Standing};
use crate::plan::types::{Act, Action, Change, FieldChange, Notice, Outage, OutputChange, Plan, Reason};
use crate::plan::wanted::{Identity, Wanted, wanted};
use crate::plan::{Given, canonical, error, to_record};
use crate::state::{Phase, Recorded, State};

/// What each resource comes after, and whether it waits for its readiness.
pub type Dependencies = BTreeMap<Address, BTreeMap<Address, bool>>;

/// Decides about every resource, and puts the steps in order.
pub(super) fn decide(given: Given<'_>, recorded: &State, moves: &[(Address, Address)]) -> Plan {
    let (standing, before) = (Standing::default(), moves.iter().map(|(from, to)| (to.clone(), from.clone())).collect());
    let dependencies = given.desired.map(|desired| order::dependencies(desired, given.facts)).unwrap_or_default();
    let mut deciding = Deciding {
        given,
        recorded,
        before,
        standing,
        owners: Owners::new(),
        dependencies: &dependencies,
        decided: BTreeMap::new(),
        missing: Vec::new(),
        plan: Plan::default(),
    };
    if let Some(desired) = given.desired {
        deciding.wanted(desired);
    }
    deciding.unwanted();
    deciding.plan.missing = deciding.missing.iter().map(|missing| missing.input.clone()).collect();
    if let Some(problem) = error::secrets_missing(&deciding.missing) {
        deciding.plan.problems.push(problem);
    }
    if let Some(desired) = given.desired {
        deciding.outputs(desired);
    }
    let mut plan = deciding.plan;
    let mut acts = Vec::new();
    for (_, (change, steps)) in deciding.decided {
        plan.changes.push(change);
        acts.push(steps);
    }
    order::order(&mut plan, &acts, &dependencies, recorded, given.facts);
    plan
}

struct Deciding<'a> {
    given: Given<'a>,
    recorded: &'a State,
    /// New address → the one under which the survey knows it.
    before: BTreeMap<Address, Address>,
    standing: Standing,
    owners: Owners,
    dependencies: &'a Dependencies,
    decided: BTreeMap<Address, (Change, Vec<Act>)>,
    /// Secret inputs that are needed and were not given.
    missing: Vec<error::MissingSecret>,
    plan: Plan,
}

impl Deciding<'_> {
    /// Every resource of the file, each after those it refers to.
    fn wanted(&mut self, desired: &Graph) {
        self.owners = owners(desired, self.given.facts.ownership, self.resolver(), self.recorded);
        let addresses: Vec<&Address> = desired.resources.keys().collect();
        let index: BTreeMap<&Address, usize> = addresses.iter().enumerate().map(|(index, address)| (*address, index)).collect();
        let references: Vec<Vec<usize>> = desired
            .resources
            .values()
            .map(|resource| resource.references().into_iter().filter_map(|address| index.get(address).copied()).collect())
            .collect();
        let order = match topological_order(&references) {
            Ok(order) => order,
            Err(cycle) => {
                let cycle: Vec<&Resource> = cycle.0.iter().map(|&index| &desired.resources[addresses[index]]).collect();
                self.plan.problems.push(error::cycle(&cycle));
                return;
            }
        };
        for index in order {
            let resource = &desired.resources[addresses[index]];
            match self.given.facts.schemas.kind(&resource.address.kind) {
                Some(entry) => self.resource(desired, resource, entry),
                None => self.plan.problems.push(error::unknown_kind(&resource.address, Some(resource.span))),
            }
        }
    }

    fn resource(&mut self, desired: &Graph, resource: &Resource, entry: &Entry) {
        let address = &resource.address;
        let recorded = self.recorded.resources.get(address).filter(|recorded| recorded.phase != Phase::Absent);
        let live = self.live(address).cloned();
        let generation = self.recorded.resources.get(address).map_or(0, |recorded| recorded.generation);
        let standing = recorded.filter(|recorded| recorded.phase != Phase::Deleting).zip(live.as_ref());
        let next = names::next(address, entry.schema, generation + 1);
        // What stands keeps its name, and so does what was lost: others may know it by that.
        let stands = recorded.and_then(|recorded| recorded_name(entry.schema, recorded, live.as_ref())).or_else(|| next.clone());
        let identity = match (recorded, standing) {
            (Some(recorded), _) if standing.is_some() || recorded.phase == Phase::Begun => {
                (stands, Some(recorded.mark.clone()), Some(recorded.inputs.clone()))
            }
            (Some(_), _) if live.is_none() => (stands, None, None),
            (Some(_) | None, _) => (next, None, None),
        };
        let wanted = self.resolve(desired, resource, entry, &identity);
        let Some(wanted) = wanted else { return };
        let (mut change, acts) = match standing {
            Some((recorded, live)) => self.existing(desired, resource, entry, recorded, live, wanted),
            None => self.absent(resource, entry, recorded, live.as_ref(), &wanted),
        };
        change.name = change.name.or(identity.0);
        let expected = self.given.facts.expected(&address.kind);
        let (roll, rolling) = if acts.contains(&Act::Roll) { (expected.roll, Outage::Rolling) } else { (0, Outage::None) };
        (change.expected, change.outage) = match change.action {
            Action::Create | Action::Run => (expected.create, Outage::None),
            Action::Deploy => (roll, rolling),
            Action::Update => {
                let fields = change.fields.iter().map(|change| change.field.as_str());
                (expected.update + roll, self.given.facts.outage(&address.kind, fields).max(rolling))
            }
            Action::Replace { create_first } => {
                (expected.create + expected.delete, if create_first { Outage::Drain } else { Outage::Hard })
            }
            Action::Delete => (expected.delete, Outage::Hard),
            Action::Adopt | Action::Forget | Action::Nothing => (0, Outage::None),
        };
        self.decided.insert(address.clone(), (change, acts));
    }

    /// What the file wants; a problem where that cannot be read.
    fn resolve(
        &mut self,
        desired: &Graph,
        resource: &Resource,
        entry: &Entry,
        identity: &(Option<String>, Option<String>, Option<Fields>),
    ) -> Option<Wanted> {
        let (name, mark, recorded) = identity;
        let identity = Identity { name: name.as_deref(), mark: mark.as_deref(), recorded: recorded.as_ref() };
        match wanted(entry, &desired.stack, resource, identity, self.resolver()) {
            Ok(wanted) => Some(wanted),
            Err(wrong) => {
                self.plan.problems.push(error::unreadable(resource, &wrong));
                None
            }
        }
    }

    /// A resource of the file that does not stand.
    fn absent(
        &mut self,
        resource: &Resource,
        entry: &Entry,
        recorded: Option<&Recorded>,
        live: Option<&AnyLive>,
        wanted: &Wanted,
    ) -> (Change, Vec<Act>) {
        let address = &resource.address;
        self.missing(resource, wanted);
        let foreseen = (entry.schema.foresee)(&wanted.fields, &self.given.facts.place);
        self.standing.0.insert(address.clone(), known(entry.schema, foreseen, None));
        let begun = recorded.is_some_and(|recorded| recorded.phase == Phase::Begun);
        let deleting = recorded.is_some_and(|recorded| recorded.phase == Phase::Deleting) && live.is_some();
        if begun {
            self.digests_do_not_create(resource, wanted);
            self.plan.notices.push(Notice::Unsettled { address: address.clone() });
        }
        let (action, reason, mut acts) = match recorded {
            Some(_) if deleting => (Action::Replace { create_first: false }, Reason::Unfinished, vec![Act::Delete, Act::Create]),
            Some(_) if begun => (Action::Create, Reason::Unfinished, vec![Act::Create]),
            Some(recorded) if recorded.phase == Phase::Deleting => (Action::Create, Reason::New, vec![Act::Create]),
            Some(_) => (Action::Create, Reason::Vanished, vec![Act::Create]),
            None => (Action::Create, Reason::New, vec![Act::Create]),
        };
        if self.recorded.resources.get(address).is_some_and(|recorded| !recorded.deposed.is_empty()) {
            acts.push(Act::DeleteDeposed);
        }
        let change = Change { fields: fields_given(entry, resource, wanted), ..change(address, action, reason, Some(resource)) };
        (change, acts)
    }

    /// A resource of the file that stands.
    fn existing(
        &mut self,
        desired: &Graph,
        resource: &Resource,
        entry: &Entry,
        recorded: &Recorded,
        live: &AnyLive,
        wanted: Wanted,
    ) -> (Change, Vec<Act>) {
        let address = &resource.address;
        let key = self.given.secrets.key.as_ref();
        let owned = owned_of(&self.owners, address, |other| self.stays(other));
        let meddled = self.given.facts.meddled(entry.schema.name, &recorded.outputs, &live.outputs);
        let seen = recorded.seen.as_ref();
        let sides = Sides { entry, resource, wanted: &wanted, recorded: Some(&recorded.inputs), seen, live, owned: &owned, meddled, key };
        let Diff { mut fields, notices } = diff(sides);
        fields.iter_mut().for_each(|field| field.replaces |= self.leaves(desired, resource, &field.field));
        self.plan.notices.extend(notices);
        if recorded.protect != resource.protect {
            self.plan.notices.push(Notice::Protection { address: address.clone(), protected: resource.protect });
        }
        self.missing(resource, &wanted);
        if fields.iter().any(|field| Some(field.field.as_str()) == meddled) {
            self.digests_do_not_create(resource, &wanted);
        }
        let unfinished = recorded.phase != Phase::Done;
        let forced = self.given.leave.replace.contains(address);
        let follows = fields.iter().filter(|field| field.replaces).find_map(|field| because(resource, field, |other| self.is_new(other)));
        let reason = match &follows {
            _ if forced => Reason::Forced,
            Some(other) => Reason::Follows(other.clone()),
            None if fields.iter().any(|field| !field.drift) => Reason::Asked,
            None if !fields.is_empty() => Reason::Drift,
            None if unfinished || !recorded.deposed.is_empty() => Reason::Unfinished,
            None => live.behind.clone().map_or(Reason::None, Reason::Behind),
        };
        if forced || fields.iter().any(|field| field.replaces) {
            let create_first = self.creates_first(resource, entry, &fields);
            let name = names::next(address, entry.schema, recorded.generation + 1);
            let identity = (name.clone(), None, Some(recorded.inputs.clone()));
            let next = self.resolve(desired, resource, entry, &identity).unwrap_or(wanted);
            let foreseen = (entry.schema.foresee)(&next.fields, &self.given.facts.place);
            self.standing.0.insert(address.clone(), known(entry.schema, foreseen, None));
            self.digests_do_not_create(resource, &next);
            let mut acts = if create_first { vec![Act::Create] } else { vec![Act::Delete, Act::Create] };
            if create_first || !recorded.deposed.is_empty() {
                acts.push(Act::DeleteDeposed);
            }
            return (Change { fields, name, ..change(address, Action::Replace { create_first }, reason, Some(resource)) }, acts);
        }
        let updates = !fields.is_empty() || unfinished;
        let outputs = live
            .outputs
            .iter()
            .filter(|(name, _)| !updates || entry.schema.outputs.field(name).is_some_and(|output| output.stable || output.identity));
        let outputs = outputs.map(|(name, datum)| (name.clone(), datum.clone())).collect();
        self.standing.0.insert(address.clone(), known(entry.schema, outputs, recorded.id.as_ref().map(|id| id.as_str())));
        let mut acts = match updates {
            true => vec![Act::Update],
            false if self.is_recorded(resource, recorded, live, &wanted) => Vec::new(),
            false => vec![Act::Record],
        };
        let by =
            |field: &FieldChange| entry.schema.rolls.iter().any(|rolls| rolls.by(&field.field, field.old.as_ref(), field.new.as_ref()));
        let rolls = live.behind.is_some() || fields.iter().any(by);
        if rolls {
            acts.push(Act::Roll);
        }
        let action = match (updates, recorded.deposed.is_empty()) {
            (true, true) => Action::Update,
            (_, false) => Action::Replace { create_first: true },
            (false, true) if rolls => Action::Deploy,
            (false, true) => Action::Nothing,
        };
        if !recorded.deposed.is_empty() {
            acts.push(Act::DeleteDeposed);
        }
        (Change { fields, ..change(address, action, reason, Some(resource)) }, acts)
    }

    /// Whether the record says all that a run would record.
    fn is_recorded(&self, resource: &Resource, recorded: &Recorded, live: &AnyLive, wanted: &Wanted) -> bool {
        let dependencies = self.dependencies.get(&resource.address);
        recorded.protect == resource.protect
            && recorded.purge == resource.purge
            && recorded.outputs == live.outputs
            && recorded.seen.as_ref() == Some(&self.seen(resource, live, wanted))
            && recorded.inputs == to_record(&wanted.fields, Some(&recorded.inputs), self.given.secrets)
            && dependencies.is_none_or(|dependencies| dependencies.keys().eq(recorded.dependencies.iter()))
    }

    /// What the cloud has in fields that the file does not give.
    fn seen(&self, resource: &Resource, live: &AnyLive, wanted: &Wanted) -> Fields {
        let none = BTreeMap::new();
        let owned = self.owners.get(&resource.address).unwrap_or(&none);
        let entry = self.given.facts.schemas.kind(&resource.address.kind);
        entry.map(|entry| seen(entry, &wanted.fields, owned, live)).unwrap_or_default()
    }

    /// Whether the next generation can stand beside the old one. One without a name of its own can where its key changes with
    /// the field that asks for it.
    fn creates_first(&self, resource: &Resource, entry: &Entry, changes: &[FieldChange]) -> bool {
        let keyed = match entry.schema.create {
            CreateClass::Natural => name_field(entry.schema.naming).is_none(),
            CreateClass::Upsert => true,
            CreateClass::Token | CreateClass::Tagged | CreateClass::Harmless => false,
        };
        let behind = |address: &Address| matches!(self.decided.get(address), Some((change, _)) if change.action == Action::Replace { create_first: false });
        let side_by_side = !keyed || changes.iter().any(|change| change.replaces);
        let same = |path: &&str| {
            let (field, inner) = path.split_once('.').unwrap_or((*path, ""));
            let value = resource.fields.get(field).map(|value| &value.data);
            let gives = match value {
                Some(Data::Record(fields)) if !inner.is_empty() => fields.contains_key(inner),
                value => value.is_some(),
            };
            gives && !changes.iter().any(|change| change.field == field)
        };
        let exclusive = |(kind, key): &(&str, &[&str])| *kind == entry.schema.name && key.iter().all(same);
        side_by_side && !self.given.facts.delete_first.iter().any(exclusive) && !resource.references().into_iter().any(behind)
    }

    /// The identity of what stands and is not about to be another one.
    fn stays(&self, address: &Address) -> Option<String> {
        if self.is_new(address) {
            return None;
        }
        self.recorded.resources.get(address)?.id.as_ref().map(ToString::to_string)
    }

    /// Whether the targets of a field are within something that is replaced, and which it cannot leave.
    fn leaves(&self, desired: &Graph, resource: &Resource, field: &str) -> bool {
        let kind = &resource.address.kind;
        let Some(anchored) = self.given.facts.anchored.iter().find(|anchored| anchored.kind == kind && anchored.field == field) else {
            return false;
        };
        let targets = resource.fields.get(field).map(|value| value.references()).unwrap_or_default();
        let through = targets.into_iter().filter_map(|target| desired.resources.get(target)?.fields.get(anchored.through));
        through.flat_map(|value| value.references()).any(|address| self.is_new(address))
    }

    fn is_new(&self, address: &Address) -> bool {
        self.decided.get(address).is_some_and(|(change, _)| matches!(change.action, Action::Create | Action::Replace { .. }))
    }

    /// Every recorded resource that the file does not have.
    fn unwanted(&mut self) {
        let unwanted: Vec<(&Address, &Recorded)> = {
            let wanted = |address: &Address| self.given.desired.is_some_and(|desired| desired.resources.contains_key(address));
            self.recorded.resources.iter().filter(|(address, _)| !wanted(address)).collect()
        };
        for (address, recorded) in unwanted {
            if self.given.facts.schemas.kind(&address.kind).is_none() {
                self.plan.problems.push(error::unknown_kind(address, None));
                continue;
            }
            let reason = if self.given.desired.is_some() { Reason::Removed } else { Reason::Destroyed };
            let mut acts = Vec::new();
            if recorded.phase != Phase::Absent {
                acts.push(Act::Delete);
            }
            if !recorded.deposed.is_empty() {
                acts.push(Act::DeleteDeposed);
            }
            let expected = self.given.facts.expected(&address.kind).delete;
            let change = Change { expected, outage: Outage::Hard, ..change(address, Action::Delete, reason, None) };
            self.decided.insert(address.clone(), (change, acts));
        }
    }

    /// What the outputs of the stack become.
    fn outputs(&mut self, desired: &Graph) {
        let names: BTreeSet<&String> = desired.outputs.keys().chain(self.recorded.outputs.keys()).collect();
        for name in names {
            let value = desired.outputs.get(name);
            let new = value.map(|value| self.resolver().resolve(value, None).datum);
            let old = self.recorded.outputs.get(name);
            let moves = |address: &Address| self.decided.get(address).is_none_or(|(change, _)| change.action != Action::Nothing);
            let changes = match &new {
                Some(new) if !new.is_known() => value.is_some_and(|value| value.references().into_iter().any(moves)),
                Some(new) => !canonical::same(Some(new), old, self.given.secrets.key.as_ref()),
                None => old.is_some(),
            };
            if changes {
                self.plan.outputs.push(OutputChange { name: name.clone(), old: old.cloned(), new });
            }
        }
    }

    fn missing(&mut self, resource: &Resource, wanted: &Wanted) {
        for (field, input) in &wanted.missing {
            let span = resource.fields.get(field).map_or(resource.span, |value| value.span);
            self.missing.push(error::MissingSecret { input: input.clone(), address: resource.address.clone(), span });
        }
    }

    /// What is made anew needs its secrets: a digest of them is not enough.
    fn digests_do_not_create(&mut self, resource: &Resource, wanted: &Wanted) {
        for (name, datum) in &wanted.fields {
            let Some(value) = resource.fields.get(name).filter(|_| !canonical::is_readable(datum) && canonical::is_secret(datum)) else {
                continue;
            };
            for input in self.resolver().resolve(value, None).missing {
                self.missing.push(error::MissingSecret { input, address: resource.address.clone(), span: value.span });
            }
        }
    }

    fn live(&self, address: &Address) -> Option<&AnyLive> {
        self.given.live.of(self.before.get(address).unwrap_or(address))
    }

    fn resolver(&self) -> Resolver<'_> {
        Resolver { standing: &self.standing, answers: self.given.answers, secrets: self.given.secrets }
    }
}

/// The AWS name that stands.
fn recorded_name(schema: &KindSchema, recorded: &Recorded, live: Option<&AnyLive>) -> Option<String> {
    let field = name_field(schema.naming)?;
    let of = |fields: &Fields| fields.get(field).and_then(Datum::as_str).map(str::to_string);
    live.and_then(|live| of(&live.inputs)).or_else(|| of(&recorded.inputs))
}

fn known(schema: &KindSchema, outputs: Fields, id: Option<&str>) -> Known {
    let identity = outputs.get(schema.identity()).and_then(Datum::as_str).or(id).map(str::to_string);
    Known { identity, outputs }
}

fn change(address: &Address, action: Action, reason: Reason, resource: Option<&Resource>) -> Change {
    Change {
        address: address.clone(),
        action,
        fields: Vec::new(),
        reason,
        outage: Outage::None,
        expected: 0,
        name: None,
        span: resource.map(|resource| resource.span),
        needs: Vec::new(),
    }
}
