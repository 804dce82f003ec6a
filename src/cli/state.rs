//! `wcalang state`: what is recorded, read without a lock and without asking AWS.

use wcalang_engine::state::{LocalStore, Phase, State};
use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;
use wcalang_model::source::{OsWorld, World};
use wcalang_model::value::Datum;

use crate::cli::args::{StackArgs, StateAction};
use crate::cli::out::Out;
use crate::cli::session::{Offline, address, folder, no_state, offline, say_notices};
use crate::cli::{Exit, Stop};

/// Shows what is recorded.
pub fn run(action: &StateAction, out: &mut Out) -> Result<Exit, Box<Stop>> {
    match action {
        StateAction::List(args) => list(args, out),
        StateAction::Show { address: text, stack } => show(text, stack, out),
    }
}

fn list(args: &StackArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let state = recorded(args, out)?;
    for (address, resource) in &state.resources {
        let id = resource.id.as_ref().map_or("", |id| id.as_str());
        let unfinished = resource.phase != Phase::Done;
        let mark = if unfinished { format!("  ({})", format!("{:?}", resource.phase).to_lowercase()) } else { String::new() };
        out.print(&format!("{address} {id}{mark}\n"));
    }
    Ok(Exit::Fine)
}

fn show(text: &str, args: &StackArgs, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let address = address(text)?;
    let state = recorded(args, out)?;
    let Some(resource) = state.resources.get(&address) else {
        let known: Vec<String> = state.resources.keys().map(ToString::to_string).collect();
        let near = nearest(text, known.iter().map(String::as_str));
        let help = near.map_or_else(|| "`wcalang state list` lists all".to_string(), |near| format!("did you mean {near}?"));
        return Err(Problem::error(&machine::NOTHING_KNOWN, format!("nothing is recorded of {address}")).help(help).into());
    };
    let dependencies: Vec<String> = resource.dependencies.iter().map(ToString::to_string).collect();
    let whole = serde_json::json!({
        "address": address.to_string(), "id": resource.id.as_ref().map(|id| id.as_str()), "phase": format!("{:?}", resource.phase).to_lowercase(),
        "generation": resource.generation, "protect": resource.protect, "purge": resource.purge, "dependencies": dependencies,
        "inputs": Datum::Record(resource.inputs.clone()).to_json(), "outputs": Datum::Record(resource.outputs.clone()).to_json(),
        "deposed": resource.deposed.iter().map(|deposed| deposed.id.as_str()).collect::<Vec<_>>(),
    });
    out.print(&format!("{whole:#}\n"));
    Ok(Exit::Fine)
}

/// The recorded state of a stack.
pub fn recorded(args: &StackArgs, out: &mut Out) -> Result<State, Box<Stop>> {
    let Offline { program, graph, .. } = offline(args, out)?;
    let emulated = args.sandbox || OsWorld.env("AWS_ENDPOINT_URL").is_some_and(|url| !url.is_empty());
    let beside = folder(&program.path);
    let keys = LocalStore::find(&beside, &graph.stack.region, &graph.stack.name, emulated);
    let account = graph.stack.account.as_ref();
    let keys: Vec<_> = keys.into_iter().filter(|key| account.is_none_or(|account| *account == key.place.account)).collect();
    match keys.as_slice() {
        [] => Ok(State::new(graph.stack.name.clone())),
        [key] => {
            let opened = LocalStore::new(&beside, key.clone()).read().map_err(|error| no_state(&error))?;
            say_notices(&opened.notices, out);
            Ok(opened.content)
        }
        many => {
            let accounts: Vec<&str> = many.iter().map(|key| key.place.account.as_str()).collect();
            let message = format!("{} is recorded in several accounts: {}", graph.stack.name, accounts.join(", "));
            Err(Problem::error(&machine::BAD_ARGUMENT, message).help("give the stack its `account`").into())
        }
    }
}
