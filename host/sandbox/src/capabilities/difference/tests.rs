//! Each kind of line, in each direction, from changes to one and the same manifest.

use super::*;

type Edit = fn(&mut Capabilities);

fn base() -> Capabilities {
    serde_json::from_value(serde_json::json!({
        "imports": ["countersign:provider/http", "wasi:io/streams"],
        "roles": {"api": {
            "authentication": {"oauth2-password": ["scope a", "scope b"], "oauth2-jwt-bearer": ["claim iss = client-id"]},
            "environments": {"test": "https://test.example.com"},
        }},
        "actions": {"send-for-signature": ["api POST /documents", "api GET /documents/{id}"]},
        "settings": {"account": {"kind": "text", "required": true}, "language": {"kind": "text"}},
        "webhooks": {"changes": {"authentication": "basic", "events": ["signed"]}},
        "data-sources": {"roles": false},
        "memory-bytes": 65536,
    }))
    .unwrap()
}

fn lines(edit: Edit) -> Vec<String> {
    let mut new = base();
    edit(&mut new);
    difference(&base(), &new).iter().map(ToString::to_string).collect()
}

fn check(cases: &[(Edit, &[&str])]) {
    for (edit, expected) in cases {
        assert_eq!(lines(*edit), *expected);
    }
}

#[test]
fn imports_roles_and_proofs_say_which_way_they_went() {
    check(&[
        (|_| {}, &[]),
        (
            |c| done(c.imports.insert("countersign:provider/attachments".into())),
            &["widened import `countersign:provider/attachments`: imported"],
        ),
        (
            |c| done(c.imports.remove("countersign:provider/http")),
            &["narrowed import `countersign:provider/http`: no longer imported"],
        ),
        (|c| done(c.imports.insert("wasi:io/poll".into())), &["changed import `wasi:io/poll`: imported"]),
        (
            |c| done(c.roles.insert("files".into(), RoleAsked::default())),
            &["widened role `files`: no address suggested"],
        ),
        (
            |c| api(c).environments.clear(),
            &["changed role `api`: test https://test.example.com → no address suggested"],
        ),
        (
            |c| scopes(c, &["scope a"]),
            &["narrowed authentication `api oauth2-password`: scope a, scope b → scope a"],
        ),
        (
            |c| scopes(c, &["scope a", "scope b", "scope c"]),
            &["widened authentication `api oauth2-password`: scope a, scope b → scope a, scope b, scope c"],
        ),
        (|c| scopes(c, &[]), &["widened authentication `api oauth2-password`: scope a, scope b → offered"]),
    ]);
}

#[test]
fn actions_settings_webhooks_and_the_rest_say_which_way_they_went() {
    check(&[
        (
            |c| done(c.actions.insert("rows".into(), BTreeSet::from(["api GET /labels".into()]))),
            &["widened action `rows`: offered", "widened rule `rows`: api GET /labels"],
        ),
        (
            |c| done(rules_of(c).insert("api DELETE /documents/{id}".into())),
            &["widened rule `send-for-signature`: api DELETE /documents/{id}"],
        ),
        (
            |c| done(rules_of(c).remove("api POST /documents")),
            &["narrowed rule `send-for-signature`: no longer api POST /documents"],
        ),
        (
            |c| {
                rules_of(c).remove("api GET /documents/{id}");
                rules_of(c).insert("api GET /documents/7".into());
            },
            &["narrowed rule `send-for-signature`: api GET /documents/{id} → api GET /documents/7"],
        ),
        (
            |c| done(c.settings.insert("region".into(), SettingAsked { required: true, ..text() })),
            &["widened setting `region`: required text"],
        ),
        (|c| done(c.settings.insert("region".into(), text())), &["changed setting `region`: text"]),
        (
            |c| done(c.settings.insert("account".into(), text())),
            &["narrowed setting `account`: required text → text"],
        ),
        (|c| done(c.settings.remove("language")), &["narrowed setting `language`: no longer text"]),
        (
            |c| hook(c).authentication = "unguessable-address x".into(),
            &["widened webhook `changes`: basic: signed → unguessable-address x: signed"],
        ),
        (
            |c| done(hook(c).events.insert("seen".into())),
            &["changed webhook `changes`: basic: signed → basic: seen, signed"],
        ),
        (|c| c.webhooks.clear(), &["narrowed webhook `changes`: no longer basic: signed"]),
        (
            |c| done(c.data_sources.insert("roles".into(), true)),
            &["changed data-source `roles`: built in → asks the provider"],
        ),
        (|c| c.memory_bytes *= 2, &["changed memory `at the start`: 64 KiB → 128 KiB"]),
    ]);
}

#[test]
fn other_claims_are_always_more_because_the_operators_key_signs_them() {
    let said = lines(|c| done(api(c).authentication.insert("oauth2-jwt-bearer".into(), BTreeSet::new())));
    assert!(said.iter().any(|line| line.starts_with("widened authentication")), "{said:?}");
}

#[test]
fn a_scheme_more_must_be_picked_first_and_a_scheme_less_is_less() {
    let more = lines(|c| done(api(c).authentication.insert("bearer".into(), BTreeSet::new())));
    assert!(more.contains(&"changed authentication `api bearer`: offered".to_owned()), "{more:?}");
    let less = lines(|c| done(api(c).authentication.remove("oauth2-password")));
    assert!(less.iter().any(|line| line.starts_with("narrowed authentication")), "{less:?}");
    assert!(!more.iter().chain(&less).any(|line| line.starts_with("widened")), "{more:?} {less:?}");
}

#[test]
fn a_rule_is_covered_by_a_wider_template() {
    let cases = [
        ("api GET /a/{id}", "api GET /a/b", true),
        ("api GET /a/{id}", "api GET /a/{other}", true),
        ("api GET /a/b", "api GET /a/{id}", false),
        ("api GET /a/{id}", "api POST /a/b", false),
        ("api GET /a/{id}", "files GET /a/b", false),
        ("api GET /a/{id}", "api GET /a/b/c", false),
        ("api GET /a/{id}", "api GET /a/", false),
    ];
    for (wide, narrow, expected) in cases {
        assert_eq!(covers(wide, narrow), expected, "{wide} {narrow}");
    }
}

/// An edit answers nothing, whatever its last step answers.
fn done<T>(_: T) {}

fn api(of: &mut Capabilities) -> &mut RoleAsked {
    of.roles.get_mut("api").unwrap()
}

fn scopes(of: &mut Capabilities, scopes: &[&str]) {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    api(of).authentication.insert("oauth2-password".into(), scopes);
}

fn rules_of(of: &mut Capabilities) -> &mut BTreeSet<String> {
    of.actions.get_mut("send-for-signature").unwrap()
}

fn hook(of: &mut Capabilities) -> &mut WebhookAsked {
    of.webhooks.get_mut("changes").unwrap()
}

fn text() -> SettingAsked {
    SettingAsked { kind: "text".into(), ..SettingAsked::default() }
}
