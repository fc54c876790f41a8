//! One event at a time for each instance (C180); all instances side by side.
//!
//! A fixed number of places, so that a million instances cost no memory; two instances at one place only wait a little.
//! Each place remembers the one instance that was last committed there, so that its next event need not load it.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use countersign_workflow::instance::Instance;
use tokio::sync::futures::Notified;
use tokio::sync::{Mutex, MutexGuard, Notify};

const PLACES: usize = 1_024;
/// Larger instances are loaded each time: remembering must not take more than some 16 MiB of JSON in all.
const REMEMBERED_BYTES_MAX: usize = 16 * 1024;

/// The places.
pub struct Turns {
    first: Place,
    others: Vec<Place>,
    hasher: RandomState,
}

#[derive(Default)]
struct Place {
    remembered: Mutex<Option<Arc<Instance>>>,
    moved: Notify,
}

/// The turn of one instance: while it is held, no other event is applied to it.
pub struct Turn<'a> {
    remembered: MutexGuard<'a, Option<Arc<Instance>>>,
}

impl Default for Turns {
    fn default() -> Self {
        let others = (1..PLACES).map(|_| Place::default()).collect();
        Self { first: Place::default(), others, hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits for the instance's turn and holds it.
    pub async fn take(&self, instance_id: &str) -> Turn<'_> {
        Turn { remembered: self.place(instance_id).remembered.lock().await }
    }

    /// Wakes whoever waits for a commit of this instance.
    pub fn tell(&self, instance_id: &str) {
        self.place(instance_id).moved.notify_waiters();
    }

    /// Ends with the next commit of this instance told after now; now and then with another's.
    pub fn moved(&self, instance_id: &str) -> Notified<'_> {
        self.place(instance_id).moved.notified()
    }

    fn place(&self, instance_id: &str) -> &Place {
        let number = usize::try_from(self.hasher.hash_one(instance_id) % PLACES as u64).unwrap_or_default();
        number.checked_sub(1).and_then(|other| self.others.get(other)).unwrap_or(&self.first)
    }
}

impl Turn<'_> {
    /// The instance as it was last committed, when it is remembered.
    pub fn recall(&self, instance_id: &str) -> Option<Arc<Instance>> {
        self.remembered.clone().filter(|instance| instance.id == instance_id)
    }

    /// Takes the instance out. What comes of the next commit is unknown until it is told, also when nobody waits for
    /// the answer any more: until then the store alone knows.
    pub fn forget(&mut self, instance_id: &str) -> Option<Arc<Instance>> {
        self.remembered.take().filter(|instance| instance.id == instance_id)
    }

    /// Remembers an instance that was committed under this turn, unless it is large.
    pub fn remember(&mut self, instance: &Arc<Instance>, json_bytes: usize) {
        *self.remembered = (json_bytes <= REMEMBERED_BYTES_MAX).then(|| instance.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countersign_workflow::instance::Instance;
    use serde_json::json;

    use super::{REMEMBERED_BYTES_MAX, Turns};

    fn instance(id: &str) -> Arc<Instance> {
        let instance = json!({
            "id": id, "number": 1, "workflow": "w", "definition": "d", "connections": {}, "version": 1, "step": "s",
            "entered-at-ms": 0, "phase": {"phase": "resting"}, "form": {"fields": {}, "lists": {}, "attachments": []},
            "timers": {}, "pressed-at-ms": {}, "incident": null, "waiting": [], "unfinished-documents": {},
            "calls": 0, "rows": 0,
        });
        Arc::new(serde_json::from_value::<Instance>(instance).unwrap_or_else(|error| panic!("{error}")))
    }

    #[tokio::test]
    async fn what_was_committed_is_recalled_until_the_next_event_is_under_way() {
        let turns = Turns::default();
        turns.take("a").await.remember(&instance("a"), 100);
        assert_eq!(turns.take("a").await.recall("a").map(|known| known.version), Some(1));
        assert!(turns.take("a").await.recall("b").is_none(), "another instance at the same place");

        let mut turn = turns.take("a").await;
        assert!(turn.forget("a").is_some());
        drop(turn); // the commit failed, or nobody waited for its answer
        assert!(turns.take("a").await.recall("a").is_none());
    }

    #[tokio::test]
    async fn large_instances_are_not_kept() {
        let turns = Turns::default();
        turns.take("a").await.remember(&instance("a"), 100);
        turns.take("a").await.remember(&instance("a"), REMEMBERED_BYTES_MAX + 1);
        assert!(turns.take("a").await.recall("a").is_none());
    }

    #[tokio::test]
    async fn a_commit_told_before_anybody_waits_is_not_missed() {
        let turns = Turns::default();
        let moved = turns.moved("a");
        turns.tell("a");
        moved.await;
    }
}
