//! Messages of providers and their events: kept once, matched in the transaction, forgotten after a long time.

use countersign_store::{
    Change, Commit, CommitError, Disposition, EventRow, ExternalRef, MessageState, NewEvent, NewMessage,
    Store,
};

use crate::stage::{Stage, commit, create_all, id};

const SIGN: &str = "sign";

fn message(number: u8) -> NewMessage {
    NewMessage {
        connection: SIGN.into(),
        digest: [number; 32],
        refused: None,
        at_ms: 1_000 + i64::from(number),
        head: "{}".into(),
        body: vec![number; 10],
    }
}

fn receive(message: &NewMessage) -> Change {
    Change::Receive(Box::new(message.clone()))
}

fn refused(number: u8) -> NewMessage {
    NewMessage { refused: Some("no signature fits".into()), ..message(number) }
}

fn event(key: &str, document_id: Option<&str>, client_reference: Option<String>) -> NewEvent {
    NewEvent {
        key: key.into(),
        name: "completed".into(),
        kind: "document-changed".into(),
        document_id: document_id.map(str::to_owned),
        client_reference,
        is_news: true,
        json: "{}".into(),
    }
}

fn read(position: i64, events: &[NewEvent]) -> Change {
    Change::ReadMessage { position, events: events.to_vec(), at_ms: 2_000 }
}

fn correlate(document_id: &str, number: i64) -> Change {
    let reference = ExternalRef {
        connection: SIGN.into(),
        document_id: document_id.into(),
        client_reference: None,
        instance_id: id(number),
    };
    Change::Correlate(reference)
}

/// A store with two instances and so many messages received.
async fn stage(messages: u8) -> (Stage, Store) {
    let stage = Stage::new();
    let store = stage.open();
    create_all(&store, 1..=2).await;
    for number in 1..=messages {
        commit(&store, vec![receive(&message(number))]).await;
    }
    (stage, store)
}

async fn events(store: &Store) -> Vec<EventRow> {
    let mut events = store.events(None, 100).await.unwrap();
    events.reverse();
    events
}

async fn told(store: &Store) -> Vec<(String, Disposition, Option<String>)> {
    let shown = |row: EventRow| (row.event.key, row.disposition, row.instance_id);
    events(store).await.into_iter().map(shown).collect()
}

