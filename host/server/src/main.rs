//! The binary `countersign`: reads the arguments, sets up the log, runs the command.

// Nothing is reachable from outside a binary; here `pub` says what other rooms may use.
#![allow(unreachable_pub)]

mod api;
mod audit;
mod bench;
mod catalogue;
mod changes;
mod cli;
mod client;
mod clock;
mod compiling;
mod config;
mod connections;
mod definitions;
mod demo;
mod error;
mod failpoint;
mod files;
mod gate;
mod host;
mod inbox;
mod journal;
mod lock;
mod main_loop;
mod once;
mod orphans;
mod perform;
mod polling;
mod problem;
mod recorded;
mod recovery;
mod scaffold;
mod selection;
mod serve;
mod timers;
mod turns;
mod unwritten;
mod webhook;

use std::io::IsTerminal;
use std::process::ExitCode;

use anstream::eprintln;
use clap::Parser;
use cli::{Cli, LogFormat};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr(cli.log(), cli.log_filter());
    let failure = cli.failure();
    match cli.run().await {
        Ok(code) => code,
        Err(error) => {
            let bad = cli::view::BAD;
            eprintln!("{bad}error:{bad:#} {error:#}");
            failure
        }
    }
}

/// Logs to stderr; `RUST_LOG` chooses what.
fn log_to_stderr(format: LogFormat, default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let colours = std::io::stderr().is_terminal();
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    match format {
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().init(),
    }
}
