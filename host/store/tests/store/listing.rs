//! Finding instances: by key, by filter, page by page.

use countersign_store::{Change, InstanceFilter, InstanceKey, PhaseName, ReadError, Store};
use serde_json::json;

use crate::stage::{Stage, commit, create_all, id, instance_with};

async fn numbers(store: &Store, filter: InstanceFilter) -> Vec<i64> {
    let page = store.instances(&filter, None, 100).await.unwrap();
    assert_eq!(page.next, None);
    page.instances.iter().map(|instance| instance.number).collect()
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let stage = Stage::new();
    let store = stage.open();
    let incident = json!({"trigger": {"timer": "hourly"}, "action": null, "call-id": null, "failure": {},
        "in-doubt": false, "message": "m", "opened-at-ms": 1});
    let all = [
        json!({"form": {"fields": {"title": "Lease of 50% of_the \"barn\""}}}),
        json!({"step": "approval", "form": {"lists": {"signers": [{"key": "r1", "cells": {"email": "Bob@Example.org"}}]}}}),
        json!({"workflow": "leave", "incident": incident}),
        json!({"workflow": "leave", "step": "approved", "phase": {"phase": "ended", "outcome": "success"}}),
    ];
    for (number, other) in (1..).zip(all) {
        commit(&store, vec![Change::create_instance(&instance_with(number, other), 1).unwrap()]).await;
    }
    let none = InstanceFilter::default;
    let text = |text: &str| InstanceFilter { text: Some(text.to_owned()), ..none() };
    let cases = [
        (none(), vec![4, 3, 2, 1]),
        (InstanceFilter { workflow: Some("leave".into()), ..none() }, vec![4, 3]),
        (InstanceFilter { step: Some("approval".into()), ..none() }, vec![2]),
        (InstanceFilter { phase: Some(PhaseName::Ended), ..none() }, vec![4]),
        (InstanceFilter { incident: Some(true), ..none() }, vec![3]),
        (InstanceFilter { incident: Some(false), ..none() }, vec![4, 2, 1]),
        (InstanceFilter { workflow: Some("leave".into()), incident: Some(false), ..none() }, vec![4]),
        (text("bob@example"), vec![2]),
        (text("contract"), vec![4, 3]),
        (text("50%"), vec![1]),
        (text("0%f"), vec![]),
        (text("of_the"), vec![1]),
        (text("of_50"), vec![]),
        (text("\"barn\""), vec![1]),
        (text("title"), vec![]),
        (text("signers"), vec![]),
        (text("'; DROP TABLE instance; --"), vec![]),
        (text(""), vec![4, 3, 2, 1]),
    ];
    for (filter, expect) in cases {
        assert_eq!(numbers(&store, filter.clone()).await, expect, "{filter:?}");
    }
}

#[tokio::test]
async fn pages_join_without_gap_or_overlap() {
    let stage = Stage::new();
    let store = stage.open();
    create_all(&store, 1..=11).await;
    for (limit, pages) in [(1, 11), (5, 3), (11, 1), (12, 1), (0, 11), (usize::MAX, 1)] {
        let (mut seen, mut cursor, mut count) = (Vec::new(), None, 0);
        loop {
            let page = store.instances(&InstanceFilter::default(), cursor, limit).await.unwrap();
            seen.extend(page.instances.iter().map(|instance| instance.number));
            count += 1;
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!((seen, count), ((1..=11).rev().collect(), pages), "limit {limit}");
    }
}

#[tokio::test]
async fn an_instance_is_found_by_id_number_and_beginning() {
    let stage = Stage::new();
    let store = stage.open();
    create_all(&store, 1..=12).await;
    let cases = [
        (id(7), Ok(Some(7))),
        ("7".to_owned(), Ok(Some(7))),
        ("99".to_owned(), Ok(None)),
        ("0190b5f0-0000-7000-8000-00000000000".to_owned(), Err(true)),
        ("0190b5f0-0000-7000-8000-0000000000".to_owned(), Err(true)),
        ("0190c".to_owned(), Ok(None)),
        (String::new(), Err(true)),
    ];
    for (text, expect) in cases {
        let key: InstanceKey = text.parse().unwrap();
        let found = store.instance_summary(&key).await;
        let seen = found.map(|found| found.map(|found| found.number));
        assert_eq!(seen.map_err(|error| matches!(error, ReadError::Ambiguous { .. })), expect, "`{text}`");
    }
    commit(
        &store,
        vec![{
            let other = instance_with(20, json!({"id": "0191aaaa-0000-7000-8000-000000000020"}));
            Change::create_instance(&other, 1).unwrap()
        }],
    )
    .await;
    let key: InstanceKey = "0191".parse().unwrap();
    assert_eq!(store.instance(&key).await.unwrap().unwrap().number, 20);
}
