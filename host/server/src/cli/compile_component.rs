//! `countersign compile-component`: the child in which a component is compiled, within limits of its own.
//!
//! Started by the host (`host/open.rs`), not by people.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use countersign_sandbox::{Limits, precompile_file};
use rustix::process::{Resource, Rlimit, setrlimit};

/// Memory for data. Address space stays free: the engine reserves much of it and uses little.
const DATA_BYTES_MAX: u64 = 4 << 30;
/// Computing time. A Python component of 18 MB takes 20 s.
const CPU_SECONDS_MAX: u64 = 240;

/// Compile a component (used by the host itself).
#[derive(Debug, Args)]
pub struct CompileComponent {
    component: PathBuf,
    artefact: PathBuf,
}

impl CompileComponent {
    /// Limits this process, then compiles.
    pub fn run(self) -> anyhow::Result<()> {
        for (resource, most) in [(Resource::Data, DATA_BYTES_MAX), (Resource::Cpu, CPU_SECONDS_MAX)] {
            let limit = Rlimit { current: Some(most), maximum: Some(most) };
            setrlimit(resource, limit).context("the compiling process could not limit itself")?;
        }
        precompile_file(&self.component, &self.artefact, &Limits::default())
    }
}
