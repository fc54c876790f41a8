//! What the component says of itself and asks for.

use std::collections::BTreeSet;

use countersign_sdk::Provider;
use countersign_sdk::contract::manifest::{Authentication, ClaimValue, SettingKind, WebhookAuthentication};
use docusign::DocuSign;

#[test]
fn actions_ask_for_no_more_than_they_need() {
    let described = DocuSign::describe();
    let egress = |name: &str| -> Vec<String> {
        let action = described.actions.iter().find(|action| action.name == name).unwrap();
        let below = |path: &str| path.strip_prefix("/restapi/v2.1/accounts/{account}").unwrap().to_owned();
        action.egress.iter().map(|rule| format!("{} {}", rule.method, below(&rule.path))).collect()
    };
    for reading in ["get-document-status", "get-recipient-statuses"] {
        assert_eq!(egress(reading), ["GET /envelopes/{id}"]);
    }
    assert_eq!(egress("get-document"), ["GET /envelopes/{id}", "GET /envelopes/{id}/documents/{document}"]);
    assert_eq!(egress("list-changes"), ["GET /envelopes"]);
    assert!(egress("rows").iter().all(|rule| rule.starts_with("GET ")));
    let creating: BTreeSet<&str> = described
        .actions
        .iter()
        .filter(|action| {
            action.egress.iter().any(|rule| rule.method == "POST" && rule.path.ends_with("/envelopes"))
        })
        .map(|action| action.name.as_str())
        .collect();
    assert_eq!(creating, BTreeSet::from(["send-for-signature"]), "only a send can create");
}

#[test]
fn assertions_carry_the_claims_of_docusign() {
    let described = DocuSign::describe();
    let [connection] = described.connections.as_slice() else { panic!("one role") };
    let Some(Authentication::Oauth2JwtBearer(claims)) = connection.authentication.first() else {
        panic!("jwt first")
    };
    let names: Vec<_> = claims.iter().map(|claim| claim.name.as_str()).collect();
    assert_eq!(names, ["iss", "sub", "aud", "iat", "exp", "scope"]);
    assert_eq!(claims[5].value, ClaimValue::Text("signature impersonation".to_owned()), "both scopes (P4)");
    for claim in claims {
        if let ClaimValue::Setting(name) = &claim.value {
            assert!(described.settings.iter().any(|setting| setting.name == *name), "{name}");
        }
    }
    assert!(
        connection.environments.iter().all(|environment| !environment.base_url.contains("/restapi")),
        "P3"
    );
}

#[test]
fn names_are_prefixed_and_settings_explained() {
    let described = DocuSign::describe();
    for action in &described.actions {
        let languages: Vec<_> = action.label.iter().map(|label| label.language.as_str()).collect();
        assert_eq!(languages, ["en", "pl", "de"], "{}", action.name);
        assert!(action.label.iter().all(|label| label.text.starts_with("(DOCUSIGN) ")), "{}", action.name);
    }
    let of_actions = described.actions.iter().flat_map(|action| &action.settings);
    for setting in described.settings.iter().chain(of_actions) {
        assert_eq!(setting.label.len(), 3, "{}", setting.name);
        assert!(setting.description.ends_with('.'), "{}", setting.name);
    }
    let links = described.settings.iter().find(|setting| setting.name == "signing-links").unwrap();
    assert_eq!(links.default.as_deref(), Some("off"));
    assert!(matches!(&links.kind, SettingKind::Choice(words) if words.len() == 3));
}

/// The names are DocuSign's, letter by letter: a wrong one fails without a word (P37).
#[test]
fn messages_are_signed_and_their_events_known() {
    let described = DocuSign::describe();
    let [webhook] = described.webhooks.as_slice() else { panic!("one webhook") };
    assert_eq!(webhook.authentication, WebhookAuthentication::HmacSha256("x-docusign-signature-".to_owned()));
    assert_eq!(webhook.events.iter().collect::<BTreeSet<_>>().len(), 26);
    for wrong in ["recipient-reassigned", "templated-deleted", "envelope-expired"] {
        assert!(!webhook.events.iter().any(|event| event == wrong), "{wrong}");
    }
}
