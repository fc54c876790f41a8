//! What refusals mean, where the status says one thing and the message key another.

use countersign_sdk::contract::types::Failure;
use countersign_sdk::{Provider, failure};
use onespan::OneSpan;
use serde_json::json;

use crate::given::{document, host, reads};

fn meaning(status: u16, key: &str) -> Failure {
    let error = json!({ "code": status, "messageKey": key, "message": "said", "name": "Error" });
    let host = host().expect(reads(&error).answers(status));
    OneSpan::get_document_status(&host, &document()).unwrap_err()
}

#[test]
fn the_key_decides_unless_the_status_says_that_it_passes() {
    for status in [400, 403, 404, 409, 422] {
        let said = |key: &str| failure::unauthorized(&format!("{key}: said"));
        assert_eq!(meaning(status, "error.notFound.package"), Failure::NotFound, "{status}");
        assert_eq!(meaning(status, "ERROR.NOTFOUND"), Failure::NotFound, "{status}");
        let forbidden = "error.forbidden.noPermission";
        assert_eq!(meaning(status, forbidden), said(forbidden), "{status}");
        for refused in ["error.validation.x", "error.unprocessableEntity.x"] {
            assert_eq!(meaning(status, refused), failure::rejected(refused, "said"), "{status}");
        }
    }
    for key in ["error.notFound.package", "error.validation.x", "error.forbidden.noPermission"] {
        for status in [429, 500, 503] {
            let words = format!("HTTP {status}: said");
            assert_eq!(meaning(status, key), failure::transient(&words, None), "{key}");
        }
        assert!(matches!(meaning(401, key), Failure::Unauthorized(_)), "{key}");
    }
}

#[test]
fn a_key_of_no_known_family_leaves_it_to_the_status() {
    assert_eq!(meaning(404, "error.notFoundation"), Failure::NotFound);
    assert_eq!(meaning(400, "error.notFoundation"), failure::rejected("error.notFoundation", "said"));
    assert_eq!(meaning(409, "żółć"), failure::rejected("żółć", "said"), "no letter is cut in two");
}
