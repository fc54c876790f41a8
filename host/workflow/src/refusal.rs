//! Why an event was not applied. Nothing changed; the sender can mend it or drop it.
//!
//! Not here: failures of actions, which are part of an instance's story (`failure.rs`).

use crate::form::{Place, ValueProblem};

/// The answer to an event that cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The instance runs on another definition than the one given.
    #[error("the instance runs on definition `{pinned}`, not on `{given}`")]
    OtherDefinition {
        /// The digest it started with.
        pinned: String,
        /// The digest given.
        given: String,
    },
    /// A new instance lacks operator's connections.
    #[error("no connection is bound to {}", listed(.names))]
    ConnectionsMissing {
        /// Their names in the definition.
        names: Vec<String>,
    },
    /// The instance is over.
    #[error("the instance has ended")]
    Ended,
    /// An automation is running.
    #[error("the instance is busy with {doing}")]
    Busy {
        /// `path accept`.
        doing: String,
    },
    /// Nobody knows whether something happened; a person must answer first.
    #[error("the instance is in doubt: {message}")]
    InDoubt {
        /// The incident's message.
        message: String,
    },
    /// No step has such a path, button or timer.
    #[error("{what} does not exist in step `{step}`")]
    Unknown {
        /// `path accept`.
        what: String,
        /// The current step.
        step: String,
        /// What exists there.
        known: Vec<String>,
    },
    /// The path or button belongs to another step.
    #[error("{what} belongs to step `{belongs}`, and the instance is in `{step}`")]
    WrongStep {
        /// `path accept`.
        what: String,
        /// Where it belongs.
        belongs: String,
        /// Where the instance is.
        step: String,
    },
    /// The actor has none of the roles.
    #[error("this needs the role {}", listed(.needed))]
    RoleMissing {
        /// The roles, one of which is enough.
        needed: Vec<String>,
    },
    /// The path demands a comment.
    #[error("path `{path}` demands a comment")]
    CommentMissing {
        /// The path.
        path: String,
    },
    /// The path's check is false.
    #[error("path `{path}` cannot be taken: {message}")]
    CheckFailed {
        /// The path.
        path: String,
        /// The definition's message, or the check itself.
        message: String,
    },
    /// Something that must be filled is empty: all of it.
    #[error("these must be filled: {}", listed(.places))]
    ValuesMissing {
        /// Where.
        places: Vec<Place>,
    },
    /// Values that cannot be right: all of them.
    #[error("these values are not right: {}", listed(.problems))]
    ValuesInvalid {
        /// Where and why.
        problems: Vec<ValueProblem>,
    },
    /// The button was pressed a moment ago.
    #[error("button `{button}` was pressed a moment ago and rests until {}", instant(*.until_ms))]
    Cooldown {
        /// The button.
        button: String,
        /// When it may be pressed again.
        until_ms: i64,
    },
    /// The button's condition is false.
    #[error("button `{button}` is not offered now")]
    NotOffered {
        /// The button.
        button: String,
    },
    /// The timer does not fire now.
    #[error("timer `{timer}` is not due{}", due(*.due_ms))]
    NotDue {
        /// The timer.
        timer: String,
        /// When it will be; none when it is firing, spent or stopped.
        due_ms: Option<i64>,
    },
    /// No file has this number.
    #[error("the instance has no attachment {id}")]
    AttachmentUnknown {
        /// The number.
        id: u32,
    },
    /// The file is deleted.
    #[error("attachment {id} is deleted")]
    AttachmentDeleted {
        /// The number.
        id: u32,
    },
    /// The file's category or attribute is not one of the definition's, or its name is none.
    #[error("the attachment's {what} cannot be `{value}`")]
    AttachmentInvalid {
        /// `category`, `attribute` or `name`.
        what: &'static str,
        /// The value.
        value: String,
        /// What would be right.
        known: Vec<String>,
    },
    /// There is nothing to retry or dismiss.
    #[error("the instance has no open incident")]
    NoIncident,
    /// No send is in doubt.
    #[error("no send of the instance is in doubt")]
    NothingInDoubt,
    /// What failed was no action, or an older host has not kept its run.
    #[error("the incident has no action that can be skipped")]
    NothingToSkip,
    /// No failed action will be tried again by itself.
    #[error("no action of the instance waits to be tried again")]
    NothingWaits,
    /// The call is not the one under way.
    #[error("call `{call_id}` is not under way")]
    UnknownCall {
        /// The call.
        call_id: String,
    },
    /// A component reported a document where none can be made, an empty id, or a second document in the same call.
    #[error("document `{document_id}` cannot be taken as made by call `{call_id}`")]
    StrangeDocument {
        /// The call.
        call_id: String,
        /// The id.
        document_id: String,
    },
    /// A condition, or something else of the definition, cannot be worked out.
    #[error("{what} cannot be decided: {reason}")]
    Undecidable {
        /// What: `check of path accept`.
        what: String,
        /// Why.
        reason: String,
    },
}

