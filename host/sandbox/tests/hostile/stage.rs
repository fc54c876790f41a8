//! The hostile component admitted once, and stages that nothing but their transport gives a meaning.
//!
//! Not here: the stage itself and the provider it talks to (`countersign_sandbox::selftest`, `loopback.rs`).
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use countersign_sandbox::connection::Connection;
use countersign_sandbox::selftest::Stage;
use countersign_sandbox::transport::Transport;
use countersign_sandbox::{Limits, Provider, Sandbox, SandboxConfig};

/// More memory than a call usually has, so that lists of 100 MB reach the host's own bounds.
fn limits() -> Limits {
    Limits { memory_bytes_max: 256 * 1024 * 1024, guest_time_ms: 60_000, ..Limits::default() }
}

/// A sandbox with room for so many calls.
pub(crate) fn sandbox(limits: Limits, max_calls: u32) -> Arc<Sandbox> {
    Sandbox::new(SandboxConfig { limits, max_calls, ..SandboxConfig::default() }).unwrap()
}

/// The hostile component, compiled once for all tests of a binary.
pub(crate) fn hostile() -> Arc<Provider> {
    static ADMITTED: OnceLock<Arc<Provider>> = OnceLock::new();
    let admit = || sandbox(limits(), 16).admit(countersign_components::hostile()).unwrap();
    Arc::clone(ADMITTED.get_or_init(admit))
}

/// A stage whose connection has the role `api` and nothing else.
pub(crate) fn set(transport: Arc<dyn Transport>) -> Stage {
    let connection = Connection::for_replay("hostile", BTreeMap::new(), ["api"]).unwrap();
    Stage::over(Arc::new(connection), transport)
}
