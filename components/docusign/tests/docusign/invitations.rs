//! The body that creates a draft, in its pieces: what the host streams, and what stands around it.

use countersign_sdk::Provider;
use countersign_sdk::contract::http::{Body, Chunk};
use countersign_sdk::contract::types::{AttachmentId, Failure};
use countersign_sdk::fake::{Exchange, Fake};
use docusign::DocuSign;
use serde_json::{Value, json};

use crate::given::{creates, finds_nothing, host, reads_back, send_input, sends, setting};

/// The body of the request that creates, with this text where a file's bytes would be.
fn body_of(fake: Fake, documents: Vec<AttachmentId>) -> (Value, usize) {
    let host = fake.expect(finds_nothing()).expect(creates()).expect(sends()).expect(reads_back());
    let input = countersign_sdk::contract::actions::SendInput {
        title: "\"},{\\ \u{1} żółć".to_owned(),
        documents,
        ..send_input()
    };
    DocuSign::send_for_signature(&host, &input).unwrap();
    let seen = host.requests();
    let Body::Composed(body) = &seen[1].body else { panic!("{:?}", seen[1].body) };
    let mut text = Vec::new();
    let mut files = 0;
    for chunk in &body.chunks {
        match chunk {
            Chunk::Bytes(bytes) => text.extend_from_slice(bytes),
            Chunk::AttachmentBase64(id) => {
                files += 1;
                text.extend_from_slice(format!("file-{id}").as_bytes());
            }
            Chunk::Attachment(_) => panic!("plain bytes within JSON"),
        }
    }
    (serde_json::from_slice(&text).unwrap(), files)
}

#[test]
fn files_stand_within_the_json_and_never_in_the_component() {
    let (body, files) = body_of(host().file(2, "b \"x\".pdf", b"%PDF-1"), vec![2, 1]);
    assert_eq!(files, 2);
    assert_eq!(body["emailSubject"], "\"},{\\ \u{1} żółć", "nothing of a title gets out of its place");
    let documents = body["documents"].as_array().unwrap();
    assert_eq!(documents[0]["documentBase64"], "file-2");
    assert_eq!(documents[0]["name"], "b \"x\".pdf");
    assert_eq!(documents[1]["documentBase64"], "file-1");
    assert_eq!(documents[1]["documentId"], "2");
}

#[test]
fn every_value_that_is_written_is_text() {
    fn check(value: &Value) {
        match value {
            Value::Object(members) => members.values().for_each(check),
            Value::Array(items) => items.iter().for_each(check),
            Value::String(_) => {}
            other => panic!("`{other}` is no text"),
        }
    }
    check(&body_of(host(), vec![1]).0);
}

#[test]
fn days_are_counted_up() {
    let check = |left_ms: u64, days: &str| {
        let fake = host().at(1_000).expect(finds_nothing()).expect(sends_days(days));
        let input = countersign_sdk::contract::actions::SendInput {
            expires_at: Some(1_000 + left_ms),
            settings: vec![setting("expire-warn", "1")],
            ..send_input()
        };
        let failure = DocuSign::send_for_signature(&fake, &input).unwrap_err();
        assert!(matches!(failure, Failure::Rejected(_)), "{failure:?}");
    };
    const DAY: u64 = 86_400_000;
    check(1, "1");
    check(DAY, "1");
    check(DAY + 1, "2");
    check(30 * DAY, "30");
}

/// A creation that is refused, so that nothing follows; its notification says so many days.
fn sends_days(days: &str) -> Exchange {
    let expected = json!({
        "status": "created",
        "emailSubject": "Contract",
        "transactionId": "ref-1",
        "customFields": { "textCustomFields": [
            { "name": "countersign-reference", "value": "ref-1", "show": "false", "required": "false" },
        ] },
        "recipients": { "signers": [
            { "recipientId": "1", "routingOrder": "1", "name": "Anna Żółć", "email": "anna@example.com" },
        ] },
        "notification": {
            "useAccountDefaults": "false",
            "expirations": { "expireEnabled": "true", "expireAfter": days, "expireWarn": "1" },
        },
        "documents": [
            { "documentId": "1", "name": "Contract.PDF", "fileExtension": "pdf", "order": "1", "documentBase64": "" },
        ],
    });
    let refusal = json!({ "errorCode": "NO", "message": "no" });
    let view = json!({ "json": expected, "attachment-base64": 1 });
    creates().with_body(view).answers(400).answer_json(&refusal)
}
