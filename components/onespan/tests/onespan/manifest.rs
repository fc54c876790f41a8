//! What the component says of itself and asks for.

use std::collections::BTreeSet;

use countersign_sdk::Provider;
use countersign_sdk::contract::manifest::{Authentication, SettingKind, WebhookAuthentication};
use onespan::OneSpan;

#[test]
fn actions_ask_for_no_more_than_they_need() {
    let described = OneSpan::describe();
    let egress = |name: &str| -> Vec<String> {
        let action = described.actions.iter().find(|action| action.name == name).unwrap();
        let below = |path: &str| path.strip_prefix("/api/packages").unwrap().to_owned();
        action.egress.iter().map(|rule| format!("{} {}", rule.method, below(&rule.path))).collect()
    };
    assert_eq!(egress("get-document-status"), ["GET /{id}", "GET /{id}/signingStatus"]);
    assert_eq!(egress("get-recipient-statuses"), ["GET /{id}"]);
    assert_eq!(egress("list-changes"), ["GET "]);
    assert_eq!(egress("send-reminders"), ["GET /{id}", "POST /{id}/notifications"]);
    for reading in ["get-document-status", "get-recipient-statuses", "get-document", "get-signing-link"] {
        assert!(egress(reading).iter().all(|rule| rule.starts_with("GET ")), "{reading}");
    }
    let allowed_to = |method: &str, end: &str| -> BTreeSet<&str> {
        let allows = |action: &&countersign_sdk::contract::manifest::ActionDeclaration| {
            action.egress.iter().any(|rule| rule.method == method && rule.path.ends_with(end))
        };
        described.actions.iter().filter(allows).map(|action| action.name.as_str()).collect()
    };
    assert_eq!(
        allowed_to("POST", "/packages"),
        BTreeSet::from(["send-for-signature"]),
        "only a send can create"
    );
    assert_eq!(allowed_to("DELETE", "/{id}"), BTreeSet::from(["withdraw-document"]));
}

#[test]
fn every_way_to_authenticate_is_offered() {
    let described = OneSpan::describe();
    let [connection] = described.connections.as_slice() else { panic!("one role") };
    assert!(matches!(
        connection.authentication.as_slice(),
        [Authentication::Verbatim, Authentication::Bearer, Authentication::Oauth2ClientCredentials(scopes)]
            if scopes.is_empty()
    ));
    for environment in &connection.environments {
        assert!(!environment.base_url.contains("/api"), "P3");
        assert_eq!(environment.token_url, Some(format!("{}/oauth2/token", environment.base_url)));
    }
}

#[test]
fn names_are_prefixed_and_settings_explained() {
    let described = OneSpan::describe();
    assert!(described.experimental, "much is inferred");
    for action in &described.actions {
        let languages: Vec<_> = action.label.iter().map(|label| label.language.as_str()).collect();
        assert_eq!(languages, ["en", "pl", "de"], "{}", action.name);
        assert!(action.label.iter().all(|label| label.text.starts_with("(ONESPAN) ")), "{}", action.name);
    }
    let of_actions = described.actions.iter().flat_map(|action| &action.settings);
    for setting in described.settings.iter().chain(of_actions) {
        assert_eq!(setting.label.len(), 3, "{}", setting.name);
        assert!(setting.description.ends_with('.'), "{}", setting.name);
    }
    let withdrawal = described.settings.iter().find(|setting| setting.name == "withdrawal").unwrap();
    assert_eq!(withdrawal.default.as_deref(), Some("trash"));
    assert!(matches!(&withdrawal.kind, SettingKind::Choice(words) if words.len() == 4));
}

/// The key is compared as OneSpan sends it, in the header in which it sends it (P16); the names of events are its own,
/// letter by letter (P37).
#[test]
fn messages_carry_the_key_and_their_events_are_known() {
    let described = OneSpan::describe();
    let [webhook] = described.webhooks.as_slice() else { panic!("one webhook") };
    assert_eq!(webhook.authentication, WebhookAuthentication::SharedSecret("authorization".to_owned()));
    assert_eq!(webhook.events.iter().collect::<BTreeSet<_>>().len(), 22);
    for asked in ["COMPLETE", "TRASH", "DELETE", "DECLINE", "EXPIRE", "OPT_OUT", "ARCHIVE"] {
        assert!(webhook.events.contains(&format!("PACKAGE_{asked}")), "{asked} (C131)");
    }
    assert!(!webhook.events.iter().any(|event| event == "PACKAGE_READY_FOR_COMPLETION"));
}
