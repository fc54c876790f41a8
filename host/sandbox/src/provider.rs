//! An admitted component: what it says of itself, and the way into its exports.
//!
//! Not here: admitting it (`admission.rs`) and running a call (`call.rs`).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentExportIndex, InstancePre};

use crate::call::state::CallState;
use crate::capability::http::grant::Rule;
use crate::contract::data_sources::Source;
use crate::contract::manifest::Description;
use crate::sandbox::Sandbox;

/// A component that passed admission.
pub struct Provider {
    /// SHA-256 of the component's bytes, lower-case hex.
    pub digest: String,
    /// What it says of itself.
    pub manifest: Description,
    /// Names of the interfaces it imports.
    pub imports: Vec<String>,
    /// Names of the interfaces it exports.
    pub exports: Vec<String>,
    /// Size of its file in bytes.
    pub size: u64,
    /// What one instance takes.
    pub resources: Resources,
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) pre: InstancePre<CallState>,
    pub(crate) functions: Functions,
    pub(crate) sources: Vec<Source>,
    pub(crate) rules: BTreeMap<String, Arc<[Rule]>>,
    pub(crate) from_cache: bool,
}

/// What one instance of a component takes before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Resources {
    /// Linear memories.
    pub memories: u32,
    /// Bytes of the largest memory at the start.
    pub memory_bytes: u64,
    /// Tables.
    pub tables: u32,
    /// Elements of the largest table at the start.
    pub table_elements: u64,
}

/// The functions of the contract, looked up once.
pub(crate) struct Functions {
    pub(crate) describe: ComponentExportIndex,
    pub(crate) list: ComponentExportIndex,
    pub(crate) rows: ComponentExportIndex,
    pub(crate) read: ComponentExportIndex,
    pub(crate) send_for_signature: ComponentExportIndex,
    pub(crate) get_document_status: ComponentExportIndex,
    pub(crate) get_recipient_statuses: ComponentExportIndex,
    pub(crate) get_document: ComponentExportIndex,
    pub(crate) get_signing_link: ComponentExportIndex,
    pub(crate) send_reminders: ComponentExportIndex,
    pub(crate) withdraw_document: ComponentExportIndex,
    pub(crate) list_changes: ComponentExportIndex,
}

impl Provider {
    /// The lists it offers, read at admission (they are pure).
    #[must_use]
    pub fn data_sources(&self) -> &[Source] {
        &self.sources
    }

    /// True when its compiled form came from the cache of an earlier start.
    #[must_use]
    pub fn compiled_from_cache(&self) -> bool {
        self.from_cache
    }

    /// The sandbox that admitted it.
    #[must_use]
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("id", &self.manifest.id)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}
