//! What refusals mean, where the status says one thing and the code another.

use countersign_sdk::contract::types::Failure;
use countersign_sdk::fake::Exchange;
use countersign_sdk::{Provider, failure};
use docusign::DocuSign;
use serde_json::json;

use crate::given::{document, host, reads};

/// Half past the hour.
const NOW: u64 = 1_777_887_000_000;

fn refused(status: u16, code: &str) -> Exchange {
    reads(&json!({ "errorCode": code, "message": "said" })).answers(status)
}

fn meaning(exchange: Exchange) -> Failure {
    DocuSign::get_document_status(&host().at(NOW).expect(exchange), &document()).unwrap_err()
}

#[test]
fn the_code_decides() {
    let spent = |wait| failure::transient("HOURLY_APIINVOCATION_LIMIT_EXCEEDED: said", Some(wait));
    for status in [400, 401, 403, 429, 500] {
        assert_eq!(
            meaning(refused(status, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED")),
            spent(1_800_000),
            "{status}"
        );
    }
    for status in [400, 401, 404] {
        assert_eq!(meaning(refused(status, "envelope_does_not_exist")), Failure::NotFound, "{status}");
        let unauthorized = failure::unauthorized("AUTHORIZATION_INVALID_TOKEN: said");
        assert_eq!(meaning(refused(status, "AUTHORIZATION_INVALID_TOKEN")), unauthorized, "{status}");
    }
    assert_eq!(meaning(refused(400, "SOMETHING_NEW")), failure::rejected("SOMETHING_NEW", "said"));
}

#[test]
fn waits_end_when_docusign_says_or_on_the_hour() {
    let wait = |name: &str, value: &str| {
        let exchange = refused(400, "Hourly_Envelope_Polling_Limit_Exceeded").answer_header(name, value);
        let Failure::Transient(fault) = meaning(exchange) else { panic!("transient") };
        fault.retry_after_ms.unwrap()
    };
    assert_eq!(wait("X-RateLimit-Reset", "1777887060"), 60_000);
    assert_eq!(wait("Retry-After", "7"), 7_000);
    assert_eq!(wait("X-RateLimit-Reset", "1777886999"), 1_800_000, "a time already past");
    assert_eq!(wait("X-RateLimit-Reset", "soon"), 1_800_000);
    assert_eq!(wait("X-RateLimit-Reset", "18446744073709551615"), 1_800_000, "no overflow");
}

/// A host that has no token, because nobody consented yet: its answer is passed on with the address (P4).
#[test]
fn missing_consent_names_the_address() {
    let url = "https://account-d.docusign.com/oauth/auth?client_id=x";
    let Failure::Unauthorized(access) = meaning(reads(&json!({})).needs_consent(url)) else {
        panic!("unauthorized")
    };
    assert_eq!(access.consent_url.as_deref(), Some(url));
}
