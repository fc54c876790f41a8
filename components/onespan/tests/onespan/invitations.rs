//! The body that creates a draft, in its pieces: what the host streams, and what stands around it.

use std::collections::BTreeSet;

use countersign_sdk::Provider;
use countersign_sdk::contract::actions::SendInput;
use countersign_sdk::contract::http::{Body, Chunk};
use countersign_sdk::contract::types::Recipient;
use onespan::OneSpan;
use serde_json::Value;

use crate::given::{creates, finds_nothing, host, ours, reads, send_input, sends, signer};

/// The body of the request that creates, with this text where a file's bytes would be.
fn body_of(input: &SendInput) -> Value {
    let host = host()
        .file(2, "b \"x\".pdf", b"%PDF-1")
        .expect(finds_nothing())
        .expect(creates())
        .expect(sends())
        .expect(reads(&ours("SENT")));
    OneSpan::send_for_signature(&host, input).unwrap();
    let seen = host.requests();
    let Body::Composed(body) = &seen[1].body else { panic!("{:?}", seen[1].body) };
    let mut text = Vec::new();
    for chunk in &body.chunks {
        match chunk {
            Chunk::Bytes(bytes) => text.extend_from_slice(bytes),
            Chunk::AttachmentBase64(id) => text.extend_from_slice(format!("file-{id}").as_bytes()),
            Chunk::Attachment(_) => panic!("plain bytes within JSON"),
        }
    }
    serde_json::from_slice(&text).unwrap()
}

#[test]
fn files_stand_within_the_json_and_never_in_the_component() {
    let title = "\"},{\\ \u{1} żółć";
    let body = body_of(&SendInput { title: title.to_owned(), documents: vec![2, 1], ..send_input() });
    assert_eq!(body["name"], title, "nothing of a title gets out of its place");
    let documents = body["documents"].as_array().unwrap();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[0]["base64Content"], "file-2");
    assert_eq!(documents[0]["name"], "b _x_.pdf");
    assert_eq!(documents[1]["base64Content"], "file-1");
    assert_eq!(documents[1]["id"], "document-2");
}

/// Two columns of eleven places stay within a page of 612 by 792 points.
#[test]
fn places_on_the_first_page_do_not_overlap() {
    let person = |number: u32| Recipient { email: format!("s-{number}@example.com"), ..signer() };
    let recipients: Vec<_> = (0..22).map(person).collect();
    let body = body_of(&SendInput { recipients, ..send_input() });
    let approvals = body["documents"][0]["approvals"].as_array().unwrap();
    let mut places = BTreeSet::new();
    for approval in approvals {
        let field = &approval["fields"][0];
        let number = |name: &str| field[name].as_u64().unwrap();
        assert!(
            number("left") + number("width") <= 612 && number("top") + number("height") <= 792,
            "{field}"
        );
        assert!(places.insert((number("left"), number("top"))), "{field}");
    }
    assert_eq!(places.len(), 22);
}
