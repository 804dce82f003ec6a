//! The command line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use wcalang_lang::inputs::Given;

/// The heading of options that every command has.
const EVERYWHERE: &str = "Options of every command";

/// What stands below the list of commands.
const AFTER_HELP: &str = "\
Without an AWS account:
  wcalang init                        writes main.wca, the smallest stack
  wcalang check                       finds its mistakes
  wcalang apply --sandbox             makes it in an emulator on this machine
  wcalang doc                         lists all that a file can contain

Exit codes:
  0 fine    1 a mistake    2 changes are pending    3 refused    4 incomplete: apply again
  5 the saved plan is stale    6 another run holds the state    130 interrupted, or answered with no";

/// One file describes a container platform on AWS: checked before it is applied, applied without fear.
#[derive(Debug, Parser)]
#[command(name = "wcalang", version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Args {
    /// How problems are shown: `human` (drawn), `short` (one line each), `json` (one object a line), `sarif` or `github` (annotations).
    #[arg(long, global = true, value_enum, default_value_t = ProblemFormat::Human, hide_possible_values = true, help_heading = EVERYWHERE)]
    pub format: ProblemFormat,
    /// Whether to use colours: `auto` (on a terminal, unless NO_COLOR is set), `always` or `never`.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, hide_possible_values = true, help_heading = EVERYWHERE)]
    pub color: Color,
    #[command(subcommand)]
    pub command: Command,
}

/// How problems are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProblemFormat {
    /// Drawn with the lines they are about.
    Human,
    /// One line each.
    Short,
    /// One JSON object a line.
    Json,
    /// A SARIF document.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A command. Only the options of the one that is called are made; what it takes below has no documentation of its own, which clap
/// would show in place of the command's.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Write a first file: the smallest stack.
    Init {
        /// The file to write.
        #[arg(default_value = "main.wca")]
        file: PathBuf,
    },
    /// Find the mistakes in a file, without asking AWS.
    ///
    /// All of the file is evaluated, for every member of inputs such as `"prod" | "staging"`. Secrets are not needed.
    Check(CheckArgs),
    /// Format files as everyone writes them.
    Fmt(FmtArgs),
    /// Show what `apply` would do; change nothing.
    ///
    /// Exit code 0: nothing to do, 2: changes are pending, 3: refused.
    Plan(PlanArgs),
    /// Show what was changed behind our back; change nothing.
    ///
    /// What the file gives, and what has a default, is set back by an apply. Another field is told, left, and counted from there.
    /// Exit code 0: nothing, 2: something was.
    Drift(DriftArgs),
    /// Make the cloud as the file says.
    ///
    /// Shows the plan and asks first. A run that was interrupted is finished by the next one. In the place of a file it takes a plan
    /// that `plan --out` has saved; exit code 5 if something has moved since.
    Apply(ApplyArgs),
    /// Delete everything that the stack made.
    ///
    /// Works from what is recorded; of the file it needs only whose it is, and no secrets. Refuses while something is protected.
    Destroy(DestroyArgs),
    /// Show the outputs of the stack, as the last apply recorded them.
    Output(OutputArgs),
    /// Ask the cloud for the answers of lookups, and pin them in the lock file, with the address blocks that are allocated.
    Lock(LockArgs),
    /// Show the value of an expression or a file as JSON.
    ///
    /// What is known only later stands in angle brackets. A secret is never shown.
    Eval(EvalArgs),
    /// Explain the code of a problem, with an example; without a code, list them.
    Explain {
        /// `E0301`, or its name.
        code: Option<String>,
    },
    /// The manual: one page about a name; without a name, the list of all.
    Doc {
        /// A library module (`vpc`), kind (`ec2.Vpc`), lookup (`certificate`) or function (`map`), or `stack`.
        name: Option<String>,
    },
    /// Draw what needs what, as a picture or for Graphviz or Mermaid; with --plan, what an apply would do.
    Graph(GraphArgs),
    /// Show what is recorded of the stack.
    State {
        #[command(subcommand)]
        action: StateAction,
    },
    /// Start or stop the sandbox, a local emulator of AWS.
    Sandbox {
        #[command(subcommand)]
        action: SandboxAction,
    },
    /// Write the completions of a shell to standard output.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

// What to check.
#[derive(Debug, Group)]
pub struct CheckArgs {
    #[command(flatten)]
    pub file: FileArgs,
    /// Mend what can be mended for certain, in the file; what is left is shown.
    #[arg(long)]
    pub fix: bool,
}

// A file and its inputs.
#[derive(Debug, Group)]
pub struct FileArgs {
    /// The file; the only `.wca` file of the folder where none is given.
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub inputs: InputArgs,
}

// The values of a file's inputs.
#[derive(Debug, Clone, Default, Group)]
pub struct InputArgs {
    /// The value of an input. It goes before a file of --vars, which goes before WCALANG_VAR_name of the environment.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub var: Vec<String>,
    /// A TOML or JSON file with values of inputs. Of several, a later one goes before an earlier one.
    #[arg(long = "vars", value_name = "FILE")]
    pub vars: Vec<PathBuf>,
    /// The values of a saved plan, which stand for all others that are not secret.
    #[arg(skip)]
    pub saved: Option<BTreeMap<String, Given>>,
}

