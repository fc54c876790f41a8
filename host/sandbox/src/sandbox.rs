//! The sandbox of a process: one engine, one linker, the cache, and room for so many calls at once.
//!
//! Not here: the steps of admission (`admission.rs`) and running a call (`call.rs`).

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::Linker;

use crate::admission::{self, AdmissionError, Inspection};
use crate::call::state::CallState;
use crate::engine::cache::Cache;
use crate::engine::compile::{CompileWith, plain};
use crate::engine::{self, linker};
use crate::limits::Limits;
use crate::provider::Provider;

/// How a sandbox is set up.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// Where compiled components are kept between starts; none compiles at every start.
    pub cache_dir: Option<PathBuf>,
    /// What a component and a call may use.
    pub limits: Limits,
    /// Calls running at once; further ones wait. About 10,900 is the cap that Linux's `vm.max_map_count` sets.
    pub max_calls: u32,
    /// Where components are compiled.
    pub compile_with: CompileWith,
}

/// Admits components and makes room for their calls.
pub struct Sandbox {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<CallState>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) cache: Option<Cache>,
    pub(crate) compile_with: CompileWith,
    pub(crate) room: Semaphore,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            cache_dir: None,
            limits: Limits::default(),
            max_calls: 1_000,
            compile_with: CompileWith::InProcess,
        }
    }
}

impl Sandbox {
    /// Builds the engine and opens the cache.
    ///
    /// # Errors
    /// When the engine cannot reserve its address space, or the cache folder cannot be used.
    pub fn new(config: SandboxConfig) -> anyhow::Result<Arc<Self>> {
        let max_calls = config.max_calls.max(1);
        let engine =
            engine::build(&config.limits, max_calls).map_err(plain).context("building the wasm engine")?;
        let linker = linker::build(&engine).map_err(plain).context("linking the capabilities")?;
        let cache = config.cache_dir.as_deref().map(|folder| Cache::open(folder, &engine)).transpose()?;
        let room = Semaphore::new(usize::try_from(max_calls)?);
        let (limits, compile_with) = (Arc::new(config.limits), config.compile_with);
        Ok(Arc::new(Self { engine, linker, limits, cache, compile_with, room }))
    }

    /// Checks a component and makes it ready for calls. Compiles unless the cache knows it: seconds for large
    /// components, so call it where blocking is allowed.
    ///
    /// # Errors
    /// The first step of admission that refuses, in words.
    pub fn admit(self: &Arc<Self>, bytes: &[u8]) -> Result<Arc<Provider>, AdmissionError> {
        admission::admit(self, bytes)
    }

    /// Reads what can be read of a component, refused or not.
    #[must_use]
    pub fn inspect(self: &Arc<Self>, bytes: &[u8]) -> Inspection {
        admission::inspect(self, bytes)
    }

    /// What a component and a call may use.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}
