//! The thread that counts epochs.
//!
//! Not here: what a call does when its epoch is over (`call/deadline.rs`).

use std::thread;

use wasmtime::Engine;

use crate::limits::TICK;

/// Starts the thread. It ends by itself once the engine is gone.
pub(super) fn start(engine: &Engine) -> std::io::Result<()> {
    let weak = engine.weak();
    thread::Builder::new().name("countersign-epoch".to_owned()).spawn(move || {
        loop {
            thread::sleep(TICK);
            let Some(engine) = weak.upgrade() else { break };
            engine.increment_epoch();
        }
    })?;
    Ok(())
}
