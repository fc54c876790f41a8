//! What an operator sets for a connection, and a process author for an action.
//!
//! Reading them stands in `options` and `validation`.

use countersign_sdk::contract::manifest::{SettingDeclaration, SettingKind};
use countersign_sdk::declare::{choice, setting, switch, with_default};

use crate::account::ACCOUNT_ID;
use crate::data_sources::SIGNATURE_TYPES;
use crate::identity::PHONE_WORKFLOW_ID;
use crate::options::{LINKS, PHONE_CHECKS};
use crate::role::ROLES;
use crate::validation::provider_setting;

/// Settings of the whole connection.
pub(super) fn of_connection() -> Vec<SettingDeclaration> {
    let mut settings = account();
    settings.extend(sending());
    settings.extend(signatures());
    settings.extend(ROLES.iter().map(|(_, named)| switch("role", *named)));
    settings.extend(SIGNATURE_TYPES.iter().map(|named| switch("signature-type", *named)));
    settings
}

fn account() -> Vec<SettingDeclaration> {
    vec![
        SettingDeclaration {
            required: true,
            ..setting(
                ACCOUNT_ID,
                &[("en", "API account id"), ("pl", "Identyfikator konta API"), ("de", "API-Kontokennung")],
                "The account's id as DocuSign's page `Apps and Keys` shows it.",
                SettingKind::Text,
            )
        },
        setting(
            "user-id",
            &[("en", "User id"), ("pl", "Identyfikator użytkownika"), ("de", "Benutzerkennung")],
            "The id (no e-mail address) of the user in whose name envelopes are sent; needed when an assertion is signed \
             (claim `sub`).",
            SettingKind::Text,
        ),
        with_default(
            "account.docusign.com",
            setting(
                "oauth-host",
                &[("en", "OAuth host"), ("pl", "Host OAuth"), ("de", "OAuth-Host")],
                "Host of `token-url`, without `https://` (claim `aud`); `account-d.docusign.com` for demo accounts.",
                SettingKind::Text,
            ),
        ),
        setting(
            "redirect-uri",
            &[("en", "Redirect address"), ("pl", "Adres przekierowania"), ("de", "Umleitungsadresse")],
            "One of the addresses registered with the integration key; becomes part of the link for consent.",
            SettingKind::Text,
        ),
    ]
}

fn sending() -> Vec<SettingDeclaration> {
    vec![
        choice(
            &LINKS.map(|(word, _)| word),
            setting(
                "signing-links",
                &[("en", "Signing links"), ("pl", "Linki do podpisu"), ("de", "Signierlinks")],
                "Whether links can be made for recipients, beside DocuSign's mail or instead of it.",
                SettingKind::Text,
            ),
        ),
        return_url("Where the browser goes after signing by a link."),
        setting(
            "event-url",
            &[("en", "Webhook address"), ("pl", "Adres webhooka"), ("de", "Webhook-Adresse")],
            "This host's webhook address as DocuSign reaches it; each envelope then tells its own events. Leave it out \
             when the account has a Connect configuration.",
            SettingKind::Text,
        ),
        choice(
            &PHONE_CHECKS.map(|(word, _)| word),
            setting(
                "phone-check",
                &[("en", "Phone check"), ("pl", "Weryfikacja telefonu"), ("de", "Telefonprüfung")],
                "How a code by phone is asked for: by an identity workflow, or by the older checks by SMS or call.",
                SettingKind::Text,
            ),
        ),
        setting(
            PHONE_WORKFLOW_ID,
            &[
                ("en", "Phone workflow id"),
                ("pl", "Identyfikator weryfikacji telefonu"),
                ("de", "Kennung der Telefonprüfung"),
            ],
            "The account's identity workflow for phones; when left out, the one that DocuSign calls `Phone \
             Authentication` is looked up.",
            SettingKind::Text,
        ),
    ]
}

/// Which signature provider makes which kind of signature.
fn signatures() -> Vec<SettingDeclaration> {
    let mapped = SIGNATURE_TYPES.iter().filter_map(|(id, en, pl, de)| {
        let (name, default) = provider_setting(id)?;
        let [en, pl, de] = [en, pl, de].map(|kind| format!("{kind}: signature provider"));
        let labels = [("en", en.as_str()), ("pl", pl.as_str()), ("de", de.as_str())];
        let description = format!("The signature provider of the account that makes {id} signatures.");
        let declared = setting(name, &labels, &description, SettingKind::Text);
        Some(if default.is_empty() { declared } else { with_default(default, declared) })
    });
    mapped.collect()
}

/// Settings of `send-for-signature`.
pub(super) fn of_send() -> Vec<SettingDeclaration> {
    let days =
        |name, labels: &[(&str, &str)], description| setting(name, labels, description, SettingKind::Integer);
    vec![
        setting(
            "signature-anchor",
            &[("en", "Text at signatures"), ("pl", "Tekst przy podpisach"), ("de", "Text bei Signaturen")],
            "Signers sign wherever this text stands in the documents; without it where they like.",
            SettingKind::Text,
        ),
        setting(
            "approval-anchor",
            &[
                ("en", "Text at approvals"),
                ("pl", "Tekst przy akceptacjach"),
                ("de", "Text bei Genehmigungen"),
            ],
            "Approvers find their buttons wherever this text stands; without it at the top of the first page.",
            SettingKind::Text,
        ),
        setting(
            "identity-workflow",
            &[("en", "Identity check"), ("pl", "Weryfikacja tożsamości"), ("de", "Identitätsprüfung")],
            "How signers prove who they are, unless their row asks for a code by SMS.",
            SettingKind::DataSource("identity-workflows".to_owned()),
        ),
        days(
            "reminder-delay",
            &[("en", "First reminder"), ("pl", "Pierwsze przypomnienie"), ("de", "Erste Erinnerung")],
            "Days from the invitation to DocuSign's own first reminder.",
        ),
        days(
            "reminder-frequency",
            &[("en", "Further reminders"), ("pl", "Kolejne przypomnienia"), ("de", "Weitere Erinnerungen")],
            "Days between DocuSign's own reminders.",
        ),
        days(
            "expire-warn",
            &[
                ("en", "Warning before expiry"),
                ("pl", "Ostrzeżenie o wygaśnięciu"),
                ("de", "Warnung vor Ablauf"),
            ],
            "Days from DocuSign's warning to the day on which the invitation runs out.",
        ),
    ]
}

/// Settings of `get-signing-link`.
pub(super) fn of_link() -> Vec<SettingDeclaration> {
    vec![return_url("Where the browser goes after signing; the connection's when left out.")]
}

fn return_url(description: &str) -> SettingDeclaration {
    let labels = [("en", "Return address"), ("pl", "Adres powrotu"), ("de", "Rücksprungadresse")];
    setting("return-url", &labels, description, SettingKind::Text)
}
