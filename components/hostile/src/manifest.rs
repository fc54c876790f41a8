//! What the provider says of itself: honest, and as little as it can.
//!
//! Not here: keeping to it.

use countersign_sdk::contract::data_sources::Source;
use countersign_sdk::contract::manifest::{
    ActionDeclaration, Authentication, ConnectionRole, Description, EgressRule, SettingDeclaration,
    SettingKind,
};
use countersign_sdk::contract::types::Translation;

use crate::behaviour::BEHAVIOURS;

/// The data source that lists the misbehaviours.
pub(crate) const SOURCE: &str = "behaviours";

/// The columns of that source.
const COLUMNS: [&str; 4] = ["family", "action", "ended-by", "result"];

/// The manifest.
pub(crate) fn description() -> Description {
    Description {
        id: "hostile".to_owned(),
        names: english("Hostile"),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        publisher: "Countersign".to_owned(),
        licence: "Apache-2.0 OR MIT".to_owned(),
        contract_minimum: "0.1.0".to_owned(),
        deprecated: None,
        experimental: false,
        connections: vec![api()],
        settings: Vec::new(),
        actions: vec![
            action(
                "send-for-signature",
                "(HOSTILE) Send for signature",
                &["POST /documents", "GET /documents/{id}"],
            ),
            action("get-document-status", "(HOSTILE) Get document status", &["GET /documents/{id}"]),
            action("get-document", "(HOSTILE) Get document", &["GET /documents/{id}"]),
        ],
        webhooks: Vec::new(),
    }
}

/// The description of the one data source.
pub(crate) fn behaviours_source() -> Source {
    Source {
        id: SOURCE.to_owned(),
        names: english("Behaviours"),
        columns: COLUMNS.map(str::to_owned).to_vec(),
        needs_connection: false,
    }
}

fn api() -> ConnectionRole {
    ConnectionRole {
        role: "api".to_owned(),
        description: "A provider that is made to suffer.".to_owned(),
        authentication: vec![
            Authentication::None,
            Authentication::Bearer,
            Authentication::Basic,
            Authentication::Header("x-api-key".to_owned()),
            Authentication::Oauth2ClientCredentials(Vec::new()),
        ],
        environments: Vec::new(),
    }
}

fn action(name: &str, label: &str, egress: &[&str]) -> ActionDeclaration {
    let names = BEHAVIOURS.iter().flat_map(|family| family.members).map(|member| member.name.to_owned());
    ActionDeclaration {
        name: name.to_owned(),
        label: english(label),
        egress: egress.iter().filter_map(|rule| rule.split_once(' ')).map(rule).collect(),
        settings: vec![
            setting("behaviour", "What to do.", SettingKind::Choice(names.collect())),
            setting("times", "How often, where a flood counts.", SettingKind::Integer),
            setting(
                "needles",
                "Texts to look for in memory, one a line, each as its length and fingerprint: `12:c0ffee`.",
                SettingKind::Text,
            ),
        ],
    }
}

fn rule((method, path): (&str, &str)) -> EgressRule {
    EgressRule { role: "api".to_owned(), method: method.to_owned(), path: path.to_owned() }
}

fn setting(name: &str, description: &str, kind: SettingKind) -> SettingDeclaration {
    SettingDeclaration {
        name: name.to_owned(),
        label: english(name),
        description: description.to_owned(),
        kind,
        required: false,
        default: None,
    }
}

fn english(text: &str) -> Vec<Translation> {
    vec![Translation { language: "en".to_owned(), text: text.to_owned() }]
}
