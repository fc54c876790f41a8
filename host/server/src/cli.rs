//! The command line: one file per command, each with its arguments and a `run`.
//!
//! Commands that act on instances talk to a running host over its API; only `serve`, `demo`, `check`, `schema`,
//! `inspect`, `diff`, `approve`, `conformance`, `selftest`, `record`, `new`, `bench`, `explain`, `backup verify` and `call`
//! with `--data` work by themselves.

mod approve;
mod attach;
mod audit;
mod backup;
mod bench;
mod breaker;
mod call;
mod case;
mod check;
mod compile_component;
mod conformance;
mod connect;
mod demo;
mod diff;
mod edit;
mod explain;
mod fetch;
mod inbox;
mod incident;
mod inspect;
mod list;
mod new;
mod press;
mod record;
mod restore;
mod schema;
mod selftest;
pub mod serve;
mod show;
mod sources;
mod start;
mod status;
mod take;
mod timers;
pub mod view;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

pub use connect::Connect;

/// Runs document-signing workflows whose e-signature providers are sandboxed WebAssembly components.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, arg_required_else_help = true)]
pub struct Cli {
    /// How to write the log on stderr.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    log: LogFormat,
    #[command(subcommand)]
    command: Command,
}

/// Formats of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Carry one document from a form to a signed PDF, against a simulated provider on this machine.
    Demo(demo::Demo),
    /// Run the host: API, timers and calls.
    Serve(serve::Serve),
    /// Check a workflow definition and tell every problem with its line.
    Check(check::Check),
    /// Print the JSON Schema of workflow definitions, or of a file of a conformance case.
    Schema(schema::Schema),
    /// Show what a provider component is, needs and asks for.
    Inspect(inspect::Inspect),
    /// Show what a component asks for beyond another: 0 nothing more, 1 more, 2 one of them cannot be read.
    Diff(diff::Diff),
    /// Approve what a provider component asks for: show the difference and write the lock file.
    Approve(approve::Approve),
    /// Run a provider component against fixtures, without a network: 0 as expected, 1 not, 2 a file is wrong.
    Conformance(conformance::Conformance),
    /// Run what this build promises to hold against: 0 it held, 1 it did not, 2 the configuration is wrong.
    Selftest(selftest::Selftest),
    /// Run one action over a connection, for real, and make a conformance case of it.
    Record(record::Record),
    /// Begin a provider: a folder that builds and passes its first cases.
    New(new::New),
    /// Start an instance of a workflow.
    Start(start::Start),
    /// Change the form of an instance.
    Edit(edit::Edit),
    /// Take a path.
    Take(take::Take),
    /// Press a button.
    Press(press::Press),
    /// Show an instance: form, history, what can be done.
    Show(show::Show),
    /// List instances.
    List(list::List),
    /// List the data sources of a connection, or the rows of one.
    Sources(sources::Sources),
    /// Add a file to an instance.
    Attach(attach::Attach),
    /// Fetch a file of an instance.
    Fetch(fetch::Fetch),
    /// Show when timers will fire.
    Timers(timers::Timers),
    /// Show what one run of an action asked of the provider.
    Call(call::Call),
    /// List what needs a person, show the evidence, and answer it.
    Incident(incident::Incident),
    /// List what providers posted, show it, and deal with what found no instance.
    Inbox(inbox::Inbox),
    /// Show who did what.
    Audit(audit::Audit),
    /// Copy everything durable of a running host into a directory, or check such a copy.
    Backup(backup::Backup),
    /// Take over what a host that was started on a backup, or whose disk lost commits, cannot know.
    Restore(restore::Restore),
    /// Let the calls of a connection go on before its provider is tried again.
    Breaker(breaker::Breaker),
    /// Show how a host is.
    Status(status::Status),
    /// Measure this build against the limit of this machine.
    Bench(bench::Bench),
    /// Explain an error code.
    Explain(explain::Explain),
    #[command(hide = true)]
    CompileComponent(compile_component::CompileComponent),
}

impl Cli {
    /// The format of the log.
    pub fn log(&self) -> LogFormat {
        self.log
    }

    /// What is logged unless `RUST_LOG` says otherwise: a server tells what it does, a command only what is wrong.
    pub fn log_filter(&self) -> &'static str {
        match &self.command {
            Command::Serve(_) => "warn,countersign=info",
            // What goes wrong in it goes wrong on purpose.
            Command::Bench(bench) if bench.is_simulation() => "off",
            _ => "warn",
        }
    }

    /// The exit code of a command that could not do its work.
    pub fn failure(&self) -> ExitCode {
        // 1 says that a component is not as its cases say, or asks for more than another, or that something did not hold.
        if matches!(self.command, Command::Conformance(_) | Command::Diff(_) | Command::Selftest(_)) {
            ExitCode::from(2)
        } else {
            ExitCode::FAILURE
        }
    }

    /// Runs the command.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let done = match self.command {
            Command::Conformance(command) => return command.run().await,
            Command::Diff(command) => return command.run(),
            Command::Selftest(command) => return command.run().await,
            Command::Demo(command) => command.run().await,
            Command::Serve(command) => command.run().await,
            Command::Check(command) => command.run(),
            Command::Schema(command) => command.run(),
            Command::Inspect(command) => command.run(),
            Command::Record(command) => command.run().await,
            Command::New(command) => command.run(),
            Command::Approve(command) => command.run(),
            Command::Start(command) => command.run().await,
            Command::Edit(command) => command.run().await,
            Command::Take(command) => command.run().await,
            Command::Press(command) => command.run().await,
            Command::Show(command) => command.run().await,
            Command::List(command) => command.run().await,
            Command::Sources(command) => command.run().await,
            Command::Attach(command) => command.run().await,
            Command::Fetch(command) => command.run().await,
            Command::Timers(command) => command.run().await,
            Command::Call(command) => command.run().await,
            Command::Incident(command) => command.run().await,
            Command::Inbox(command) => command.run().await,
            Command::Audit(command) => command.run().await,
            Command::Backup(command) => command.run().await,
            Command::Restore(command) => command.run().await,
            Command::Breaker(command) => command.run().await,
            Command::Status(command) => command.run().await,
            Command::Bench(command) => command.run().await,
            Command::Explain(command) => command.run(),
            Command::CompileComponent(command) => command.run(),
        };
        done.map(|()| ExitCode::SUCCESS)
    }
}
