//! One resource through all of its cases.

use libtest_mimic::Failed;
use wcalang_aws::SCHEMAS;
use wcalang_engine::plan::{Action, Change, FieldChange, Notice, Plan};
use wcalang_model::kind::Outage;
use wcalang_model::value::{Address, Datum, Graph, Resource};

use super::super::emulator::Emulator;
use super::cases::{Case, Section, Value};
use super::leaves::{Leaf, leaves};
use super::stack::{Stack, compile, shown};
use super::table::outage;
use crate::programs::read;

/// Runs the cases of a section; all that does not hold is told at once.
pub fn run(section: &Section) -> Result<(), Failed> {
    let emulator = Emulator::take(&["one.example.com", "two.example.com"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let wrong = runtime.block_on(async {
        let stack = Stack::new(emulator.port()).await;
        let program = read(&format!("{}/base.wca", super::FOLDER));
        let mut running = Running { section, program, stack, kept: Vec::new(), wrong: Vec::new() };
        for case in &section.cases {
            if let Err(why) = running.case(case).await {
                running.wrong.push(format!("{}: {why}", case.name()));
            }
        }
        if let Err(why) = running.renamed() {
            running.wrong.push(format!("name: {why}"));
        }
        if let Err(why) = running.stack.destroy().await {
            running.wrong.push(why);
        }
        running.wrong
    });
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n\n").into()) }
}

struct Running<'a> {
    section: &'a Section,
    program: String,
    stack: Stack,
    /// What the resource needed once, and others beside it: they stay.
    kept: Vec<Address>,
    wrong: Vec<String>,
}

impl Running<'_> {
    fn address(&self) -> Address {
        Address::new(&self.section.kind, &self.section.resource)
    }

    /// The program in which the resource is given this.
    fn text(&self, given: &str) -> String {
        let binding = format!("  {}-given = ", self.section.resource);
        let mut found = false;
        let lines = self.program.lines().map(|line| {
            if !line.starts_with(&binding) {
                return line.to_string();
            }
            found = true;
            format!("{binding}{given};")
        });
        let text: Vec<String> = lines.collect();
        assert!(found, "base.wca has no line {binding:?}");
        text.join("\n")
    }

    fn graph(&mut self, given: &str) -> Result<Graph, String> {
        let mut kept = vec![self.address()];
        kept.extend(self.kept.iter().cloned());
        let graph = compile(&self.text(given), &kept)?;
        self.kept = graph.resources.keys().cloned().collect();
        Ok(graph)
    }

    /// A field through its values.
    async fn case(&mut self, case: &Case) -> Result<(), String> {
        let entry = SCHEMAS.kind(&self.section.kind).ok_or("no such kind")?;
        let path = case.name();
        let leaf = leaves(entry.schema).into_iter().find(|leaf| leaf.path == path);
        // A record as a whole is what its field is.
        let leaf = leaf.or_else(|| {
            let field = entry.schema.inputs.field(case.field())?;
            let (replaces, write_only, create_only) = (field.replace, field.write_only, field.create_only);
            Some(Leaf { path, field: field.name, replaces, write_only, create_only, name: false })
        });
        let leaf = leaf.ok_or("no such field")?;
        let graph = self.graph(&case.given_at_first())?;
        self.stack.look_up(&graph).await?;
        let plan = self.stack.plan(&graph);
        if !plan.is_empty() {
            self.stack.apply(&graph, &plan).await.map_err(|why| format!("at first: {why}\n{}", shown(&plan)))?;
            self.settled(&graph).map_err(|why| format!("at first: {why}"))?;
        }
        let first = self.stack.live(&self.address(), leaf.field).cloned();
        for value in &case.values {
            let said = value.text.as_deref().unwrap_or("absent");
            let graph = self.graph(&case.given_with(Some(value)))?;
            self.stack.look_up(&graph).await?;
            self.change(&leaf, value, &graph, first.as_ref()).await.map_err(|why| format!("{said}: {why}"))?;
        }
        Ok(())
    }

    /// From the value before to this one.
    async fn change(&mut self, leaf: &Leaf, value: &Value, graph: &Graph, first: Option<&Datum>) -> Result<(), String> {
        let (address, plan) = (self.address(), self.stack.plan(graph));
        let computed =
            SCHEMAS.kind(&address.kind).and_then(|entry| entry.schema.inputs.field(leaf.field)).is_some_and(|field| field.computed);
        if leaf.create_only {
            let told = plan.notices.iter().any(|notice| matches!(notice, Notice::CreateOnly { field, .. } if field == leaf.field));
            let recorded = self.stack.state().resources.get(&address).is_some_and(|recorded| recorded.inputs.contains_key(leaf.field));
            return if plan.is_empty() && (told || !recorded) {
                Ok(())
            } else {
                Err(format!("a change of it is not ignored\n{}", shown(&plan)))
            };
        }
        let gives = graph.resources.get(&address).is_some_and(|resource| resource.fields.contains_key(leaf.field));
        if value.same || (computed && !gives) {
            return if plan.is_empty() { Ok(()) } else { Err(format!("a difference that is none\n{}", shown(&plan))) };
        }
        self.says(&plan, leaf, value)?;
        let before = self.stack.live(&address, leaf.field).cloned();
        self.stack.apply(graph, &plan).await.map_err(|why| format!("{why}\n{}", shown(&plan)))?;
        self.settled(graph)?;
        let after = self.stack.live(&address, leaf.field).cloned();
        if leaf.write_only {
            return Ok(());
        }
        let unread = self.section.unread.iter().any(|(field, _)| field == leaf.field);
        match (self.stack.reads(&address, leaf.field), unread) {
            (false, false) => return Err("it is not read".to_string()),
            (true, true) => return Err("it is read, and the cases say that it is not".to_string()),
            (false, true) => return Ok(()),
            (true, false) => {}
        }
        let recorded = self.stack.state().resources.get(&address).and_then(|recorded| recorded.inputs.get(leaf.field));
        if before == after {
            return Err(format!("what is there stays {}", text(after.as_ref())));
        }
        if recorded.is_some_and(|recorded| after.as_ref().is_none_or(|after| !agrees(recorded, after))) {
            return Err(format!("there is {}, and not {}", text(after.as_ref()), text(recorded)));
        }
        if value.text.is_none() && value.with.is_none() && after.as_ref() != first {
            return Err(format!("left out it is {}, and not {} as at first", text(after.as_ref()), text(first)));
        }
        Ok(())
    }

    /// That a plan changes the resource as the schema says, and besides at most what refers to it.
    fn says(&self, plan: &Plan, leaf: &Leaf, value: &Value) -> Result<(), String> {
        let wrong = |why: &str| Err(format!("{why}\n{}", shown(plan)));
        let address = self.address();
        let Some(change) = plan.change(&address) else { return wrong("it is not in the plan") };
        let replaced = match change.action {
            Action::Update => false,
            Action::Replace { .. } => true,
            Action::Create | Action::Delete | Action::Adopt | Action::Forget | Action::Deploy | Action::Run | Action::Nothing => {
                return wrong(&format!("the plan says {}", change.action.verb()));
            }
        };
        if replaced != leaf.replaces && value.with.is_none() {
            return wrong(&format!("the plan says {}, the schema does not", change.action.verb()));
        }
        let entry = SCHEMAS.kind(&address.kind);
        let rolls = entry.map(|entry| entry.schema.rolls).unwrap_or_default();
        let by = |field: &FieldChange| rolls.iter().any(|rolls| rolls.by(&field.field, field.old.as_ref(), field.new.as_ref()));
        let stays = rolls.iter().any(|rolls| rolls.field() == leaf.field) && !change.fields.iter().any(by);
        let expected = entry.and_then(|entry| if stays { Some(Outage::None) } else { outage(entry.schema, leaf) });
        if value.with.is_none() && !value.whole && Some(change.outage) != expected {
            return wrong(&format!("the plan says that the outage is {}", change.outage.as_str()));
        }
        let fields: Vec<&str> =
            change.fields.iter().map(|change| change.field.as_str()).filter(|field| *field != "tags" || leaf.field == "tags").collect();
        if !fields.contains(&leaf.field) || (fields.len() > 1 && value.with.is_none()) {
            return wrong(&format!("the plan changes {fields:?}"));
        }
        // What the new value refers to may have to be made first; nothing that stands is changed, but for what this one bounds.
        let bounded = |stray: &Address, of: &FieldChange| {
            plan.notices.iter().any(|notice| {
                matches!(notice, Notice::NotOurs { address: at, field, owner, inside: false, .. }
                    if at == stray && *field == of.field && *owner == address)
            })
        };
        let stray = |change: &&Change| {
            let ours = change.address == address || change.fields.iter().all(|field| bounded(&change.address, field));
            change.action == Action::Update && !ours
        };
        if let Some(stray) = plan.changes.iter().find(stray) {
            return wrong(&format!("the plan changes {} too", stray.address));
        }
        Ok(())
    }

    /// That another name is another resource.
    fn renamed(&mut self) -> Result<(), String> {
        let case = self.section.cases.last().ok_or("there are no cases")?;
        let mut graph = self.graph(&case.given_at_first())?;
        let old = self.address();
        let new = Address::new(&old.kind, "renamed");
        graph.resources.retain(|_, resource| !resource.references().contains(&old));
        let resource = graph.resources.remove(&old).ok_or("it is not in the graph")?;
        graph.resources.insert(new.clone(), Resource { address: new.clone(), ..resource });
        let plan = self.stack.plan(&graph);
        let action = |address: &Address| plan.change(address).map(|change| change.action);
        let holds = action(&old) == Some(Action::Delete) && action(&new) == Some(Action::Create);
        if holds { Ok(()) } else { Err(format!("another name is not another resource\n{}", shown(&plan))) }
    }

    /// That nothing is left to do.
    fn settled(&self, graph: &Graph) -> Result<(), String> {
        let plan = self.stack.plan(graph);
        if plan.is_empty() { Ok(()) } else { Err(format!("the plan after it is not empty\n{}", shown(&plan))) }
    }
}

/// Whether what was wanted is there. Beside it a record may have what AWS chose, where nothing was said: that the plan is empty says
/// that there is no more.
fn agrees(wanted: &Datum, live: &Datum) -> bool {
    match (wanted.as_record(), live.as_record()) {
        (Some(wanted), Some(live)) => wanted.iter().all(|(name, wanted)| live.get(name).is_some_and(|live| agrees(wanted, live))),
        _ => wanted == live,
    }
}

fn text(datum: Option<&Datum>) -> String {
    datum.map_or("nothing".to_string(), |datum| datum.to_json().to_string())
}
