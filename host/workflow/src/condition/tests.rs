//! Tables for `condition.rs`.

use indexmap::IndexMap;
use serde_json::json;

use super::Condition;
use crate::definition::Definition;
use crate::event::Actor;
use crate::form::Form;
use crate::scope::{InstanceFacts, Scope};

fn definition() -> Definition {
    let action = json!({"action": "sign.get-document-status"});
    let send = json!({"action": "sign.send-for-signature"});
    serde_json::from_value(json!({
        "apiVersion": "countersign/v1", "kind": "Workflow", "metadata": {"name": "t", "version": 1},
        "fields": {
            "title": {"type": "text"}, "amount": {"type": "integer"}, "paid": {"type": "bool"},
            "due": {"type": "date-time"}, "none": {"type": "text"}, "off": {"type": "bool"},
        },
        "lists": {
            "signers": {"columns": {"email": {"type": "email"}, "sms": {"type": "bool"}}},
            "empty": {"columns": {"x": {"type": "text"}}},
        },
        "start": "s",
        "steps": {"s": {"kind": "user", "paths": {"p": {"to": "s", "do": [action, send]}}}},
    }))
    .unwrap()
}

fn form() -> Form {
    serde_json::from_value(json!({
        "fields": {"title": "Umowa", "amount": 5, "paid": true, "due": "2026-11-22T14:30:00+01:00"},
        "lists": {"signers": [
            {"key": "r1", "cells": {"email": "a@example.com", "sms": true}},
            {"key": "r2", "cells": {"email": "b@example.com"}},
        ]},
        "attachments": [
            {"id": 1, "name": "a.pdf", "media-type": "application/pdf", "size": 1, "sha256": "", "category": "to-sign"},
            {"id": 2, "name": "b.pdf", "media-type": "application/pdf", "size": 1, "sha256": "", "category": "to-sign", "deleted": true},
        ],
    }))
    .unwrap()
}

fn evaluate(text: &str) -> Result<bool, String> {
    let (definition, form) = (definition(), form());
    let actor = Actor { name: "m@example.com".to_owned(), roles: vec!["manager".to_owned()] };
    let outcomes = IndexMap::from([(
        "get-document-status".to_owned(),
        json!({"status": {"code": "OK", "state": "completed"}}),
    )]);
    let row = &form.lists["signers"][1];
    let scope = Scope {
        definition: &definition,
        form: &form,
        outcomes: Some(&outcomes),
        outcome: None,
        row: crate::scope::ScopeRow::List { list: "signers", row },
        actor: &actor,
        instance: InstanceFacts { id: "i", number: 7, workflow: "t" },
        at_ms: 1_795_361_400_000,
    };
    Condition::compile(text).map_err(|error| error.message)?.evaluate(&scope)
}

#[test]
fn conditions_that_hold() {
    for text in [
        "fields.title == 'Umowa'",
        "fields.title.startsWith('Um') && fields.title.contains('mow') && fields.title.endsWith('a')",
        "fields.title.matches('^U.*a$') && matches(fields.title, 'mow')",
        "fields.amount + 1 == 6 && fields.amount > 4 && fields.amount < 5.5",
        "fields.none == null && !(fields.none == 'x')",
        "!fields.off && fields.paid",
        "fields.due < at && at - fields.due < duration('2400h')",
        "at > timestamp('2026-11-22T00:00:00Z') && at.getFullYear() == 2026",
        "size(lists.signers) == 2 && size(lists.empty) == 0",
        "lists.signers.exists(s, s.sms) && !lists.signers.all(s, s.sms)",
        "lists.signers.filter(s, s.sms).size() == 1",
        "lists.signers.map(s, s.email) == ['a@example.com', 'b@example.com']",
        "lists.signers[0].key == 'r1' && lists.signers.exists_one(s, s.key == 'r2')",
        "row.email == 'b@example.com' && !row.sms",
        "row.sms || row.email != null",
        "attachments.count('to-sign') == 1 && attachments.count('signed') == 0",
        "outcome('get-document-status').status.state == 'completed'",
        "outcome('get-document-status')['status'].code in ['OK', 'DONE']",
        "outcome('send-for-signature')['document-id'] == null",
        "outcome('send-for-signature').status.state != 'completed'",
        "size(outcome('send-for-signature').recipients) == 0",
        "'manager' in actor.roles && actor.name == 'm@example.com'",
        "instance.number == 7 && instance.workflow == 't' && instance.id == 'i'",
        "has(fields.title) && string(fields.amount) == '5' && int('5') == fields.amount && double('1.5') > 1.0",
        "type(fields.title) == string && dyn(fields.amount) == 5",
        "fields.paid ? fields.amount == 5 : false",
        "at.getMonth() >= 0 && at.getDate() > 0 && at.getDayOfMonth() >= 0 && at.getDayOfWeek() >= 0",
        "at.getDayOfYear() >= 0 && at.getHours() >= 0 && at.getMinutes() >= 0 && at.getSeconds() >= 0",
    ] {
        assert_eq!(evaluate(text), Ok(true), "{text}");
    }
}

#[test]
fn what_cannot_be_decided_is_an_error_and_no_answer() {
    for (text, words) in [
        ("fields.title", "is a string, not true or false"),
        ("fields.none > 5", "cannot be decided"),
        ("fields.unknown == 1", "cannot be decided"),
        ("outcome('nobody') == null", "no action has the id `nobody`"),
        ("fields.amount / 0 == 1", "cannot be decided"),
        ("now() > at", "cannot be decided"),
    ] {
        let error = evaluate(text).unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn what_is_no_condition_is_not_compiled() {
    for text in ["", "  ", "a ==", "(a", "a b", "'open", "a == 'x' ||", "ł", "1 +* 2", "\0"] {
        assert!(Condition::compile(text).is_err(), "{text}");
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let macros = |depth: usize| {
        (0..depth).fold("true".to_owned(), |inner, _| format!("lists.signers.all(a, {inner})"))
    };
    assert!(Condition::compile(&macros(2)).is_ok());
    for text in [
        macros(3),
        format!("{}true{}", "(".repeat(1_000), ")".repeat(1_000)),
        "!".repeat(4_000) + "true",
        "! ".repeat(2_000) + "true",
        "- ".repeat(2_000) + "1 == 1",
        "[".repeat(2_000),
        vec!["1"; 2_000].join("+"),
        "a".to_owned() + &".a".repeat(2_000),
        "a".to_owned() + &"[0]".repeat(1_300),
        "true ? true : ".repeat(280) + "true",
        format!("'{}' == ''", "x".repeat(5_000)),
    ] {
        assert!(Condition::compile(&text).is_err(), "{}", &text[..40]);
    }
    let long = vec!["fields.title == 'x'"; 150].join(" || ");
    assert_eq!(evaluate(&long), Ok(false), "many cases beside one another are no depth");
}
