//! The table of verbs.
//!
//! Not here: what the entries mean (`contract.rs`).

use super::InputKind::{Boolean, Documents, Integer, Parts, Recipients, Settings, Text, Texts, Time};
use super::{Action, Input, InputKind, Rows, Shape};

const fn needed(key: &'static str, kind: InputKind) -> Input {
    Input { key, kind, required: true }
}

const fn optional(key: &'static str, kind: InputKind) -> Input {
    Input { key, kind, required: false }
}

const STATUS: Shape = Shape::Record(&[("code", Shape::Scalar), ("state", Shape::Scalar)]);

const REFERENCE_ROW: &[(&str, Shape)] = &[("row-key", Shape::Scalar), ("reference", Shape::Scalar)];

const STATUS_ROW: &[(&str, Shape)] = &[
    ("row-key", Shape::Scalar),
    ("code", Shape::Scalar),
    ("state", Shape::Scalar),
    ("reason", Shape::Scalar),
    ("provider-reference", Shape::Scalar),
];

const LINK_ROW: &[(&str, Shape)] =
    &[("row-key", Shape::Scalar), ("url", Shape::Scalar), ("expires-at", Shape::Scalar)];

const SKIPPED_ROW: &[(&str, Shape)] = &[("row-key", Shape::Scalar), ("reason", Shape::Scalar)];

const FILE_ROW: &[(&str, Shape)] =
    &[("part", Shape::Scalar), ("attachment", Shape::Scalar), ("name", Shape::Scalar)];

const CHANGE_ROW: &[(&str, Shape)] = &[
    ("document-id", Shape::Scalar),
    ("client-reference", Shape::Scalar),
    ("status", STATUS),
    ("changed-at", Shape::Scalar),
];

pub(super) const ACTIONS: &[Action] = &[
    Action {
        name: "send-for-signature",
        needs_document: false,
        attaches: false,
        inputs: &[
            needed("title", Text),
            optional("description", Text),
            optional("language", Text),
            needed("recipients", Recipients),
            needed("documents", Documents),
            optional("ordered", Boolean),
            optional("as-organisation", Boolean),
            optional("visualisation", Text),
            optional("labels", Texts),
            optional("expires-at", Time),
            optional("settings", Settings),
        ],
        outcome: &[
            ("document-id", Shape::Scalar),
            ("link", Shape::Scalar),
            ("status", STATUS),
            ("recipients", Shape::List(REFERENCE_ROW)),
        ],
        rows: Some(Rows {
            list: "recipients",
            keys: REFERENCE_ROW,
            columns: &[("provider_reference", "reference")],
        }),
    },
    Action {
        name: "get-document-status",
        needs_document: true,
        attaches: false,
        inputs: &[optional("document", Text), optional("settings", Settings)],
        outcome: &[("status", STATUS)],
        rows: None,
    },
    Action {
        name: "get-recipient-statuses",
        needs_document: true,
        attaches: false,
        inputs: &[
            optional("document", Text),
            optional("recipients", Recipients),
            optional("settings", Settings),
        ],
        outcome: &[("recipients", Shape::List(STATUS_ROW))],
        rows: Some(Rows {
            list: "recipients",
            keys: STATUS_ROW,
            columns: &[
                ("status", "code"),
                ("rejection_reason", "reason"),
                ("provider_reference", "provider-reference"),
            ],
        }),
    },
    Action {
        name: "get-document",
        needs_document: true,
        attaches: true,
        inputs: &[
            optional("document", Text),
            optional("parts", Parts),
            optional("name", Text),
            optional("settings", Settings),
        ],
        outcome: &[("files", Shape::List(FILE_ROW)), ("status", STATUS)],
        rows: None,
    },
    Action {
        name: "get-signing-link",
        needs_document: true,
        attaches: false,
        inputs: &[
            optional("document", Text),
            optional("recipients", Recipients),
            optional("settings", Settings),
        ],
        outcome: &[
            ("links", Shape::List(LINK_ROW)),
            ("skipped", Shape::List(SKIPPED_ROW)),
            ("link", Shape::Scalar),
        ],
        rows: Some(Rows { list: "links", keys: LINK_ROW, columns: &[("link", "url")] }),
    },
    Action {
        name: "send-reminders",
        needs_document: true,
        attaches: false,
        inputs: &[optional("document", Text), optional("except", Texts), optional("settings", Settings)],
        outcome: &[("references", Shape::Texts)],
        rows: None,
    },
    Action {
        name: "withdraw-document",
        needs_document: true,
        attaches: false,
        inputs: &[optional("document", Text), optional("reason", Text), optional("settings", Settings)],
        outcome: &[("status", STATUS)],
        rows: None,
    },
    Action {
        name: "list-changes",
        needs_document: false,
        attaches: false,
        inputs: &[needed("since", Time), optional("limit", Integer), optional("settings", Settings)],
        outcome: &[("changes", Shape::List(CHANGE_ROW)), ("cursor", Shape::Scalar)],
        rows: None,
    },
];
