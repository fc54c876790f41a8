//! Who this component is and what it asks for: addresses, credentials, requests, webhooks.
//!
//! Nothing is decided here that depends on an input. The settings stand in `manifest/settings`.

mod settings;

use countersign_sdk::contract::manifest::{
    ActionDeclaration, Authentication, ConnectionRole, Description, EgressRule, Environment,
    WebhookAuthentication, WebhookDeclaration,
};
use countersign_sdk::declare::{prefixed_action, rule};
use countersign_sdk::rows::{Named, translated};

use crate::events;
use crate::package::API;

/// See `manifest.describe` of the contract.
#[must_use]
pub(crate) fn describe() -> Description {
    Description {
        id: "onespan".to_owned(),
        names: translated(&[("en", "OneSpan Sign"), ("pl", "OneSpan Sign"), ("de", "OneSpan Sign")]),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        publisher: "Countersign".to_owned(),
        licence: "Apache-2.0 OR MIT".to_owned(),
        contract_minimum: "0.1.0".to_owned(),
        deprecated: None,
        // The API is published, but the readings marked INFERRED were never tried against OneSpan itself.
        experimental: true,
        connections: vec![connection()],
        settings: settings::of_connection(),
        actions: actions(),
        webhooks: vec![webhook()],
    }
}

/// One account accepts one way only. An API key is sent as it is: the secret is the whole value, `Basic <key>`.
fn connection() -> ConnectionRole {
    ConnectionRole {
        role: API.to_owned(),
        description: "The REST API of OneSpan Sign, version 11. `base-url` is the host alone, without `/api`. The account \
            decides how to authenticate: by API key (`verbatim`, the secret being `Basic <key>`), by the access token of \
            a client app (`bearer`), or by OAuth (`oauth2-client-credentials`)."
            .to_owned(),
        authentication: vec![
            Authentication::Verbatim,
            Authentication::Bearer,
            Authentication::Oauth2ClientCredentials(Vec::new()),
        ],
        environments: vec![
            environment("sandbox", "https://sandbox.esignlive.com"),
            // Other regions have other hosts: there is no table of them.
            environment("production", "https://apps.esignlive.com"),
            environment("sandbox-canada", "https://sandbox.e-signlive.ca"),
        ],
    }
}

fn environment(name: &str, host: &str) -> Environment {
    Environment {
        name: name.to_owned(),
        base_url: host.to_owned(),
        token_url: Some(format!("{host}/oauth2/token")),
    }
}

/// Paths below `/api`.
const LIST: (&str, &str) = ("GET", "/packages");
const CREATE: (&str, &str) = ("POST", "/packages");
const PACKAGE: (&str, &str) = ("GET", "/packages/{id}");
const CHANGE: (&str, &str) = ("PUT", "/packages/{id}");
const DELETE: (&str, &str) = ("DELETE", "/packages/{id}");
const SIGNING_STATUS: (&str, &str) = ("GET", "/packages/{id}/signingStatus");
const REMINDERS: (&str, &str) = ("POST", "/packages/{id}/reminders");
const NOTIFICATIONS: (&str, &str) = ("POST", "/packages/{id}/notifications");
const DOCUMENT: (&str, &str) = ("GET", "/packages/{id}/documents/{document}/pdf");
const EVIDENCE: (&str, &str) = ("GET", "/packages/{id}/evidence/summary");
const SIGNING_URL: (&str, &str) = ("GET", "/packages/{id}/roles/{role}/signingUrl");

fn actions() -> Vec<ActionDeclaration> {
    let named = |named: Named, egress: &[(&str, &str)]| prefixed_action("ONESPAN", named, rules(egress));
    vec![
        ActionDeclaration {
            settings: settings::of_send(),
            ..named(
                ("send-for-signature", "Send for signature", "Wyślij do podpisu", "Zur Unterschrift senden"),
                &[LIST, CREATE, REMINDERS, CHANGE, PACKAGE],
            )
        },
        named(
            (
                "get-document-status",
                "Get document status",
                "Pobierz status dokumentu",
                "Dokumentstatus abrufen",
            ),
            &[PACKAGE, SIGNING_STATUS],
        ),
        named(
            (
                "get-recipient-statuses",
                "Get recipients' signature status",
                "Pobierz status podpisów odbiorców",
                "Signaturstatus der Empfänger abrufen",
            ),
            &[PACKAGE],
        ),
        named(
            ("get-document", "Get document", "Pobierz dokument", "Dokument abrufen"),
            &[PACKAGE, DOCUMENT, EVIDENCE],
        ),
        named(
            (
                "get-signing-link",
                "Get link for sign",
                "Pobierz link do podpisu",
                "Link zum Signieren abrufen",
            ),
            &[PACKAGE, SIGNING_URL],
        ),
        ActionDeclaration {
            settings: settings::of_reminders(),
            ..named(
                ("send-reminders", "Send reminders", "Wyślij przypomnienia", "Erinnerungen senden"),
                &[PACKAGE, NOTIFICATIONS],
            )
        },
        named(
            ("withdraw-document", "Withdraw document", "Wycofaj dokument", "Dokument zurückziehen"),
            &[PACKAGE, CHANGE, DELETE],
        ),
        named(("list-changes", "List changes", "Pobierz zmiany", "Änderungen abrufen"), &[LIST]),
    ]
}

fn rules(egress: &[(&str, &str)]) -> Vec<EgressRule> {
    egress.iter().map(|(method, path)| rule(API, method, &format!("/api{path}"))).collect()
}

/// The whole value of the header is the secret, `Basic <callback key>`; OneSpan sends the key as it was given (P16).
fn webhook() -> WebhookDeclaration {
    WebhookDeclaration {
        name: "callback".to_owned(),
        authentication: WebhookAuthentication::SharedSecret("authorization".to_owned()),
        events: events::KNOWN.iter().map(|(name, _)| (*name).to_owned()).collect(),
    }
}
