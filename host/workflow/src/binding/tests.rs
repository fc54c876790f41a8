//! What `with` becomes, action by action.

use serde_json::{Value, json};

use crate::apply::{Applied, Context, NewInstance, apply, start};
use crate::effect::{CallRequest, Effect};
use crate::event::{Actor, Event, What};
use crate::instance::Instance;
use crate::load::{Workflow, load};

/// A workflow whose only button runs one action on a form with two rows and three files, one of them deleted.
fn workflow(action: &str) -> Workflow {
    let text = format!(
        r#"
apiVersion: countersign/v1
kind: Workflow
metadata: {{name: example, version: 1}}
connections: {{sign: {{provides: "countersign:provider/actions@0.1"}}}}
fields:
  title: {{type: text}}
  me: {{type: email}}
  until: {{type: date}}
  document_id: {{type: text}}
lists:
  signers:
    columns: {{name: {{type: text}}, email: {{type: email}}, role: {{type: text}}, order: {{type: integer}}, tax_id: {{type: text}}, position: {{type: text}}, sms_unlock: {{type: bool}}}}
attachments: {{categories: [a, b], attributes: [final]}}
start: draft
steps:
  draft:
    kind: user
    buttons: {{press: {{do: [{action}]}}}}
    paths:
      send:
        to: done
        do: [{{action: sign.send-for-signature, with: {{title: T, recipients: "${{lists.signers}}", documents: {{all: true}}}}, save: {{document_id: "${{outcome.document-id}}"}}}}]
  done: {{kind: final, outcome: success}}
"#
    );
    load(&text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn event(what: Value) -> Event {
    Event {
        at_ms: 2,
        actor: Actor { name: "me@x.example".to_owned(), roles: Vec::new() },
        what: serde_json::from_value::<What>(what).unwrap(),
    }
}

/// Presses the button; gives the call, or the failure that came before any.
fn press(action: &str, fields: &Value) -> Result<CallRequest, Value> {
    let workflow = workflow(action);
    let context = Context {
        select: &|sql, _| if sql == "SELECT" { Ok(vec![3, 2, 9]) } else { Err("no".to_owned()) },
        choices: &|_| None,
    };
    let rows = json!([
        {"name": "One", "email": "one@x.example", "role": "SIGNER", "tax_id": "PL5260001246", "sms_unlock": true},
        {"name": "Two", "email": "Two@X.example", "role": "VIEWER", "order": 2, "position": "Clerk"},
    ]);
    let new = NewInstance {
        id: "i".to_owned(),
        number: 1,
        connections: [("sign".to_owned(), "c".to_owned())].into_iter().collect(),
        at_ms: 1,
        actor: Actor::default(),
        edit: serde_json::from_value(json!({"fields": fields, "lists": {"signers": rows}})).unwrap(),
        take: None,
    };
    let mut applied = start(&workflow, new, &context).unwrap();
    for what in [
        file("one.pdf", "a", &[]),
        file("two.pdf", "a", &["final"]),
        file("note.txt", "b", &[]),
        json!({"change-attachment": {"id": 1, "deleted": true}}),
    ] {
        applied = apply(&workflow, &applied.instance, &event(what), &context).unwrap();
    }
    let Applied { instance, effects } =
        apply(&workflow, &applied.instance, &event(json!({"press": {"button": "press"}})), &context).unwrap();
    let call = effects
        .into_iter()
        .find_map(|effect| if let Effect::Call(call) = effect { Some(*call) } else { None });
    call.ok_or_else(|| failure(&instance))
}

fn failure(instance: &Instance) -> Value {
    instance.incident.as_ref().unwrap().failure["invalid"].clone()
}

fn file(name: &str, category: &str, attributes: &[&str]) -> Value {
    json!({"attach": {"attachment": {"id": 0, "name": name, "media-type": "x/y", "size": 1, "sha256": "00", "category": category, "attributes": attributes}}})
}

fn send(rest: &str) -> String {
    format!("{{action: sign.send-for-signature, with: {{title: T, {rest}}}}}")
}

#[test]
fn files_are_chosen_in_every_way_and_deleted_ones_never() {
    for (documents, expected) in [
        ("{category: a}", Ok(vec![2])),
        ("{category: a, attribute: final}", Ok(vec![2])),
        ("{attribute: final}", Ok(vec![2])),
        ("{all: true}", Ok(vec![2, 3])),
        ("{attachments: [3, 2]}", Ok(vec![3, 2])),
        ("{query: SELECT}", Ok(vec![3, 2])),
        (r#"{all: true, name-pattern: "\\.pdf$"}"#, Ok(vec![2])),
        (r#"{name-pattern: "^note"}"#, Ok(vec![3])),
        ("{attachments: [1]}", Err("there is no file 1, or it is deleted")),
        ("{query: DROP}", Err("no")),
        (
            "{category: b, attribute: final}",
            Err(
                "no file belongs to category `b` and attribute `final`; attach at least one that is not deleted",
            ),
        ),
    ] {
        let got =
            press(&send(&format!("recipients: \"${{lists.signers}}\", documents: {documents}")), &json!({}));
        let got = got
            .map(|call| (call.attachments.clone(), call.input["documents"].clone()))
            .map_err(|failure| failure["reason"].clone());
        match expected {
            Ok(ids) => assert_eq!(got, Ok((ids.clone(), json!(ids))), "{documents}"),
            Err(reason) => assert_eq!(got, Err(json!(reason)), "{documents}"),
        }
    }
}

#[test]
fn rows_become_recipients() {
    for (recipients, expected) in [
        (r#""${lists.signers}""#, vec!["r1", "r2"]),
        ("{list: signers, where: \"row.role == 'VIEWER'\"}", vec!["r2"]),
        (r#"{list: signers, email: "${fields.me}"}"#, vec!["r2"]),
        (r#"{list: signers, email: one@x.example, where: "!row.sms_unlock"}"#, vec![]),
    ] {
        let got = press(
            &send(&format!("recipients: {recipients}, documents: {{all: true}}")),
            &json!({"me": "two@x.example"}),
        );
        let keys = got.map(|call| {
            call.input["recipients"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["row-key"].clone())
                .collect::<Vec<_>>()
        });
        match expected.is_empty() {
            true => assert_eq!(
                keys.unwrap_err()["reason"],
                "no row of `signers` is meant; add one that fits",
                "{recipients}"
            ),
            false => assert_eq!(json!(keys.unwrap()), json!(expected), "{recipients}"),
        }
    }
}

#[test]
fn a_recipient_has_every_key_of_the_contract() {
    let call = press(
        &send(r#"recipients: {list: signers, columns: {language: role}}, documents: {all: true}"#),
        &json!({}),
    )
    .unwrap();
    let first = json!({
        "row-key": "r1", "first-name": null, "last-name": null, "display-name": "One", "email": "one@x.example",
        "phone": null, "role": "SIGNER", "signature-type": null, "sms-authentication": false, "sms-unlock": true,
        "order": null, "organisation": {"name": "", "tax-id": "PL5260001246", "position": ""}, "representative": false,
        "language": "SIGNER", "provider-reference": null,
    });
    assert_eq!(call.input["recipients"][0], first);
    assert_eq!(
        call.input["recipients"][1]["organisation"],
        Value::Null,
        "a position alone is no organisation"
    );
    assert_eq!(call.input["ordered"], true, "one row has an order");
}

#[test]
fn plain_values_are_read() {
    let rest = r#"recipients: "${lists.signers}", documents: {all: true}, description: "for ${fields.title}", language: pl, ordered: false,
        labels: ["1", "2"], expires-at: "${fields.until}", settings: {a: true, b: 7, c: "${fields.me}"}"#;
    let call = press(&send(rest), &json!({"title": "X", "until": "2026-11-30"})).unwrap();
    let got = |key: &str| call.input[key].clone();
    assert_eq!(got("description"), "for X");
    assert_eq!(
        (got("language"), got("ordered"), got("labels")),
        (json!("pl"), json!(false), json!(["1", "2"]))
    );
    assert_eq!(got("expires-at"), json!(1_796_083_200_000_i64), "a date lasts until its end in UTC");
    assert_eq!(got("settings"), json!([{"name": "a", "value": "true"}, {"name": "b", "value": "7"}]));
    let untitled = press(
        r#"{action: sign.send-for-signature, with: {title: "${fields.title}", recipients: "${lists.signers}", documents: {all: true}}}"#,
        &json!({}),
    );
    assert_eq!(untitled.unwrap_err()["field"], "title");
}

#[test]
fn other_actions_work_on_the_document() {
    let document = json!({"document-id": "D", "client-reference": null, "settings": []});
    let form = json!({"document_id": "D"});
    for (action, verb, expected) in [
        ("{action: sign.get-document-status}", "get-document-status", document.clone()),
        (
            "{action: sign.get-document, with: {parts: [signed], name: n}, attach: {category: a}}",
            "get-document",
            json!({"document": document, "parts": ["signed"], "name": "n"}),
        ),
        (
            r#"{action: sign.send-reminders, with: {except: ["${fields.me}", a@x.example]}}"#,
            "send-reminders",
            json!({"document": document, "except": ["a@x.example"]}),
        ),
        (
            "{action: sign.withdraw-document, with: {reason: wrong}}",
            "withdraw-document",
            json!({"document": document, "reason": "wrong"}),
        ),
        (
            r#"{action: sign.list-changes, with: {since: "2026-11-30"}}"#,
            "list-changes",
            json!({"since": 1_795_996_800_000_i64, "cursor": null, "limit": 100, "settings": []}),
        ),
    ] {
        let call = press(action, &form).unwrap();
        assert_eq!((call.action.as_str(), call.input), (verb, expected), "{action}");
    }
    let call =
        press(r#"{action: sign.get-signing-link, as: "${actor.name}", with: {document: other}}"#, &form)
            .unwrap();
    assert_eq!(call.input["document"]["document-id"], "other");
    assert_eq!(call.input["recipients"].as_array().unwrap().len(), 2, "the send's list counts");
    assert_eq!(call.acting_user.as_deref(), Some("me@x.example"));
    assert_eq!(press("{action: sign.get-document-status}", &json!({})).unwrap_err()["field"], "document-id");
}
