//! A stack in an account: compiled, surveyed, planned and applied by the engine itself, in this process.

use std::time::Duration;

use wcalang_aws::{ANCHORED, Connection, DELETE_FIRST, NOTICED, OWNERSHIP, SCHEMAS, VERSIONED, connect};
use wcalang_engine::apply::{Interrupt, Means, RunEvent, apply, survey};
use wcalang_engine::lookup::{Pins, resolve};
use wcalang_engine::plan::{Answers, Facts, Given, Leave, Plan, Secrets, Style, Survey, destroy, plan, show};
use wcalang_engine::state::{DigestKey, Journal, MemoryJournal, State};
use wcalang_model::diag::Severity;
use wcalang_model::kind::Cx;
use wcalang_model::source::{OsWorld, World};
use wcalang_model::value::{Address, Datum, Fields, Graph, Lookup};

use crate::programs::check;

/// How long an apply may take. What an emulator does not do at once it does never.
const PATIENCE: Duration = Duration::from_secs(40);

/// A stack, its records, and what stands.
pub struct Stack {
    cx: Cx,
    facts: Facts,
    journal: MemoryJournal,
    secrets: Secrets,
    answers: Vec<(Lookup, Fields)>,
    live: Survey,
}

impl Stack {
    /// Nothing yet, in the account behind this port.
    pub async fn new(port: u16) -> Self {
        let keys = Some(("x".to_string(), "x".to_string()));
        let endpoint = Some(format!("http://127.0.0.1:{port}"));
        let cx = connect(&Connection { region: Some("us-west-2".to_string()), endpoint, keys }).await.unwrap();
        let place = cx.place.clone();
        let facts = Facts {
            schemas: SCHEMAS,
            ownership: OWNERSHIP,
            versioned: VERSIONED,
            anchored: ANCHORED,
            delete_first: DELETE_FIRST,
            noticed: NOTICED,
            expected: &[],
            place,
        };
        let secrets = Secrets { key: Some(DigestKey::new(&OsWorld)), ..Secrets::default() };
        Self { cx, facts, journal: MemoryJournal::new(State::new("fields")), secrets, answers: Vec::new(), live: Survey::default() }
    }

    /// What is recorded.
    pub fn state(&self) -> &State {
        self.journal.state()
    }

    /// A field as the cloud had it when it was last surveyed; none too where it cannot be read.
    pub fn live(&self, address: &Address, field: &str) -> Option<&Datum> {
        self.live.of(address)?.inputs.get(field)
    }

    /// Whether the last survey could read a field.
    pub fn reads(&self, address: &Address, field: &str) -> bool {
        self.live.of(address).is_some_and(|live| !live.unread.contains(&field))
    }

    /// Asks what a program looks up.
    pub async fn look_up(&mut self, graph: &Graph) -> Result<(), String> {
        let answered = resolve(&self.cx, &SCHEMAS, wcalang_lang::lookups(graph), &mut Pins::default()).await;
        self.answers = answered.answers;
        answered.faults.first().map_or(Ok(()), |(lookup, fault)| Err(format!("lookup.{}: {fault}", lookup.name)))
    }

    fn answer(&self, lookup: &Lookup, output: &str) -> Option<Datum> {
        self.answers.iter().find(|(asked, _)| asked == lookup)?.1.get(output).cloned()
    }

    /// What would be done.
    pub fn plan(&self, graph: &Graph) -> Plan {
        let answers = |lookup: &Lookup, output: &str| self.answer(lookup, output);
        plan(self.given(Some(graph), self.state(), &self.leave(), &answers))
    }

    /// Does it, and surveys what stands then.
    pub async fn apply(&mut self, graph: &Graph, plan: &Plan) -> Result<(), String> {
        let done = self.execute(Some(graph), plan).await;
        self.survey().await.and(done)
    }

    /// Surveys.
    pub async fn survey(&mut self) -> Result<(), String> {
        self.live = survey(&self.cx, SCHEMAS, self.state(), &mut |_| {}).await.map_err(|fault| format!("survey: {fault}"))?;
        Ok(())
    }

    /// Deletes everything.
    pub async fn destroy(&mut self) -> Result<(), String> {
        self.survey().await?;
        let plan = destroy(self.state(), &self.live, &self.leave(), &self.facts);
        self.execute(None, &plan).await?;
        let left: Vec<String> = self.state().resources.keys().map(Address::to_string).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("destroy leaves {left:?}")) }
    }

    async fn execute(&mut self, graph: Option<&Graph>, plan: &Plan) -> Result<(), String> {
        let recorded = self.state().clone();
        let mut journal = self.journal.clone();
        let leave = self.leave();
        let interrupt = Interrupt::default();
        let means = Means { cx: &self.cx, random: &|| OsWorld.random(), interrupt: &interrupt, limits: &[] };
        let mut waits = String::new();
        let mut told = |event| {
            if let RunEvent::Waiting { address, why } = event {
                waits = format!("{address}: {why}");
            }
        };
        let answers = |lookup: &Lookup, output: &str| self.answer(lookup, output);
        let run = apply(self.given(graph, &recorded, &leave, &answers), plan, &mut journal, means, &mut told);
        let run = tokio::time::timeout(PATIENCE, run).await;
        self.journal = journal;
        let run = run.map_err(|_| format!("apply does not end; it waits for {waits}"))?;
        if run.exit() == 0 {
            return Ok(());
        }
        let failed: Vec<String> =
            run.failed.iter().map(|failure| format!("{} {:?}: {}", failure.address, failure.act, failure.fault)).collect();
        let refused = plan.problems.0.iter().chain(&plan.refusals.0).map(|problem| problem.message.clone()).collect::<Vec<_>>();
        Err(format!("apply fails: {}{}", failed.join("; "), refused.join("; ")))
    }

    fn given<'a>(&'a self, desired: Option<&'a Graph>, recorded: &'a State, leave: &'a Leave, answers: Answers<'a>) -> Given<'a> {
        Given { desired, recorded, live: &self.live, answers, secrets: &self.secrets, leave, facts: &self.facts }
    }

    /// Everything may go: what a replacement of what holds data needs.
    fn leave(&self) -> Leave {
        Leave { destroy: self.state().resources.keys().cloned().collect(), ..Leave::default() }
    }
}

/// A plan as people see it.
pub fn shown(plan: &Plan) -> String {
    show(plan, &SCHEMAS, Style::Plain)
}

/// Compiles a program, and keeps what these resources of it need.
pub fn compile(text: &str, kept: &[Address]) -> Result<Graph, String> {
    let program = check("base.wca", text, &[]);
    let problems: Vec<_> = program.compiled.problems.0.iter().filter(|problem| problem.severity == Severity::Error).cloned().collect();
    if !problems.is_empty() {
        return Err(crate::shown::problems(&problems, &program.files, program.file));
    }
    let mut graph = program.compiled.graph.ok_or("no stack")?;
    let mut wanted: Vec<Address> = kept.to_vec();
    let mut index = 0;
    while index < wanted.len() {
        let resource = graph.resources.get(&wanted[index]).ok_or_else(|| format!("{} is not in base.wca", wanted[index]))?;
        let more = resource.references().into_iter().filter(|address| !wanted.contains(address)).cloned().collect::<Vec<_>>();
        wanted.extend(more);
        index += 1;
    }
    graph.resources.retain(|address, _| wanted.contains(address));
    Ok(graph)
}
