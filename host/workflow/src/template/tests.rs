//! Tables for `template.rs`.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{Template, render_value};
use crate::definition::Definition;
use crate::event::Actor;
use crate::form::Form;
use crate::scope::{InstanceFacts, Scope, ScopeRow};

fn with_scope<T>(act: impl FnOnce(&Scope<'_>) -> T) -> T {
    let definition: Definition = serde_json::from_value(json!({
        "apiVersion": "countersign/v1", "kind": "Workflow", "metadata": {"name": "t", "version": 1},
        "fields": {"title": {"type": "text"}, "amount": {"type": "integer"}, "none": {"type": "text"}},
        "lists": {"signers": {"columns": {"email": {"type": "email"}}}},
        "start": "s",
        "steps": {"s": {"kind": "user", "paths": {"p": {"to": "s", "do": [{"action": "sign.send-for-signature", "id": "first"}]}}}},
    }))
    .unwrap();
    let form: Form = serde_json::from_value(json!({
        "fields": {"title": "Umowa", "amount": 5},
        "lists": {"signers": [{"key": "r1", "cells": {"email": "a@example.com"}}]},
    }))
    .unwrap();
    let outcomes = IndexMap::from([("second".to_owned(), json!({"status": {"code": "OK"}}))]);
    let (outcome, row) = (json!({"document-id": "d-1", "link": null}), json!({"code": "SIGNED"}));
    let actor = Actor { name: "m@example.com".to_owned(), roles: vec!["manager".to_owned()] };
    act(&Scope {
        definition: &definition,
        form: &form,
        outcomes: Some(&outcomes),
        outcome: Some(&outcome),
        row: ScopeRow::Outcome(&row),
        actor: &actor,
        instance: InstanceFacts { id: "i-1", number: 7, workflow: "t" },
        at_ms: 0,
    })
}

fn render(text: &str) -> Result<Value, String> {
    with_scope(|scope| {
        Template::parse(text).map_err(|error| format!("{}: {error}", error.offset))?.render(scope)
    })
}

#[test]
fn templates_read_what_is_there() {
    for (text, expected) in [
        ("plain", json!("plain")),
        ("", json!("")),
        ("${fields.title}", json!("Umowa")),
        ("${ fields.title }", json!("Umowa")),
        ("${fields.amount}", json!(5)),
        ("${fields.none}", Value::Null),
        ("Nr ${fields.amount}: ${fields.title}${fields.none}!", json!("Nr 5: Umowa!")),
        ("${lists.signers}", json!([{"key": "r1", "email": "a@example.com"}])),
        ("${lists.signers[0].email}", json!("a@example.com")),
        ("${lists.signers[1].email}", Value::Null),
        ("${outcome.document-id}", json!("d-1")),
        ("${outcome.link}", Value::Null),
        ("${outcomes.second.status.code}", json!("OK")),
        ("${outcomes.first.document-id}", Value::Null),
        ("${outcomes.first.status.code}", Value::Null),
        ("${row.code}", json!("SIGNED")),
        ("${actor.name}", json!("m@example.com")),
        ("${instance.id}/${instance.number}/${instance.workflow}", json!("i-1/7/t")),
        ("$$5 and $5 and $", json!("$5 and $5 and $")),
        ("$${fields.title}", json!("${fields.title}")),
        ("żółw ${fields.title}", json!("żółw Umowa")),
    ] {
        assert_eq!(render(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_does_not_exist_is_an_error() {
    for (text, words) in [
        ("${fields.titel}", "`${fields.titel}` names nothing"),
        ("${fields}", "names nothing"),
        ("${nobody.x}", "names nothing"),
        ("${outcomes.third.x}", "names nothing"),
        ("all: ${lists.signers}", "is a list"),
        ("one: ${lists.signers[0]}", "is a record"),
        ("ab ${fields.title", "3: `${` is not closed"),
        ("ab ${}", "5: `${}` is no path"),
        ("${fields.1x}", "is no path"),
        ("${fields..x}", "is no path"),
        ("${lists.signers[x]}", "an index is written"),
        ("${lists.signers[0}", "an index is written"),
        ("${a b}", "is no path"),
    ] {
        let error = render(text).unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn every_text_inside_a_value_is_rendered() {
    let value = json!({"a": ["${fields.amount}", true], "${fields.title}": {"b": "x ${fields.amount}"}});
    let expected = json!({"a": [5, true], "${fields.title}": {"b": "x 5"}});
    assert_eq!(with_scope(|scope| render_value(&value, scope)), Ok(expected));
}

#[test]
fn lists_and_references_are_seen_without_rendering() {
    let names = |text: &str| -> Vec<String> {
        Template::parse(text).unwrap().references().map(ToString::to_string).collect()
    };
    assert_eq!(names("${fields.a} and ${lists.b[2].c}"), ["fields.a", "lists.b[2].c"]);
    assert_eq!(Template::parse("${lists.signers}").unwrap().as_list(), Some("signers"));
    for text in ["${lists.signers[0]}", "x ${lists.signers}", "${fields.signers}", "signers"] {
        assert_eq!(Template::parse(text).unwrap().as_list(), None, "{text}");
    }
}
