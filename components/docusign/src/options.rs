//! The settings of the connection that change what is sent. Their declarations stand in `manifest`.
//!
//! Reading one that is no choice stands in the SDK.

use countersign_sdk::Host;
use countersign_sdk::connection::{choice, misconfigured, setting};
use countersign_sdk::contract::types::Failure;

/// How many characters of the address to return to DocuSign keeps.
pub(crate) const RETURN_URL_CHARS_MAX: usize = 470;

/// Whether links for signing can be made (`signing-links`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    /// Recipients sign from DocuSign's mail alone.
    Off,
    /// From the mail or from a link.
    MailAndLink,
    /// From a link alone; DocuSign mails nobody.
    LinkOnly,
}

/// How a phone proves who a recipient is (`phone-check`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PhoneCheck {
    /// By one of the account's identity workflows.
    Workflow,
    /// The older check by SMS.
    SmsAuth,
    /// The older check by a call.
    PhoneAuth,
}

/// The words of `signing-links`; the first is the default.
pub(crate) const LINKS: [(&str, Links); 3] =
    [("off", Links::Off), ("mail-and-link", Links::MailAndLink), ("link-only", Links::LinkOnly)];

/// The words of `phone-check`; the first is the default.
pub(crate) const PHONE_CHECKS: [(&str, PhoneCheck); 3] = [
    ("workflow", PhoneCheck::Workflow),
    ("sms-auth", PhoneCheck::SmsAuth),
    ("phone-auth", PhoneCheck::PhoneAuth),
];

/// Whether links can be made.
///
/// # Errors
/// `unauthorized` for a word that is none of the choices.
pub(crate) fn links(host: &dyn Host) -> Result<Links, Failure> {
    choice(host, "signing-links", &LINKS, Links::Off)
}

/// How a phone proves who a recipient is.
///
/// # Errors
/// As [`links`].
pub(crate) fn phone_check(host: &dyn Host) -> Result<PhoneCheck, Failure> {
    choice(host, "phone-check", &PHONE_CHECKS, PhoneCheck::Workflow)
}

/// Where DocuSign tells what happens to an envelope; it takes only `https`.
///
/// # Errors
/// `unauthorized` for any other address.
pub(crate) fn event_url(host: &dyn Host) -> Result<Option<String>, Failure> {
    match setting(host, "event-url") {
        Some(url) if !url.starts_with("https://") => {
            Err(misconfigured("event-url", &format!("is `{url}`; DocuSign posts only to `https://…`")))
        }
        url => Ok(url),
    }
}
