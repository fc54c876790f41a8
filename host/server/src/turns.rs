//! One event at a time for each instance (C180); all instances side by side.
//!
//! A fixed number of places, so that a million instances cost no memory; two instances at one place only wait a little.
//! Each place remembers the one instance that was last committed there, so that its next event need not load it, and
//! holds what is not written yet: an event whose call has not asked for anything durable.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use countersign_store::change::Change;
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
    kept: Mutex<Kept>,
    moved: Notify,
}

#[derive(Default)]
struct Kept {
    remembered: Option<Arc<Instance>>,
    unwritten: Vec<Unwritten>,
}

/// An event that was applied and shares the commit of what its call writes next.
pub struct Unwritten {
    /// The instance after it.
    pub instance: Arc<Instance>,
    /// What must be written.
    pub changes: Vec<Change>,
}

/// The turn of one instance: while it is held, no other event is applied to it.
pub struct Turn<'a> {
    kept: MutexGuard<'a, Kept>,
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
        Turn { kept: self.place(instance_id).kept.lock().await }
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
    /// The instance as it is now, when that is known here: with what is unwritten, or as it was last committed.
    pub fn recall(&self, instance_id: &str) -> Option<Arc<Instance>> {
        let unwritten = self.kept.unwritten.iter().map(|unwritten| &unwritten.instance);
        unwritten.chain(&self.kept.remembered).find(|instance| instance.id == instance_id).cloned()
    }

    /// Takes the instance out. What comes of the next commit is unknown until it is told, also when nobody waits for
    /// the answer any more: until then the store alone knows.
    pub fn forget(&mut self, instance_id: &str) {
        self.kept.remembered.take_if(|instance| instance.id == instance_id);
    }

    /// Remembers an instance that was committed under this turn, unless it is large.
    pub fn remember(&mut self, instance: &Arc<Instance>, json_bytes: usize) {
        self.kept.remembered = (json_bytes <= REMEMBERED_BYTES_MAX).then(|| instance.clone());
    }

    /// Leaves an event unwritten: whoever writes next for this instance writes it, too.
    pub fn leave(&mut self, unwritten: Unwritten) {
        self.kept.unwritten.push(unwritten);
    }

    /// Takes what is unwritten, to write it.
    pub fn take_unwritten(&mut self, instance_id: &str) -> Option<Unwritten> {
        let found = self.kept.unwritten.iter().position(|unwritten| unwritten.instance.id == instance_id)?;
        Some(self.kept.unwritten.swap_remove(found))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countersign_workflow::instance::Instance;
    use serde_json::json;

    use super::{REMEMBERED_BYTES_MAX, Turns, Unwritten};

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
        turn.forget("a");
        drop(turn); // the commit failed, or nobody waited for its answer
        assert!(turns.take("a").await.recall("a").is_none());
    }

    #[tokio::test]
    async fn what_is_unwritten_is_what_the_instance_is_until_it_is_taken_to_be_written() {
        let turns = Turns::default();
        let mut turn = turns.take("a").await;
        turn.remember(&instance("a"), 100);
        let mut next = Instance::clone(&instance("a"));
        next.version = 2;
        turn.leave(Unwritten { instance: Arc::new(next), changes: Vec::new() });
        assert_eq!(turn.recall("a").map(|known| known.version), Some(2));
        assert!(turn.take_unwritten("b").is_none(), "another instance at the same place");
        assert!(turn.take_unwritten("a").is_some() && turn.take_unwritten("a").is_none(), "once");
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
