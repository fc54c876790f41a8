//! A host on a backup: it does not know what was sent since the backup was taken, and is careful until told.
//!
//! A person's press is no better than a timer's here: the person sees the restored form, in which the document was
//! never sent. So every action that mails people waits for an operator's word. Reading, and taking back, go on.
//! Not here: calls that were open in the backup (`recovery.rs`).

use countersign_store::RestoreRow;
use countersign_store::change::{Change, Commit};
use countersign_store::row::audit::AuditEntry;
use countersign_workflow::event::Actor;
use jiff::Timestamp;
use serde_json::json;

use super::Host;
use crate::problem::Problem;

impl Host {
    /// The backup that the data came out of.
    pub fn restored(&self) -> Option<RestoreRow> {
        self.restored.read().ok()?.clone()
    }

    /// When the backup was taken, while nobody has taken over what happened since.
    pub(crate) fn unknown_since_ms(&self) -> Option<i64> {
        self.restored().filter(|row| row.acknowledged_at_ms.is_none()).map(|row| row.taken_at_ms)
    }

    /// What an operator must know before anything is sent.
    pub fn restore_warning(&self) -> Option<String> {
        let since = Timestamp::from_millisecond(self.unknown_since_ms()?).ok()?;
        Some(format!(
            "this host runs on a backup of {since}; what was sent since is unknown here, so nothing that mails people is sent; compare with the provider, then run `countersign restore acknowledge` (CS0014)"
        ))
    }

    /// Why an action may not be performed now.
    pub(crate) fn held(&self, action: &str) -> Option<String> {
        if mails(action) { self.restore_warning() } else { None }
    }

    /// An operator takes over what cannot be known. Twice is harmless: the first name stays.
    pub async fn acknowledge_restore(&self, actor: &Actor) -> Result<Option<RestoreRow>, Problem> {
        let Some(taken_at_ms) = self.unknown_since_ms() else { return Ok(self.restored()) };
        let at_ms = self.clock.now_ms();
        let audit = AuditEntry {
            at_ms,
            actor: actor.name.clone(),
            verb: "acknowledge-restore".to_owned(),
            object: "host".to_owned(),
            detail: json!({"taken-at-ms": taken_at_ms}).to_string(),
        };
        let acknowledge = Change::AcknowledgeRestore { at_ms, actor: actor.name.clone() };
        let changes = vec![acknowledge, Change::Audit(Box::new(audit))];
        self.store.commit(Commit::command(changes)).await.map_err(Problem::from)?;
        let row = self.store.restore().await.map_err(Problem::from)?;
        if let Ok(mut restored) = self.restored.write() {
            restored.clone_from(&row);
        }
        Ok(row)
    }
}

/// Whether an action mails people, so that doing it once too often cannot be taken back.
pub(crate) fn mails(action: &str) -> bool {
    matches!(action, "send-for-signature" | "send-reminders")
}
