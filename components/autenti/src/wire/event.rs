//! Events: the answers of actions, the history of parties and the callbacks share one shape.
//!
//! What an event means to a workflow is decided in `events`.

use countersign_sdk::lenient;
use serde::Deserialize;

const PREFIX: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:";

/// The process was sent to its recipients.
pub(crate) const DOCUMENT_SENT: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_SENT";
/// Recipients were reminded.
pub(crate) const DOCUMENT_REMINDER_SENT: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_REMINDER_SENT";
/// The sender took the process back.
pub(crate) const DOCUMENT_WITHDRAWAL: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_WITHDRAWAL";
/// All recipients have acted.
pub(crate) const DOCUMENT_PROCESS_COMPLETED: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_PROCESS_COMPLETED";
/// A recipient refused.
pub(crate) const SIGNATURE_REJECTION: &str = "EVENT_CLASSIFIER-UNIQUE_TYPE:SIGNATURE_REJECTION";

/// One event. Everything may be missing: what matters is checked where it matters.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    /// When it happened.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) timestamp: Option<String>,
    /// Its classifier.
    #[serde(default)]
    pub(crate) event_type: Option<String>,
    /// Who did it.
    #[serde(default)]
    pub(crate) actor: Option<Target>,
    /// What it happened to.
    #[serde(default)]
    pub(crate) object: Option<Target>,
    /// Further facts.
    #[serde(default)]
    pub(crate) attributes: Option<Attributes>,
}

/// Somebody or something by its id.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Target {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
}

/// Further facts of an event.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Attributes {
    /// Words of the person who acted.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(crate) comment: Option<String>,
}

impl Event {
    /// Whether it is of this kind, with or without the classifier's prefix and outer blanks.
    #[must_use]
    pub(crate) fn is(&self, classifier: &str) -> bool {
        let kind = self.event_type.as_deref().unwrap_or_default().trim();
        kind == classifier || Some(kind) == classifier.strip_prefix(PREFIX)
    }

    /// The words of the person who acted, unless blank.
    #[must_use]
    pub(crate) fn comment(&self) -> Option<&str> {
        let comment = self.attributes.as_ref()?.comment.as_deref()?.trim();
        (!comment.is_empty()).then_some(comment)
    }
}

impl Target {
    /// The id, unless blank.
    #[must_use]
    pub(crate) fn known_id(&self) -> Option<&str> {
        self.id.as_deref().map(str::trim).filter(|id| !id.is_empty())
    }
}
