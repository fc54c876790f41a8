//! How long a guest may compute, and what happens at each epoch.
//!
//! Epochs reach a guest that computes; host calls are bounded by the call's own deadline (`call/invoke.rs` and each
//! capability). Not here: the thread that counts epochs (`engine/ticker.rs`).

use tokio::time::Instant;
use wasmtime::{Store, UpdateDeadline};

use super::state::CallState;

/// Arms a fresh store: every epoch the guest computes is counted, and the thread given back to others.
pub(crate) fn arm(store: &mut Store<CallState>) {
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut store| {
        let state = store.data_mut();
        state.guest_ticks_left = state.guest_ticks_left.saturating_sub(1);
        if state.guest_ticks_left == 0 || Instant::now() >= state.deadline {
            return Err(state.time_out());
        }
        Ok(UpdateDeadline::Yield(1))
    });
}
