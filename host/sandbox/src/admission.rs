//! Admission: from a component's bytes to a provider that may be called. Each step has its own error, in words.
//!
//! size → wasm → component → contract version → exports → imports → string encoding → compile (or the cache) →
//! types → resources → manifest. Not here: whether an operator wants it (the lock file and the grant, `host/server`).

mod error;
mod exports;
pub(crate) mod manifest;
mod surface;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};
use wasmtime::component::{Component, InstancePre};

pub use error::{AdmissionError, ForbiddenImport};

use crate::call::describe_and_list;
use crate::call::state::CallState;
use crate::capability::http::grant::Rule;
use crate::contract::Failure;
use crate::contract::data_sources::Source;
use crate::contract::manifest::Description;
use crate::engine::compile;
use crate::provider::{Functions, Provider, Resources};
use crate::sandbox::Sandbox;
use surface::Surface;

/// What can be told of a component, admitted or refused.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Inspection {
    /// SHA-256 of its bytes, lower-case hex.
    pub digest: String,
    /// Size of its file in bytes.
    pub size: u64,
    /// The contract version it was built for.
    pub contract: Option<String>,
    /// Names of what it imports.
    pub imports: Vec<String>,
    /// Names of what it exports.
    pub exports: Vec<String>,
    /// What one instance takes.
    pub resources: Option<Resources>,
    /// What it says of itself.
    pub manifest: Option<Description>,
    /// The lists it offers.
    pub data_sources: Vec<Source>,
    /// Why it is refused; none when it would be admitted.
    pub refusal: Option<String>,
    /// The refusal's code, for `countersign explain`.
    pub refusal_code: Option<&'static str>,
}

/// Runs every step.
pub(crate) fn admit(sandbox: &Arc<Sandbox>, bytes: &[u8]) -> Result<Arc<Provider>, AdmissionError> {
    steps(sandbox, bytes, &mut Inspection::of(bytes)).map(Arc::new)
}

/// Runs every step and tells how far it came.
pub(crate) fn inspect(sandbox: &Arc<Sandbox>, bytes: &[u8]) -> Inspection {
    let mut seen = Inspection::of(bytes);
    if let Err(refusal) = steps(sandbox, bytes, &mut seen) {
        seen.refusal_code = Some(refusal.code());
        seen.refusal = Some(refusal.to_string());
    }
    seen
}

impl Inspection {
    fn of(bytes: &[u8]) -> Self {
        Self {
            digest: hex::encode(Sha256::digest(bytes)),
            size: bytes.len() as u64,
            contract: None,
            imports: Vec::new(),
            exports: Vec::new(),
            resources: None,
            manifest: None,
            data_sources: Vec::new(),
            refusal: None,
            refusal_code: None,
        }
    }
}

fn steps(sandbox: &Arc<Sandbox>, bytes: &[u8], seen: &mut Inspection) -> Result<Provider, AdmissionError> {
    surface::check_size(bytes, &sandbox.limits)?;
    let surface = Surface::read(bytes)?;
    (seen.imports, seen.exports) = (surface.imports.clone(), surface.exports.clone());
    seen.contract = surface.contract();
    surface.check()?;

    let (component, from_cache) = load(sandbox, &seen.digest, bytes)?;
    let resources = resources(&component);
    seen.resources = Some(resources);
    let pre = sandbox.linker.instantiate_pre(&component).map_err(|error| exports::mismatched(&error))?;
    let functions = exports::find(&pre)?;
    let (manifest, sources) = read_manifest(sandbox, &pre, &functions).map_err(AdmissionError::Unreadable)?;
    (seen.manifest, seen.data_sources) = (Some(manifest.clone()), sources.clone());
    manifest::check(&manifest, &sources).map_err(AdmissionError::Manifest)?;
    Ok(Provider {
        digest: seen.digest.clone(),
        rules: rules(&manifest),
        manifest,
        imports: surface.imports,
        exports: surface.exports,
        size: seen.size,
        resources,
        sandbox: Arc::clone(sandbox),
        pre,
        functions,
        sources,
        from_cache,
    })
}

/// The compiled component, from the cache when it knows it.
fn load(sandbox: &Sandbox, digest: &str, bytes: &[u8]) -> Result<(Component, bool), AdmissionError> {
    let cached = sandbox.cache.as_ref().and_then(|cache| cache.load(digest));
    if let Some(artefact) = cached {
        match deserialize(sandbox, &artefact) {
            Ok(component) => return Ok((component, true)),
            Err(error) => tracing::warn!(%error, "a cached artefact could not be loaded; compiling again"),
        }
    }
    let refused = |error: anyhow::Error| AdmissionError::Compile(format!("{error:#}"));
    let artefact = compile::compile(&sandbox.engine, bytes, &sandbox.compile_with).map_err(refused)?;
    // Freshly compiled for this engine, it can only be larger than the pool's slots, which are the limits of a call.
    let component = deserialize(sandbox, &artefact)
        .map_err(|error| AdmissionError::Resources(error.root_cause().to_string()))?;
    if let Some(cache) = &sandbox.cache
        && let Err(error) = cache.store(digest, &artefact)
    {
        tracing::warn!(%error, "the compiled component could not be kept; the next start compiles again");
    }
    Ok((component, false))
}

/// Loads compiled code that this host made: just now, or earlier with the proof of the cache's key.
fn deserialize(sandbox: &Sandbox, artefact: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `artefact` was written by `compile` for this engine, in this process, in a child of the host's own
    // binary, or by an earlier run whose HMAC the cache verified over these very bytes. They are copied, not mapped,
    // so nobody can change them afterwards.
    #[allow(unsafe_code)]
    unsafe {
        Component::deserialize(&sandbox.engine, artefact)
    }
}

fn resources(component: &Component) -> Resources {
    const PAGE_BYTES: u64 = 64 * 1024;
    // None is answered only for components that import core modules, which have been refused by then.
    let Some(required) = component.resources_required() else { return Resources::default() };
    Resources {
        memories: required.num_memories,
        memory_bytes: required.max_initial_memory_size.unwrap_or(0).saturating_mul(PAGE_BYTES),
        tables: required.num_tables,
        table_elements: required.max_initial_table_size.unwrap_or(0),
    }
}

/// Reads the manifest on a thread of its own, so that admission works inside and outside of async code.
fn read_manifest(
    sandbox: &Sandbox,
    pre: &InstancePre<CallState>,
    functions: &Functions,
) -> Result<(Description, Vec<Source>), Failure> {
    let host = |what: &str| Failure::fault("host", format!("the host could not start {what}"));
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
            runtime.map_err(|_| host("a runtime"))?.block_on(describe_and_list(sandbox, pre, functions))
        });
        reading.join().unwrap_or_else(|_| Err(host("the component")))
    })
}

fn rules(manifest: &Description) -> BTreeMap<String, Arc<[Rule]>> {
    let of = |egress: &[_]| egress.iter().filter_map(|rule| Rule::parse(rule).ok()).collect();
    manifest.actions.iter().map(|action| (action.name.clone(), of(&action.egress))).collect()
}
