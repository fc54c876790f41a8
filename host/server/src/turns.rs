//! One event at a time for each instance (C180); all instances side by side.
//!
//! A fixed number of locks, so that a million instances cost no memory; two instances on one lock only wait a little.

use std::hash::{BuildHasher, RandomState};

use tokio::sync::{Mutex, MutexGuard};

const LOCKS: usize = 1_024;

/// The locks.
pub struct Turns {
    locks: Vec<Mutex<()>>,
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        Self { locks: (0..LOCKS).map(|_| Mutex::new(())).collect(), hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits for the instance's turn and holds it.
    pub async fn take(&self, instance_id: &str) -> Option<MutexGuard<'_, ()>> {
        let place = usize::try_from(self.hasher.hash_one(instance_id) % LOCKS as u64).ok()?;
        Some(self.locks.get(place)?.lock().await)
    }
}
