//! `clock`: the time the call began, frozen.
//!
//! Not here: WASI's clocks, which show the same (`capability/wasi.rs`).

use crate::call::state::CallState;

/// `clock.now`
pub(crate) fn now(state: &mut CallState) -> wasmtime::Result<u64> {
    state.work("clock.now")?;
    Ok(u64::try_from(state.now_ms).unwrap_or(0))
}
