//! What an operator sets for a connection, and a process author for an action.
//!
//! Reading them stands in `validation` and with the actions.

use countersign_sdk::contract::manifest::{SettingDeclaration, SettingKind};
use countersign_sdk::declare::{choice, setting, switch};

use crate::actions::withdraw_document::{WITHDRAWAL, WITHDRAWALS};
use crate::role::ROLES;
use crate::signature::SIGNATURE_TYPES;

/// Settings of the whole connection.
pub(super) fn of_connection() -> Vec<SettingDeclaration> {
    let withdrawal = setting(
        WITHDRAWAL,
        &[("en", "Withdrawal"), ("pl", "Wycofanie"), ("de", "Rücknahme")],
        "How a package is withdrawn: into the trash for two weeks, back to a draft, declined with the reason, or deleted \
         for good.",
        SettingKind::Text,
    );
    let mut settings = vec![choice(&WITHDRAWALS.map(|(word, _)| word), withdrawal)];
    settings.extend(ROLES.iter().map(|(_, named)| switch("role", *named)));
    settings.extend(SIGNATURE_TYPES.iter().map(|named| switch("signature-type", *named)));
    settings
}

/// Settings of `send-for-signature`.
pub(super) fn of_send() -> Vec<SettingDeclaration> {
    let number =
        |name, labels: &[(&str, &str)], description| setting(name, labels, description, SettingKind::Integer);
    vec![
        setting(
            "signature-anchor",
            &[("en", "Text at signatures"), ("pl", "Tekst przy podpisach"), ("de", "Text bei Signaturen")],
            "The first signer signs where this text stands first in each document, the second one where it stands next; \
             without it on the first page.",
            SettingKind::Text,
        ),
        setting(
            "decline-button",
            &[("en", "Decline button"), ("pl", "Przycisk odrzucenia"), ("de", "Ablehnen-Schaltfläche")],
            "Whether signers can decline; the account's setting when left out.",
            SettingKind::Boolean,
        ),
        number(
            "reminder-delay",
            &[("en", "First reminder"), ("pl", "Pierwsze przypomnienie"), ("de", "Erste Erinnerung")],
            "Days from the invitation to OneSpan's own first reminder.",
        ),
        number(
            "reminder-frequency",
            &[("en", "Further reminders"), ("pl", "Kolejne przypomnienia"), ("de", "Weitere Erinnerungen")],
            "Days between OneSpan's own reminders.",
        ),
        number(
            "reminder-count",
            &[("en", "Number of reminders"), ("pl", "Liczba przypomnień"), ("de", "Anzahl der Erinnerungen")],
            "How often OneSpan repeats its first reminder; not at all when left out.",
        ),
    ]
}

/// Settings of `send-reminders`.
pub(super) fn of_reminders() -> Vec<SettingDeclaration> {
    vec![setting(
        "reminder-message",
        &[("en", "Message"), ("pl", "Wiadomość"), ("de", "Nachricht")],
        "What the reminder says, instead of OneSpan's own words.",
        SettingKind::Text,
    )]
}
