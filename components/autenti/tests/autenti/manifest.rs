//! What the component says of itself and asks for.

use std::collections::BTreeSet;

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::manifest::{Authentication, ClaimValue, WebhookAuthentication};

#[test]
fn actions_ask_for_no_more_than_they_need() {
    let described = Autenti::describe();
    let egress = |name: &str| -> Vec<String> {
        let action = described.actions.iter().find(|action| action.name == name).unwrap();
        assert!(action.egress.iter().all(|rule| rule.role == "api"));
        action.egress.iter().map(|rule| format!("{} {}", rule.method, rule.path)).collect()
    };
    assert_eq!(egress("get-document-status"), ["GET /document-processes/{id}"]);
    assert_eq!(egress("get-recipient-statuses"), ["GET /document-processes/{id}"]);
    assert_eq!(
        egress("get-document"),
        ["GET /document-processes/{id}", "GET /document-processes/{id}/files/{file}/content"]
    );
    assert_eq!(egress("get-signing-link"), ["POST /document-processes/{id}/parties/{party}/action-links"]);
    assert_eq!(egress("rows"), ["GET /tags"]);
    let creating: BTreeSet<&str> = described
        .actions
        .iter()
        .filter(|action| action.egress.iter().any(|rule| rule.path == "/document-processes"))
        .map(|action| action.name.as_str())
        .collect();
    assert_eq!(creating, BTreeSet::from(["send-for-signature"]), "only a send can create");
    assert!(described.actions.iter().all(|action| action.name != "list-changes"));
}

#[test]
fn every_name_is_prefixed_and_translated() {
    for action in Autenti::describe().actions {
        let languages: Vec<_> = action.label.iter().map(|label| label.language.as_str()).collect();
        assert_eq!(languages, ["en", "pl", "de"], "{}", action.name);
        assert!(action.label.iter().all(|label| label.text.starts_with("(AUTENTI) ")), "{}", action.name);
    }
}

#[test]
fn assertions_carry_the_claims_of_autenti() {
    let described = Autenti::describe();
    let [connection] = described.connections.as_slice() else { panic!("one role") };
    let Some(Authentication::Oauth2JwtBearer(claims)) = connection.authentication.first() else {
        panic!("jwt first")
    };
    let names: Vec<_> = claims.iter().map(|claim| claim.name.as_str()).collect();
    assert_eq!(names, ["aud", "iss", "sub", "iat", "exp", "jti", "email", "email_verified"]);
    for claim in claims {
        if let ClaimValue::Setting(name) = &claim.value {
            assert!(described.settings.iter().any(|setting| setting.name == *name), "{name}");
        }
    }
    assert!(connection.environments.iter().all(|environment| {
        environment.token_url.as_deref() == Some(format!("{}/auth/token", environment.base_url).as_str())
    }));
}

#[test]
fn settings_are_unique_and_switches_are_on() {
    let settings = Autenti::describe().settings;
    let names: BTreeSet<_> = settings.iter().map(|setting| setting.name.clone()).collect();
    assert_eq!(names.len(), settings.len());
    for name in [
        "role-signer",
        "role-approver",
        "role-reviewer",
        "role-viewer",
        "signature-type-basic",
        "signature-type-qualified",
        "signature-type-advanced",
    ] {
        let setting = settings.iter().find(|setting| setting.name == name).unwrap();
        assert_eq!(setting.default.as_deref(), Some("true"));
    }
}

#[test]
fn callbacks_are_signed() {
    let described = Autenti::describe();
    let [webhook] = described.webhooks.as_slice() else { panic!("one webhook") };
    assert_eq!(webhook.authentication, WebhookAuthentication::DetachedJws("x-jws-signature".to_owned()));
    assert_eq!(webhook.events.len(), 5);
}
