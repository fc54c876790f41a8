//! A host on data of the past: they came out of a backup, or the disk lost commits that it had confirmed. It does not
//! know what was sent since, and is careful until told.
//!
//! A person's press is no better than a timer's here: the person sees the restored form, in which the document was
//! never sent. So every action that mails people waits for an operator's word. Reading, and taking back, go on.
//! Not here: noticing a loss (`store`), and calls that were open in the data (`recovery.rs`).

use countersign_store::RestoreRow;
use countersign_store::change::{Change, Commit};
use countersign_store::row::audit::AuditEntry;
use countersign_workflow::event::Actor;
use jiff::Timestamp;
use serde_json::json;

use super::Host;
use crate::problem::Problem;

impl Host {
    /// Why the data may not know what was sent.
    pub fn restored(&self) -> Option<RestoreRow> {
        self.restored.read().ok()?.clone()
    }

    /// Until when the data know what was sent, while nobody has taken over what happened since.
    pub(crate) fn unknown_since_ms(&self) -> Option<i64> {
        self.restored().filter(|row| row.acknowledged_at_ms.is_none()).map(|row| row.taken_at_ms)
    }

    /// What an operator must know before anything is sent.
    pub fn restore_warning(&self) -> Option<String> {
        let row = self.restored().filter(|row| row.acknowledged_at_ms.is_none())?;
        let since = Timestamp::from_millisecond(row.taken_at_ms).ok()?;
        let (what, code) = match row.missing_commits {
            None => (format!("this host runs on a backup of {since}"), "CS0014"),
            Some(missing) => (lost(missing, since), "CS0020"),
        };
        Some(format!(
            "{what}; what was sent since is unknown here, so nothing that mails people is sent; compare with the provider, then run `countersign restore acknowledge` ({code})"
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
        self.inbox.notify_one();
        Ok(row)
    }
}

fn lost(missing: u64, since: Timestamp) -> String {
    let commits = if missing == 1 { "1 commit is".to_owned() } else { format!("{missing} commits are") };
    format!(
        "the database is older than what this host acknowledged: {commits} missing after {since}; the disk did not keep what it confirmed"
    )
}

/// Whether an action mails people, so that doing it once too often cannot be taken back.
pub(crate) fn mails(action: &str) -> bool {
    matches!(action, "send-for-signature" | "send-reminders")
}
