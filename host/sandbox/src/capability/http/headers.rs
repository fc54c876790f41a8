//! Headers in both directions: what a component may set, and how many there may be.
//!
//! The bounds are checked here because a header map panics beyond its own (CVE-2026-27572). Not here: the headers
//! that the host adds (`network.rs`).

use super::prepare::{denied, invalid};
use crate::connection::config::Scheme;
use crate::contract::http::SendFailure;
use crate::exchange::Header;
use crate::limits::Limits;

const CONTENT_TYPE: &str = "content-type";

/// Headers that belong to the host: credentials, addressing, framing (RFC 9110 section 7.6.1), encoding, and those
/// that would turn one method into another behind the egress rules.
const HOST_OWNED: [&str; 20] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

/// Checks what a component sets, and returns it with names in lower case.
pub(super) fn check_request(
    mut headers: Vec<Header>,
    scheme: Option<&Scheme>,
    limits: &Limits,
) -> Result<Vec<Header>, SendFailure> {
    check_bounds(&headers, limits).map_err(invalid)?;
    for header in &mut headers {
        check_shape(header)?;
        header.name.make_ascii_lowercase();
        check_owner(&header.name, scheme)?;
    }
    Ok(headers)
}

/// Checks how much there is, before anything is built of it.
pub(super) fn check_bounds(headers: &[Header], limits: &Limits) -> Result<(), String> {
    if headers.len() as u64 > u64::from(limits.headers_max) {
        return Err(format!("{} headers are more than {}", headers.len(), limits.headers_max));
    }
    let bytes: usize = headers.iter().map(|header| header.name.len() + header.value.len() + 4).sum();
    match bytes as u64 > limits.header_bytes_max {
        true => Err(format!("{bytes} bytes of headers are more than {}", limits.header_bytes_max)),
        false => Ok(()),
    }
}

/// A token for a name, no control characters in the value (RFC 9110 section 5): CR or LF would start another header.
pub(super) fn check_shape(header: &Header) -> Result<(), SendFailure> {
    let name = header.name.escape_debug();
    if header.name.is_empty() || !header.name.bytes().all(is_token_byte) {
        return Err(invalid(format!("`{name}` is no header name")));
    }
    match header.value.contains(char::is_control) {
        true => Err(invalid(format!("the value of header `{name}` holds a control character"))),
        false => Ok(()),
    }
}

fn check_owner(name: &str, scheme: Option<&Scheme>) -> Result<(), SendFailure> {
    let credential =
        matches!(scheme, Some(Scheme::Header { name: own, .. }) if own.eq_ignore_ascii_case(name));
    if credential || name == "authorization" {
        return Err(denied(format!(
            "header `{name}` carries the connection's credential and is set by the host; leave it out, and let the \
             operator choose the role's `authentication`"
        )));
    }
    match HOST_OWNED.binary_search(&name) {
        Ok(_) => {
            Err(denied(format!("header `{name}` belongs to the host and can never be allowed; leave it out")))
        }
        Err(_) => Ok(()),
    }
}

/// Sets the body's content type. A component names it with the body or as a header, not both.
pub(super) fn set_content_type(headers: &mut Vec<Header>, content_type: String) -> Result<(), SendFailure> {
    if headers.iter().any(|header| header.name == CONTENT_TYPE) {
        return Err(invalid(
            "`content-type` is set as a header and with the body; leave out the header".to_owned(),
        ));
    }
    headers.push(Header { name: CONTENT_TYPE.to_owned(), value: content_type });
    Ok(())
}

/// The headers as recorded: a multipart's boundary is the host's and says nothing.
pub(super) fn with_content_type(headers: &[Header], content_type: Option<String>) -> Vec<Header> {
    let mut recorded = Vec::with_capacity(headers.len() + 1);
    recorded.extend_from_slice(headers);
    recorded.extend(content_type.map(|value| Header { name: CONTENT_TYPE.to_owned(), value }));
    recorded
}

/// `tchar` of RFC 9110 section 5.6.2.
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::config::SecretReference;
    use crate::contract::http::FailureKind;

    fn header(name: &str, value: &str) -> Header {
        Header { name: name.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn the_hosts_headers_are_sorted() {
        assert!(HOST_OWNED.is_sorted());
    }

    #[test]
    fn tricks_are_refused() {
        let scheme = Scheme::Header { name: "X-Api-Key".into(), secret: SecretReference::Env("KEY".into()) };
        let cases = [
            ("Authorization", "Bearer x", FailureKind::Denied),
            ("hOsT", "evil", FailureKind::Denied),
            ("Content-Length", "1", FailureKind::Denied),
            ("Transfer-Encoding", "chunked", FailureKind::Denied),
            ("X-HTTP-Method-Override", "DELETE", FailureKind::Denied),
            ("x-api-key", "mine", FailureKind::Denied),
            ("X-A", "b\r\nHost: evil", FailureKind::Invalid),
            ("X-A", "b\0", FailureKind::Invalid),
            ("X-A\r\nHost", "b", FailureKind::Invalid),
            ("X A", "b", FailureKind::Invalid),
            ("", "b", FailureKind::Invalid),
            ("X-Ä", "b", FailureKind::Invalid),
            (":authority", "evil", FailureKind::Invalid),
        ];
        for (name, value, kind) in cases {
            let refused = check_request(vec![header(name, value)], Some(&scheme), &Limits::default());
            assert_eq!(refused.unwrap_err().kind, kind, "{name}: {value}");
        }
    }

    #[test]
    fn order_and_repetition_are_kept() {
        let given =
            vec![header("X-ASSERTION", "one"), header("Accept", "*/*"), header("X-ASSERTION", "zwei ü")];
        let kept = check_request(given, None, &Limits::default()).unwrap();
        let seen: Vec<_> = kept.iter().map(|h| (h.name.as_str(), h.value.as_str())).collect();
        assert_eq!(seen, [("x-assertion", "one"), ("accept", "*/*"), ("x-assertion", "zwei ü")]);
    }

    #[test]
    fn bombs_are_refused() {
        let many = vec![header("a", "b"); 101];
        let long = vec![header("a", &"b".repeat(33 * 1024))];
        for bomb in [many, long] {
            assert!(check_request(bomb, None, &Limits::default()).is_err());
        }
        assert!(check_request(vec![header("a", "b"); 100], None, &Limits::default()).is_ok());
    }
}
