//! Reading what Autenti posts.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::events::{EventKind, InboundRequest, Reading, Rejection};

fn read(body: &str) -> Result<Reading, Rejection> {
    Autenti::read_event(&InboundRequest {
        method: "POST".to_owned(),
        path: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    })
}

#[test]
fn every_event_of_the_array_is_read() {
    let reading = read(
        r#"[
            {"id":"E1","timestamp":"2023-11-14T22:13:20Z","eventType":"EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_PROCESS_COMPLETED",
             "actor":{"id":"SYSTEM","type":"X"},"object":{"id":"DOCUMENT_PROCESS:1","type":"DOCUMENT_PROCESS"}},
            {"id":"E2","eventType":"EVENT_CLASSIFIER-UNIQUE_TYPE:SIGNATURE_REJECTION","actor":{"id":"PARTY:1"},
             "object":{"id":"DOCUMENT_PROCESS:2"},"attributes":{"comment":"no"}},
            {"id":"E3","eventType":"EVENT_CLASSIFIER-UNIQUE_TYPE:DOCUMENT_REMINDER_SENT","object":{"id":"DOCUMENT_PROCESS:3"}},
            {"id":4,"timestamp":"soon","eventType":"SOMETHING_NEW","object":null}
        ]"#,
    )
    .unwrap();
    assert!(reading.reply.is_none());
    let kinds: Vec<_> =
        reading.events.iter().map(|event| (event.kind, event.document_id.as_deref())).collect();
    assert_eq!(
        kinds,
        [
            (EventKind::DocumentChanged, Some("DOCUMENT_PROCESS:1")),
            (EventKind::RecipientChanged, Some("DOCUMENT_PROCESS:2")),
            (EventKind::Ignored, Some("DOCUMENT_PROCESS:3")),
            (EventKind::Unknown, None),
        ]
    );
    let [completed, rejected, _, unknown] = reading.events.as_slice() else { panic!("four events") };
    assert_eq!((completed.id.as_deref(), completed.occurred_at), (Some("E1"), Some(1_700_000_000_000)));
    assert_eq!(completed.recipient, None, "the actor of a document's event is nobody's row");
    assert_eq!((rejected.recipient.as_deref(), rejected.reason.as_deref()), (Some("PARTY:1"), Some("no")));
    assert_eq!(
        (unknown.id.as_deref(), unknown.name.as_str(), unknown.occurred_at),
        (Some("4"), "SOMETHING_NEW", None)
    );
}

#[test]
fn an_empty_message_has_no_events() {
    assert!(read("[]").unwrap().events.is_empty());
}

#[test]
fn broken_messages_are_malformed() {
    for (body, why) in [
        ("{\"events\":", "EOF"),
        ("hello", "value 0"),
        ("[1]", "invalid type"),
        (r#"[{"id":"E1"}]"#, "event 0 has no `eventType`"),
        (r#"[{"eventType":"DOCUMENT_SENT"}]"#, "does not say which document"),
    ] {
        let Err(Rejection::Malformed(reason)) = read(body) else { panic!("{body}") };
        assert!(reason.contains(why), "{body}: {reason}");
    }
}
