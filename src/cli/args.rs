//! The command line.

use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand, ValueEnum};

/// One file describes a container platform on AWS: checked before it is applied, applied without fear.
#[derive(Debug, Parser)]
#[command(name = "wcalang", version, propagate_version = true, max_term_width = 100)]
pub struct Args {
    /// How problems are shown: drawn, one line each (`file:line:column: error[E0301]: …`), or as JSON.
    #[arg(long, global = true, value_enum, default_value_t = ProblemFormat::Human)]
    pub format: ProblemFormat,
    /// Whether to use colours; NO_COLOR is honoured too.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
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

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a first file.
    Init {
        /// The file to write.
        #[arg(default_value = "main.wca")]
        file: PathBuf,
    },
    /// Check a file: everything in it, for every member of its finite inputs, without asking AWS.
    Check(FileArgs),
    /// Format files.
    Fmt(FmtArgs),
    /// Show what `apply` would do; exit 2 where that is anything.
    Plan(PlanArgs),
    /// Make the cloud as the file says.
    Apply(ApplyArgs),
    /// Delete everything that the stack made.
    Destroy(ApplyArgs),
    /// Show the outputs of the stack.
    Output(OutputArgs),
    /// Ask the cloud for the answers of lookups, and pin them in the lock file.
    Lock(LockArgs),
    /// Evaluate an expression, or a file, and show the value.
    Eval(EvalArgs),
    /// Explain a code such as E0301; without one, list them.
    Explain {
        /// The code or its name.
        code: Option<String>,
    },
    /// Show the documentation of a kind, module, function or lookup; without a name, list them.
    Doc {
        /// `vpc`, `ec2.Vpc`, `map`, `certificate`
        name: Option<String>,
    },
    /// Show the resources of a file and what needs what.
    Graph(GraphArgs),
    /// What is recorded of the stack.
    State {
        #[command(subcommand)]
        action: StateAction,
    },
    /// The sandbox, a local emulator of AWS.
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

/// A file and its inputs.
#[derive(Debug, Group)]
pub struct FileArgs {
    /// The file; the only `.wca` file of the folder where none is given.
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub inputs: InputArgs,
}

/// The values of a file's inputs.
#[derive(Debug, Clone, Default, Group)]
pub struct InputArgs {
    /// The value of an input; it goes before a `--vars` file and the environment (WCALANG_VAR_name).
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub var: Vec<String>,
    /// A TOML or JSON file with values of inputs; of several, the later goes first.
    #[arg(long = "vars", value_name = "FILE")]
    pub vars: Vec<PathBuf>,
}

/// What to format.
#[derive(Debug, Group)]
pub struct FmtArgs {
    /// The files; `-` for standard input to standard output.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Change nothing; exit 2 where something would change.
    #[arg(long)]
    pub check: bool,
}

/// What to evaluate.
#[derive(Debug, Group)]
pub struct EvalArgs {
    /// A file, evaluated with its inputs.
    pub file: Option<PathBuf>,
    /// An expression.
    #[arg(short, long, conflicts_with = "file")]
    pub expr: Option<String>,
    #[command(flatten)]
    pub inputs: InputArgs,
}

/// A stack in the cloud.
#[derive(Debug, Clone, Group)]
pub struct StackArgs {
    /// The file; the only `.wca` file of the folder where none is given.
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub inputs: InputArgs,
    /// In the sandbox, a local emulator of AWS, which is started where none runs.
    #[arg(long)]
    pub sandbox: bool,
    /// Results as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What to plan.
#[derive(Debug, Clone, Group)]
pub struct PlanArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    #[command(flatten)]
    pub leave: LeaveArgs,
}

/// What to apply.
#[derive(Debug, Clone, Group)]
pub struct ApplyArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    #[command(flatten)]
    pub leave: LeaveArgs,
    /// Do not ask.
    #[arg(long, short)]
    pub yes: bool,
}

/// What is given leave for.
#[derive(Debug, Clone, Group)]
pub struct LeaveArgs {
    /// This one may be destroyed though it is protected or holds data: `rds.Instance/main`.
    #[arg(long, value_name = "ADDRESS")]
    pub allow_destroy: Vec<String>,
    /// Replace this one.
    #[arg(long, value_name = "ADDRESS")]
    pub replace: Vec<String>,
}

/// Which outputs to show.
#[derive(Debug, Clone, Group)]
pub struct OutputArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    /// Only this one.
    #[arg(long, short)]
    pub name: Option<String>,
    /// As plain text, without quotes; needs --name.
    #[arg(long, requires = "name")]
    pub raw: bool,
}

/// What to pin.
#[derive(Debug, Clone, Group)]
pub struct LockArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    /// Ask again for what is pinned already.
    #[arg(long)]
    pub update: bool,
}

/// What to show of the state.
#[derive(Debug, Clone, Subcommand)]
pub enum StateAction {
    /// The addresses and identities.
    List(StackArgs),
    /// All that is recorded of one resource.
    Show {
        /// `ec2.Vpc/main`
        address: String,
        #[command(flatten)]
        stack: StackArgs,
    },
}

/// What to draw.
#[derive(Debug, Group)]
pub struct GraphArgs {
    #[command(flatten)]
    pub file: FileArgs,
    /// In which language.
    #[arg(long = "as", value_enum, default_value_t = GraphFormat::Dot)]
    pub format: GraphFormat,
}

/// In which language a graph is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// Graphviz.
    Dot,
    /// Mermaid.
    Mermaid,
}

/// What to do with the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum SandboxAction {
    /// Start it, unless it runs.
    Start,
    /// End it, with everything in it.
    Stop,
    /// Say whether and where it runs.
    Status,
}
