//! When DocuSign reminds and when an envelope runs out; and the webhook of one envelope.

use serde::Serialize;

/// Reminders and expiry of one envelope, instead of the account's.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notification {
    /// `false`: what stands here counts.
    pub(crate) use_account_defaults: &'static str,
    /// When to remind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reminders: Option<Reminders>,
    /// When it runs out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expirations: Option<Expirations>,
}

/// Days, as text.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reminders {
    /// `true`.
    pub(crate) reminder_enabled: &'static str,
    /// From the invitation to the first reminder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reminder_delay: Option<String>,
    /// Between reminders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reminder_frequency: Option<String>,
}

/// Days, as text.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Expirations {
    /// `true`.
    pub(crate) expire_enabled: &'static str,
    /// From sending to the end.
    pub(crate) expire_after: String,
    /// From the warning to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expire_warn: Option<String>,
}

/// A webhook for one envelope.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventNotification<'a> {
    /// Where to.
    pub(crate) url: &'a str,
    /// About what.
    pub(crate) events: [&'static str; 11],
    /// What to tell.
    pub(crate) event_data: EventData,
    /// `SIM`: each event by itself, in order.
    pub(crate) delivery_mode: &'static str,
    /// `true`: signed with the account's keys.
    #[serde(rename = "includeHMAC")]
    pub(crate) include_hmac: &'static str,
    /// `true`: repeated until it was taken.
    pub(crate) require_acknowledgment: &'static str,
    /// `true`: to be seen in DocuSign's log.
    pub(crate) logging_enabled: &'static str,
}

/// What a message holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventData {
    /// Without it the message is XML.
    pub(crate) version: &'static str,
    /// What belongs to the summary. Never `documents`: such messages have 25 MB and more (P14).
    pub(crate) include_data: [&'static str; 2],
}

impl<'a> EventNotification<'a> {
    /// A signed webhook about these events.
    #[must_use]
    pub(crate) fn to(url: &'a str, events: [&'static str; 11]) -> Self {
        Self {
            url,
            events,
            event_data: EventData { version: "restv2.1", include_data: ["custom_fields", "recipients"] },
            delivery_mode: "SIM",
            include_hmac: "true",
            require_acknowledgment: "true",
            logging_enabled: "true",
        }
    }
}