impl Refusal {
    /// A stable code, for `countersign explain`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherDefinition { .. } => "CS0201",
            Self::ConnectionsMissing { .. } => "CS0202",
            Self::Ended => "CS0203",
            Self::Busy { .. } => "CS0204",
            Self::InDoubt { .. } => "CS0205",
            Self::Unknown { .. } => "CS0206",
            Self::WrongStep { .. } => "CS0207",
            Self::RoleMissing { .. } => "CS0208",
            Self::CommentMissing { .. } => "CS0209",
            Self::CheckFailed { .. } => "CS0210",
            Self::ValuesMissing { .. } => "CS0211",
            Self::ValuesInvalid { .. } => "CS0212",
            Self::Cooldown { .. } => "CS0213",
            Self::NotOffered { .. } => "CS0214",
            Self::NotDue { .. } => "CS0215",
            Self::AttachmentUnknown { .. } => "CS0216",
            Self::AttachmentDeleted { .. } => "CS0217",
            Self::AttachmentInvalid { .. } => "CS0218",
            Self::NoIncident => "CS0219",
            Self::NothingInDoubt => "CS0220",
            Self::UnknownCall { .. } => "CS0221",
            Self::StrangeDocument { .. } => "CS0222",
            Self::Undecidable { .. } => "CS0223",
            Self::NothingWaits => "CS0224",
            Self::NothingToSkip => "CS0225",
        }
    }

    /// What to do next.
    #[must_use]
    pub fn mend(&self) -> String {
        match self {
            Self::OtherDefinition { .. } => {
                "apply the event with the definition the instance started with".to_owned()
            }
            Self::ConnectionsMissing { .. } => "bind each of them to a connection of the operator".to_owned(),
            Self::Ended => "start a new instance".to_owned(),
            Self::Busy { .. } => "wait until it is over, then look at the instance again".to_owned(),
            Self::InDoubt { .. } => {
                "look at the provider, then dismiss the incident; of a send say whether it was sent"
                    .to_owned()
            }
            Self::Unknown { known, .. } if known.is_empty() => "there is none here".to_owned(),
            Self::Unknown { known, .. } => format!("use one of {}", listed(known)),
            Self::WrongStep { .. } => "look at the instance again: it has moved".to_owned(),
            Self::RoleMissing { .. } => "ask somebody who has it".to_owned(),
            Self::CommentMissing { .. } => "say why, then take it again".to_owned(),
            Self::CheckFailed { .. } => "mend the form, then take it again".to_owned(),
            Self::ValuesMissing { .. } => "fill them, then take the path again".to_owned(),
            Self::ValuesInvalid { .. } => {
                "mend them and send the edit again; nothing of it was kept".to_owned()
            }
            Self::Cooldown { .. } => "press it again later".to_owned(),
            Self::NotOffered { .. } => "look at the instance again: its form has changed".to_owned(),
            Self::NotDue { .. } => "drop the event; the timer has been armed anew or has ended".to_owned(),
            Self::AttachmentUnknown { .. } => "look at the instance's attachments".to_owned(),
            Self::AttachmentDeleted { .. } => "clear its deleted flag first".to_owned(),
            Self::AttachmentInvalid { what: "name", .. } => "give a file name without a path".to_owned(),
            Self::AttachmentInvalid { known, .. } if known.is_empty() => "leave it out".to_owned(),
            Self::AttachmentInvalid { known, .. } => format!("use one of {}", listed(known)),
            Self::NoIncident => "look at the instance again: it has been mended".to_owned(),
            Self::NothingInDoubt => "retry or dismiss the incident instead".to_owned(),
            Self::NothingToSkip => "retry or dismiss the incident instead".to_owned(),
            Self::NothingWaits => {
                "look at the instance again: it has gone on, or its incident is open".to_owned()
            }
            Self::UnknownCall { .. } => "drop the event; its call has ended or was never made".to_owned(),
            Self::StrangeDocument { .. } => "end the call; report it to the component's publisher".to_owned(),
            Self::Undecidable { .. } => "mend the form or the definition".to_owned(),
        }
    }

    /// Single problems, when there are several.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        match self {
            Self::ValuesMissing { places } => {
                places.iter().map(|place| format!("{place} must be filled")).collect()
            }
            Self::ValuesInvalid { problems } => problems.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }
}

fn listed<T: ToString>(items: &[T]) -> String {
    let quoted = |item: &T| {
        let text = item.to_string();
        if text.contains('`') { text } else { format!("`{text}`") }
    };
    items.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

fn due(due_ms: Option<i64>) -> String {
    due_ms.map_or_else(String::new, |due_ms| format!(" before {}", instant(due_ms)))
}

/// A moment for people.
pub(crate) fn instant(at_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(at_ms).map_or_else(|_| at_ms.to_string(), |moment| moment.to_string())
}