#[tokio::test]
async fn the_same_bytes_are_one_message() {
    let (_stage, store) = stage(2).await;
    let again = NewMessage { at_ms: 9_000, ..message(1) };
    commit(&store, vec![receive(&again), receive(&again)]).await;
    let first = store.message(1).await.unwrap().unwrap();
    assert_eq!(
        (first.summary.times, first.summary.received_at_ms, first.summary.last_at_ms),
        (3, 1_001, 9_000)
    );
    assert_eq!(first.body, [1; 10]);
    let unread = store.unread_messages(9, 1_000).await.unwrap();
    assert_eq!(unread.iter().map(|row| row.summary.position).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(store.counts().await.unwrap().messages_unread, 2);
}

#[tokio::test]
async fn large_messages_are_taken_a_few_at_a_time() {
    let (_stage, store) = stage(4).await;
    for (limit, bytes, expected) in [(9, 1_000, 4), (2, 1_000, 2), (9, 21, 3), (9, 20, 2), (9, 1, 1)] {
        assert_eq!(store.unread_messages(limit, bytes).await.unwrap().len(), expected, "{limit}, {bytes}");
    }
}

#[tokio::test]
async fn a_message_without_proof_never_hides_one_with_it() {
    let (_stage, store) = stage(0).await;
    commit(&store, vec![receive(&refused(1)), receive(&message(1)), receive(&refused(1))]).await;
    let states: Vec<_> =
        store.messages(None, 9).await.unwrap().into_iter().map(|m| (m.state, m.times)).collect();
    assert_eq!(states, [(MessageState::Received, 1), (MessageState::Quarantined, 2)]);
    let quarantined = store.messages(Some(MessageState::Quarantined), 9).await.unwrap();
    assert_eq!(quarantined[0].reason.as_deref(), Some("no signature fits"));
}

#[tokio::test]
async fn the_quarantine_has_an_end() {
    let (_stage, store) = stage(1).await;
    let flood: Vec<Change> = (0..1_010_u32)
        .map(|number| {
            let mut one = refused(0);
            one.digest[..4].copy_from_slice(&number.to_be_bytes());
            receive(&one)
        })
        .collect();
    commit(&store, flood).await;
    let kept = store.messages(Some(MessageState::Quarantined), 2_000).await.unwrap();
    assert_eq!(kept.len(), 1_000);
    assert_eq!(kept[0].position, 1_011, "the newest are kept");
    assert!(store.message(1).await.unwrap().is_some(), "and what was proven");
}

#[tokio::test]
async fn events_are_matched_by_document_or_by_our_reference() {
    let (_stage, store) = stage(1).await;
    commit(&store, vec![correlate("D1", 1)]).await;
    let said = [
        event("a", Some("D1"), None),
        event("b", Some("D9"), Some(format!("{}/1", id(2)))),
        event("c", Some("D9"), Some("somebody else's".into())),
        NewEvent { is_news: false, ..event("d", Some("D1"), None) },
    ];
    commit(&store, vec![read(1, &said)]).await;
    let expected = [
        ("a", Disposition::Matched, Some(id(1))),
        ("b", Disposition::Matched, Some(id(2))),
        ("c", Disposition::Parked, None),
        ("d", Disposition::Ignored, None),
    ];
    assert_eq!(told(&store).await, expected.map(|(key, what, whose)| (key.to_owned(), what, whose)));
    let untold = store.untold_events(9).await.unwrap();
    assert_eq!(untold.iter().map(|row| row.event.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(store.unread_messages(9, 1_000).await.unwrap(), []);
    let position = untold[0].position;
    commit(&store, vec![Change::TellEvent { position, at_ms: 3_000, answer: "taken up".into() }]).await;
    assert_eq!(store.untold_events(9).await.unwrap().len(), 1);
    let first = store.event(position).await.unwrap().unwrap();
    assert_eq!(first.told, Some((3_000, "taken up".to_owned())));
}

#[tokio::test]
async fn whoever_commits_the_id_takes_the_waiting_events_along() {
    let (_stage, store) = stage(2).await;
    commit(
        &store,
        vec![read(1, &[event("early", Some("D1"), None)]), read(2, &[event("other", Some("D2"), None)])],
    )
    .await;
    assert_eq!(store.counts().await.unwrap().events_parked, 2);
    commit(&store, vec![correlate("D1", 2)]).await;
    let expected = [("early", Disposition::Matched, Some(id(2))), ("other", Disposition::Parked, None)];
    assert_eq!(told(&store).await, expected.map(|(key, what, whose)| (key.to_owned(), what, whose)));
    let position = events(&store).await[1].position;
    commit(&store, vec![Change::AttachEvent { position, instance_id: id(1) }]).await;
    assert_eq!(store.untold_events(9).await.unwrap()[1].instance_id, Some(id(1)));
}

#[tokio::test]
async fn an_event_in_two_messages_is_one() {
    let (_stage, store) = stage(2).await;
    let said = [event("a", Some("D1"), None)];
    commit(&store, vec![read(1, &said), read(2, &said)]).await;
    let known = events(&store).await;
    assert_eq!((known.len(), known[0].times, known[0].message), (1, 2, Some(1)));

    let better = [NewEvent { name: "signed".into(), ..event("a", Some("D1"), None) }];
    commit(&store, vec![correlate("D1", 1), read(1, &better)]).await;
    let known = events(&store).await;
    assert_eq!(known.len(), 1, "read once more, it takes the place of the first reading");
    assert_eq!((known[0].event.name.as_str(), known[0].disposition), ("signed", Disposition::Matched));
    assert_eq!(store.events_of_message(1).await.unwrap(), known);
}

#[tokio::test]
async fn what_could_not_be_read_is_read_again_when_it_comes_again() {
    let (_stage, store) = stage(1).await;
    let failed =
        Change::MarkMessage { position: 1, state: MessageState::Failed, reason: Some("it trapped".into()) };
    commit(&store, vec![failed]).await;
    assert_eq!(store.unread_messages(9, 1_000).await.unwrap(), []);
    commit(&store, vec![receive(&message(1))]).await;
    assert_eq!(store.unread_messages(9, 1_000).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_waits_too_long_is_unmatched_and_what_is_over_is_forgotten() {
    let (_stage, store) = stage(3).await;
    commit(&store, vec![correlate("D1", 1), read(1, &[event("a", Some("D1"), None)])]).await;
    commit(&store, vec![read(2, &[event("b", Some("D2"), None)])]).await;
    commit(&store, vec![Change::TidyInbox { parked_before_ms: 2_001, kept_after_ms: 0 }]).await;
    assert_eq!(events(&store).await[1].disposition, Disposition::Unmatched);

    commit(&store, vec![Change::TidyInbox { parked_before_ms: 2_001, kept_after_ms: 5_000 }]).await;
    let left = events(&store).await;
    assert_eq!(left.len(), 1, "its instance was not told yet");
    assert_eq!((left[0].event.key.as_str(), left[0].message), ("a", None));
    let left: Vec<i64> = store.messages(None, 9).await.unwrap().iter().map(|row| row.position).collect();
    assert_eq!(left, [3], "it was not read yet");
}

#[tokio::test]
async fn of_what_a_provider_lists_only_ours_is_kept_and_only_once() {
    let (_stage, store) = stage(0).await;
    commit(&store, vec![correlate("D1", 1)]).await;
    assert_eq!(store.polled_until(SIGN).await.unwrap(), None);
    let said = vec![event("a", Some("D1"), None), event("b", Some("somebody else's"), None)];
    let polled =
        |until_ms| Change::Polled { connection: SIGN.into(), events: said.clone(), until_ms, at_ms: 2_000 };
    commit(&store, vec![polled(None), polled(Some(1_900))]).await;
    let kept = events(&store).await;
    assert_eq!((kept.len(), kept[0].event.key.as_str(), kept[0].times), (1, "a", 1));
    assert_eq!(kept[0].instance_id, Some(id(1)));
    assert_eq!(store.polled_until(SIGN).await.unwrap(), Some(1_900));
}

#[tokio::test]
async fn a_message_or_event_that_is_not_there_is_named() {
    let (_stage, store) = stage(0).await;
    let tell = Change::TellEvent { position: 7, at_ms: 1, answer: String::new() };
    for (change, what) in [(read(7, &[]), "message"), (tell, "event")] {
        let error = store.commit(Commit::command(vec![change])).await.unwrap_err();
        assert_eq!(error, CommitError::Missing { what, id: "7".into() });
    }
}
