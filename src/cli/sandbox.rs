//! `wcalang sandbox`: the local emulator of AWS.

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::machine;

use crate::cli::args::SandboxAction;
use crate::cli::out::Out;
use crate::cli::{Exit, Stop};
use crate::sandbox::{self, SandboxError, Stopped};

/// Where an emulated account is, if nobody says otherwise.
pub const REGION: &str = "us-east-1";

/// Starts, ends, or shows it.
pub fn run(action: &SandboxAction, out: &mut Out) -> Result<Exit, Box<Stop>> {
    let result = match action {
        SandboxAction::Start => sandbox::start(&[], REGION, &mut |line| out.say(line)).map(|sandbox| running(&sandbox)),
        SandboxAction::Stop => sandbox::stop().map(|stopped| match stopped {
            Stopped::Ended(sandbox) => format!("the sandbox at {} has ended\n", sandbox.endpoint),
            Stopped::NotRunning => "no sandbox runs\n".to_string(),
        }),
        SandboxAction::Status => Ok(sandbox::status().map_or_else(|| "no sandbox runs\n".to_string(), |sandbox| running(&sandbox))),
    };
    out.print(&result.map_err(problem)?);
    Ok(Exit::Fine)
}

fn running(sandbox: &sandbox::Sandbox) -> String {
    format!("the sandbox runs at {} (process {})\n", sandbox.endpoint, sandbox.pid)
}

/// Why there is no sandbox, as a problem.
pub fn problem(error: SandboxError) -> Box<Stop> {
    Problem::error(&machine::NO_SANDBOX, error.what).help(error.help).into()
}