// What to format.
#[derive(Debug, Group)]
pub struct FmtArgs {
    /// The files; `-` for standard input to standard output.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Change nothing; exit 2 where something would change.
    #[arg(long)]
    pub check: bool,
    /// Change nothing; show what would change, and exit 2 where something would.
    #[arg(long)]
    pub diff: bool,
}

// What to evaluate.
#[derive(Debug, Group)]
pub struct EvalArgs {
    /// A file, evaluated with its inputs.
    pub file: Option<PathBuf>,
    /// An expression.
    #[arg(short, long, conflicts_with = "file")]
    pub expr: Option<String>,
    /// Show the value of the file as it is: it need not be a stack.
    #[arg(long, conflicts_with = "expr")]
    pub value: bool,
    #[command(flatten)]
    pub inputs: InputArgs,
}

// A stack in the cloud.
#[derive(Debug, Clone, Group)]
pub struct StackArgs {
    /// The file; the only `.wca` file of the folder where none is given.
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub inputs: InputArgs,
    /// Use the sandbox, a local emulator of AWS, instead of AWS; it is started if it does not run.
    #[arg(long)]
    pub sandbox: bool,
    /// Show results as JSON, one document a line, in place of text.
    #[arg(long)]
    pub json: bool,
    /// Write results as JSON to this file, besides showing them as text.
    #[arg(long, value_name = "FILE")]
    pub json_into: Option<PathBuf>,
}

// What to plan.
#[derive(Debug, Clone, Group)]
pub struct PlanArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    #[command(flatten)]
    pub leave: LeaveArgs,
    /// Save the plan in this file, for `apply FILE`. It holds no secrets: they are given again to `apply`.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

// Of what to show the drift.
#[derive(Debug, Clone, Group)]
pub struct DriftArgs {
    #[command(flatten)]
    pub stack: StackArgs,
}

// What to apply.
#[derive(Debug, Clone, Group)]
pub struct ApplyArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    #[command(flatten)]
    pub leave: LeaveArgs,
    /// Go on without asking.
    #[arg(long, short)]
    pub yes: bool,
}

// What to destroy.
#[derive(Debug, Clone, Group)]
pub struct DestroyArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    /// Let this resource go though it is protected: `rds.Instance/main`. May be repeated.
    #[arg(long, value_name = "ADDRESS")]
    pub allow_destroy: Vec<String>,
    /// Do not ask.
    #[arg(long, short)]
    pub yes: bool,
}

// What is given leave for.
#[derive(Debug, Clone, Group)]
pub struct LeaveArgs {
    /// Let this resource go though it is protected or holds data: `rds.Instance/main`. May be repeated.
    #[arg(long, value_name = "ADDRESS")]
    pub allow_destroy: Vec<String>,
    /// Make this resource anew, whether or not it differs. May be repeated.
    #[arg(long, value_name = "ADDRESS")]
    pub replace: Vec<String>,
}

// Which outputs to show.
#[derive(Debug, Clone, Group)]
pub struct OutputArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    /// Show only this output.
    #[arg(long, short)]
    pub name: Option<String>,
    /// Show it as plain text, without quotes; needs --name.
    #[arg(long, requires = "name")]
    pub raw: bool,
}

// What to pin.
#[derive(Debug, Clone, Group)]
pub struct LockArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    /// Ask again for what is pinned already.
    #[arg(long)]
    pub update: bool,
}

// What to show of the state.
#[derive(Debug, Clone, Subcommand)]
pub enum StateAction {
    /// List the addresses of resources and what AWS calls them.
    List(StackArgs),
    /// Show all that is recorded of one resource, as JSON.
    Show {
        /// The address: `ec2.Vpc/main`.
        address: String,
        #[command(flatten)]
        stack: StackArgs,
    },
}

// What to draw.
#[derive(Debug, Group)]
pub struct GraphArgs {
    #[command(flatten)]
    pub file: FileArgs,
    /// As what: `svg` is a picture, `dot` is for Graphviz.
    #[arg(id = "as", long, value_enum, default_value_t = GraphFormat::Dot)]
    pub format: GraphFormat,
    /// Ask the cloud, and colour each resource by what an apply would do to it; what would be deleted is drawn too.
    #[arg(long)]
    pub plan: bool,
    /// With --plan: use the sandbox instead of AWS.
    #[arg(long, requires = "plan")]
    pub sandbox: bool,
}

/// In which language a graph is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// Graphviz.
    Dot,
    /// Mermaid.
    Mermaid,
    /// A picture.
    Svg,
}

// What to do with the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum SandboxAction {
    /// Start it, unless it runs.
    Start,
    /// End it, with everything in it.
    Stop,
    /// Say whether and where it runs.
    Status,
}
