//! Messages that are larger than any case.

use countersign_sdk::Provider;
use countersign_sdk::contract::events::{EventKind, InboundRequest};
use docusign::DocuSign;

/// A message with documents has tens of megabytes; they are skipped, not kept (P14).
#[test]
fn thirty_megabytes_of_documents_are_skipped() {
    let document = "QUJD".repeat(30 * 1024 * 1024 / 4);
    let body = format!(
        r#"{{"event":"envelope-completed","generatedDateTime":"2026-05-04T09:00:00Z","retryCount":3,
        "data":{{"envelopeId":"E-1","envelopeSummary":{{"envelopeDocuments":[{{"documentId":"1","PDFBytes":"{document}"}}],
        "customFields":{{"textCustomFields":[{{"name":"countersign-reference","value":"ref-1"}}]}}}}}}}}"#
    );
    let request = InboundRequest {
        method: "POST".to_owned(),
        path: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
        body: body.into_bytes(),
    };
    let reading = DocuSign::read_event(&request).unwrap();
    let [event] = reading.events.as_slice() else { panic!("one event") };
    assert_eq!(event.kind, EventKind::DocumentChanged);
    assert_eq!(event.client_reference.as_deref(), Some("ref-1"));
    assert_eq!(
        event.id.as_deref(),
        Some("E-1/envelope-completed//2026-05-04T09:00:00Z"),
        "no trace of the count"
    );
}
