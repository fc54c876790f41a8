//! Who this component is and what it asks for: addresses, credentials, requests, webhooks.
//!
//! Nothing is decided here that depends on an input. The settings stand in `manifest/settings`.

mod settings;

use countersign_sdk::contract::manifest::{
    ActionDeclaration, Authentication, ClaimValue, ConnectionRole, Description, EgressRule, Environment,
    WebhookAuthentication, WebhookDeclaration,
};
use countersign_sdk::declare::{claim, prefixed_action, rule};
use countersign_sdk::rows::{Named, translated};

use crate::account::API;
use crate::events;

/// A longer life has no effect.
const ASSERTION_SECONDS: u32 = 3600;

/// Both need consent; without either of them the grant is refused (P4).
const SCOPE: &str = "signature impersonation";

/// See `manifest.describe` of the contract.
#[must_use]
pub(crate) fn describe() -> Description {
    Description {
        id: "docusign".to_owned(),
        names: translated(&[("en", "DocuSign"), ("pl", "DocuSign"), ("de", "DocuSign")]),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        publisher: "Countersign".to_owned(),
        licence: "Apache-2.0 OR MIT".to_owned(),
        contract_minimum: "0.1.0".to_owned(),
        deprecated: None,
        // The API is published, but the readings marked INFERRED were never tried against DocuSign itself.
        experimental: true,
        connections: vec![connection()],
        settings: settings::of_connection(),
        actions: actions(),
        webhooks: vec![webhook()],
    }
}

fn connection() -> ConnectionRole {
    ConnectionRole {
        role: API.to_owned(),
        description:
            "The eSignature REST API of DocuSign, version 2.1. In production `base-url` is the `base_uri` of \
            the account, as `/oauth/userinfo` tells it, without a path: `https://eu.docusign.net`."
                .to_owned(),
        authentication: authentication(),
        environments: vec![
            environment("demo", "https://demo.docusign.net", "account-d.docusign.com"),
            // One of many: there is no table of regions (P2).
            environment("production", "https://www.docusign.net", "account.docusign.com"),
        ],
    }
}

fn authentication() -> Vec<Authentication> {
    let claims = vec![
        claim("iss", ClaimValue::ClientId),
        claim("sub", ClaimValue::Setting("user-id".to_owned())),
        claim("aud", ClaimValue::Setting("oauth-host".to_owned())),
        claim("iat", ClaimValue::IssuedAt),
        claim("exp", ClaimValue::ExpiresAfterSeconds(ASSERTION_SECONDS)),
        claim("scope", ClaimValue::Text(SCOPE.to_owned())),
    ];
    vec![Authentication::Oauth2JwtBearer(claims), Authentication::Bearer]
}

fn environment(name: &str, base_url: &str, oauth_host: &str) -> Environment {
    Environment {
        name: name.to_owned(),
        base_url: base_url.to_owned(),
        token_url: Some(format!("https://{oauth_host}/oauth/token")),
    }
}

/// Paths below the account.
const LIST: (&str, &str) = ("GET", "/envelopes");
const CREATE: (&str, &str) = ("POST", "/envelopes");
const ENVELOPE: (&str, &str) = ("GET", "/envelopes/{id}");
const CHANGE: (&str, &str) = ("PUT", "/envelopes/{id}");
const RECIPIENTS: (&str, &str) = ("PUT", "/envelopes/{id}/recipients");
const DOCUMENT: (&str, &str) = ("GET", "/envelopes/{id}/documents/{document}");
const VIEW: (&str, &str) = ("POST", "/envelopes/{id}/views/recipient");
const IDENTITY: (&str, &str) = ("GET", "/identity_verification");
const PROVIDERS: (&str, &str) = ("GET", "/signatureProviders");
const LANGUAGES: (&str, &str) = ("GET", "/supported_languages");

fn actions() -> Vec<ActionDeclaration> {
    let named = |named: Named, egress: &[(&str, &str)]| prefixed_action("DOCUSIGN", named, rules(egress));
    vec![
        ActionDeclaration {
            settings: settings::of_send(),
            ..named(
                ("send-for-signature", "Send for signature", "Wyślij do podpisu", "Zur Unterschrift senden"),
                &[LIST, CREATE, CHANGE, ENVELOPE, IDENTITY],
            )
        },
        named(
            (
                "get-document-status",
                "Get document status",
                "Pobierz status dokumentu",
                "Dokumentstatus abrufen",
            ),
            &[ENVELOPE],
        ),
        named(
            (
                "get-recipient-statuses",
                "Get recipients' signature status",
                "Pobierz status podpisów odbiorców",
                "Signaturstatus der Empfänger abrufen",
            ),
            &[ENVELOPE],
        ),
        named(
            ("get-document", "Get document", "Pobierz dokument", "Dokument abrufen"),
            &[ENVELOPE, DOCUMENT],
        ),
        ActionDeclaration {
            settings: settings::of_link(),
            ..named(
                (
                    "get-signing-link",
                    "Get link for sign",
                    "Pobierz link do podpisu",
                    "Link zum Signieren abrufen",
                ),
                &[ENVELOPE, VIEW],
            )
        },
        named(
            ("send-reminders", "Send reminders", "Wyślij przypomnienia", "Erinnerungen senden"),
            &[ENVELOPE, CHANGE, RECIPIENTS],
        ),
        named(
            ("withdraw-document", "Withdraw document", "Wycofaj dokument", "Dokument zurückziehen"),
            &[CHANGE, ENVELOPE],
        ),
        named(("list-changes", "List changes", "Pobierz zmiany", "Änderungen abrufen"), &[LIST]),
        named(
            ("rows", "Read data sources", "Odczytaj źródła danych", "Datenquellen lesen"),
            &[IDENTITY, PROVIDERS, LANGUAGES],
        ),
    ]
}

fn rules(egress: &[(&str, &str)]) -> Vec<EgressRule> {
    let below = |path: &str| format!("/restapi/v2.1/accounts/{{account}}{path}");
    egress.iter().map(|(method, path)| rule(API, method, &below(path))).collect()
}

/// One signature for each active key of the account, in a header of its own (P7).
fn webhook() -> WebhookDeclaration {
    WebhookDeclaration {
        name: "connect".to_owned(),
        authentication: WebhookAuthentication::HmacSha256("x-docusign-signature-".to_owned()),
        events: events::KNOWN.iter().map(|(name, _)| (*name).to_owned()).collect(),
    }
}
