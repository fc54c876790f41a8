//! Who this component is and what it asks for: addresses, credentials, settings, requests, webhooks.
//!
//! Nothing is decided here that depends on an input.

use countersign_sdk::contract::manifest::{
    ActionDeclaration, Authentication, ClaimValue, ConnectionRole, Description, EgressRule, Environment,
    SettingDeclaration, SettingKind, WebhookAuthentication, WebhookDeclaration,
};
use countersign_sdk::declare::{claim, prefixed_action, rule, setting, switch};
use countersign_sdk::rows::{Named, translated};

use crate::data_sources::{choices, languages::DEFAULT_LANGUAGE};
use crate::events;
use crate::process::API;

/// How long an assertion is good for.
const ASSERTION_SECONDS: u32 = 300;

/// The scopes that clients of Autenti ask for with a password.
const SCOPE: &str = "full";

/// See `manifest.describe` of the contract.
#[must_use]
pub(crate) fn describe() -> Description {
    Description {
        id: "autenti".to_owned(),
        names: translated(&[("en", "Autenti"), ("pl", "Autenti"), ("de", "Autenti")]),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        publisher: "Countersign".to_owned(),
        licence: "Apache-2.0 OR MIT".to_owned(),
        contract_minimum: "0.1.0".to_owned(),
        deprecated: None,
        // Autenti publishes only the opening of its API's documentation.
        experimental: true,
        connections: vec![connection()],
        settings: settings(),
        actions: actions(),
        webhooks: vec![webhook()],
    }
}

fn connection() -> ConnectionRole {
    ConnectionRole {
        role: API.to_owned(),
        description: "The Document Process API of Autenti, version 2.".to_owned(),
        authentication: authentication(),
        environments: vec![
            environment("test", "https://api.accept.autenti.net/api/v2"),
            environment("production", "https://api.autenti.net/api/v2"),
            // Sources disagree about the address of production.
            environment("production-com", "https://api.autenti.com/api/v2"),
        ],
    }
}

fn authentication() -> Vec<Authentication> {
    let claims = vec![
        claim("aud", ClaimValue::Text("autenti.com".to_owned())),
        claim("iss", ClaimValue::Setting("organisation-id".to_owned())),
        claim("sub", ClaimValue::Setting("user-id".to_owned())),
        claim("iat", ClaimValue::IssuedAt),
        claim("exp", ClaimValue::ExpiresAfterSeconds(ASSERTION_SECONDS)),
        claim("jti", ClaimValue::RandomUuid),
        claim("email", ClaimValue::ActingUser),
        claim("email_verified", ClaimValue::Boolean(true)),
    ];
    vec![
        Authentication::Oauth2JwtBearer(claims),
        Authentication::Oauth2Password(vec![SCOPE.to_owned()]),
        Authentication::Oauth2ClientCredentials(Vec::new()),
        // `Authorization: api-key <key>`: the secret is the whole value.
        Authentication::Verbatim,
        Authentication::Bearer,
    ]
}

fn environment(name: &str, base_url: &str) -> Environment {
    Environment {
        name: name.to_owned(),
        base_url: base_url.to_owned(),
        token_url: Some(format!("{base_url}/auth/token")),
    }
}

fn settings() -> Vec<SettingDeclaration> {
    let mut settings = vec![
        setting(
            "organisation-id",
            &[
                ("en", "Organisation id"),
                ("pl", "Identyfikator organizacji"),
                ("de", "Kennung der Organisation"),
            ],
            "Unique id of the organisation at Autenti; needed when an assertion is signed (claim `iss`).",
            SettingKind::Text,
        ),
        setting(
            "user-id",
            &[("en", "User id"), ("pl", "Identyfikator użytkownika"), ("de", "Kennung des Benutzers")],
            "Unique id of the acting user in the calling system; needed when an assertion is signed (claim `sub`).",
            SettingKind::Text,
        ),
        SettingDeclaration {
            default: Some(DEFAULT_LANGUAGE.to_owned()),
            ..setting(
                "default-language",
                &[("en", "Default language"), ("pl", "Domyślny język"), ("de", "Standardsprache")],
                "Language of invitations that name none.",
                SettingKind::DataSource("languages".to_owned()),
            )
        },
    ];
    settings.extend(choices::ROLES.iter().map(|role| switch("role", *role)));
    settings.extend(choices::SIGNATURE_TYPES.iter().map(|kind| switch("signature-type", *kind)));
    settings
}

const CREATE: (&str, &str) = ("POST", "/document-processes");
const PROCESS: (&str, &str) = ("GET", "/document-processes/{id}");
const ACT: (&str, &str) = ("POST", "/document-processes/{id}/actions");
const UPLOAD: (&str, &str) = ("POST", "/document-processes/{id}/files");
const FILES: (&str, &str) = ("GET", "/document-processes/{id}/files");
const CONTENT: (&str, &str) = ("GET", "/document-processes/{id}/files/{file}/content");
const PARTIES: (&str, &str) = ("GET", "/document-processes/{id}/parties");
const LINKS: (&str, &str) = ("POST", "/document-processes/{id}/parties/{party}/action-links");
const TAGS: (&str, &str) = ("GET", "/tags");

fn actions() -> Vec<ActionDeclaration> {
    let named = |named: Named, egress: &[(&str, &str)]| prefixed_action("AUTENTI", named, rules(egress));
    vec![
        named(
            ("send-for-signature", "Send for signature", "Wyślij do podpisu", "Zur Unterschrift senden"),
            &[CREATE, UPLOAD, FILES, ACT, PROCESS],
        ),
        named(
            (
                "get-document-status",
                "Get document status",
                "Pobierz status dokumentu",
                "Dokumentstatus abrufen",
            ),
            &[PROCESS],
        ),
        named(
            (
                "get-recipient-statuses",
                "Get recipients' signature status",
                "Pobierz status podpisów odbiorców",
                "Signaturstatus der Empfänger abrufen",
            ),
            &[PROCESS],
        ),
        named(("get-document", "Get document", "Pobierz dokument", "Dokument abrufen"), &[PROCESS, CONTENT]),
        named(
            (
                "get-signing-link",
                "Get link for sign",
                "Pobierz link do podpisu",
                "Link zum Signieren abrufen",
            ),
            &[LINKS],
        ),
        named(
            ("send-reminders", "Send reminders", "Wyślij przypomnienia", "Erinnerungen senden"),
            &[ACT, PARTIES],
        ),
        named(
            ("withdraw-document", "Withdraw document", "Wycofaj dokument", "Dokument zurückziehen"),
            &[ACT, PROCESS],
        ),
        named(("rows", "Read data sources", "Odczytaj źródła danych", "Datenquellen lesen"), &[TAGS]),
    ]
}

fn rules(egress: &[(&str, &str)]) -> Vec<EgressRule> {
    egress.iter().map(|(method, path)| rule(API, method, path)).collect()
}

/// Detached JWS with keys that Autenti publishes; no shared secret exists.
fn webhook() -> WebhookDeclaration {
    WebhookDeclaration {
        name: "callbacks".to_owned(),
        authentication: WebhookAuthentication::DetachedJws("x-jws-signature".to_owned()),
        events: events::KNOWN.iter().map(|(name, _)| (*name).to_owned()).collect(),
    }
}
