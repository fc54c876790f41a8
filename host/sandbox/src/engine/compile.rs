//! Compiling a component, in this process or in a child that has its own limits.
//!
//! Not here: keeping the result (`engine/cache.rs`).

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use wasmtime::Engine;

use crate::limits::Limits;

/// How long a child may take. A Python component of 18 MB takes 20 s on two cores.
const CHILD_TIMEOUT: Duration = Duration::from_secs(300);
/// How often a child is asked whether it is done.
const CHILD_POLL: Duration = Duration::from_millis(20);

/// Where components are compiled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CompileWith {
    /// Here.
    #[default]
    InProcess,
    /// In a child process: this program with these arguments, then the path of the component and the path to write
    /// the artefact to. The child calls [`precompile_file`]; limits of memory and CPU time are its own to set.
    Command {
        /// The program, usually the host's own.
        program: std::path::PathBuf,
        /// Arguments before the two paths.
        arguments: Vec<String>,
    },
}

/// The child's side of [`CompileWith::Command`]: compiles a component and writes the artefact.
///
/// # Errors
/// When a file cannot be read or written, or the component does not compile.
pub fn precompile_file(component: &Path, artefact: &Path, limits: &Limits) -> Result<()> {
    let wasm = std::fs::read(component).with_context(|| format!("reading `{}`", component.display()))?;
    let engine = super::build(limits, 1).map_err(plain)?;
    let compiled = engine.precompile_component(&wasm).map_err(plain)?;
    std::fs::write(artefact, compiled).with_context(|| format!("writing `{}`", artefact.display()))
}

/// Compiles to an artefact for this engine.
pub(crate) fn compile(engine: &Engine, wasm: &[u8], with: &CompileWith) -> Result<Vec<u8>> {
    match with {
        CompileWith::InProcess => engine.precompile_component(wasm).map_err(plain),
        CompileWith::Command { program, arguments } => compile_in_child(wasm, program, arguments),
    }
}

fn compile_in_child(wasm: &[u8], program: &Path, arguments: &[String]) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir().context("making a folder for the compiling child")?;
    let (component, artefact) = (folder.path().join("component.wasm"), folder.path().join("component.cwasm"));
    let words = folder.path().join("words");
    std::fs::write(&component, wasm).context("writing the component for the compiling child")?;
    let mut child = Command::new(program)
        .args(arguments)
        .arg(&component)
        .arg(&artefact)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&words).context("making a file for the compiling child")?)
        .spawn()
        .with_context(|| format!("starting the compiling child `{}`", program.display()))?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().context("waiting for the compiling child")? {
            break status;
        }
        if started.elapsed() > CHILD_TIMEOUT {
            child.kill().context("ending the compiling child")?;
            child.wait().context("waiting for the compiling child")?;
            bail!("compiling took longer than {} s", CHILD_TIMEOUT.as_secs());
        }
        thread::sleep(CHILD_POLL);
    };
    if !status.success() {
        let said = std::fs::read_to_string(&words).unwrap_or_default();
        bail!("the compiling child ended with {status}: {}", said.trim());
    }
    std::fs::read(&artefact).context("reading the artefact of the compiling child")
}

/// wasmtime's errors are their own type; their words are what matters.
pub(crate) fn plain(error: wasmtime::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}
