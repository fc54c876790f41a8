//! A request as it goes on the wire: address, headers, credentials.
//!
//! Not here: the body's bytes (`body.rs`) and which proof to add (`credentials.rs`).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use url::{Host, Url};

use super::body::OpenBody;
use super::credentials::Proof;
use crate::connection::Role;
use crate::connection::config::Scheme;
use crate::exchange::Header;
use crate::transport::{Outgoing, TransportFailure, TransportFailureKind};

/// Headers that belong to the host (RFC 9110 section 7.6.1 names the hop-by-hop ones).
const HOST_HEADERS: [&str; 12] = [
    "authorization",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// RFC 3986 section 2.3: everything else is encoded in a query, the space as `%20`, which every reader understands.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request without body and credentials, good for several attempts.
pub(crate) struct Prepared {
    pub(crate) url: Url,
    method: Method,
    headers: HeaderMap,
}

impl Prepared {
    pub(crate) fn of(outgoing: &Outgoing, role: &Role) -> Result<Self, TransportFailure> {
        let url = url_below(&role.base_url, &outgoing.path, &outgoing.query)?;
        check_literal(&url, role)?;
        let method = Method::from_bytes(outgoing.method.as_bytes())
            .map_err(|_| invalid(format!("`{}` is not a method", outgoing.method)))?;
        let headers = headers(&outgoing.headers, &role.scheme)?;
        Ok(Self { url, method, headers })
    }

    pub(crate) fn request(
        &self,
        proof: &Proof,
        body: Option<OpenBody>,
    ) -> Result<reqwest::Request, TransportFailure> {
        let mut request = reqwest::Request::new(self.method.clone(), self.url.clone());
        *request.headers_mut() = self.headers.clone();
        if let Some((name, value)) = proof.header()? {
            request.headers_mut().insert(name, value);
        }
        match body {
            Some(open) => {
                request.headers_mut().insert(CONTENT_LENGTH, open.length.into());
                *request.body_mut() = Some(open.body);
            }
            // Some servers answer 411 to a POST without any length (RFC 9110 section 8.6).
            None if matches!(self.method, Method::POST | Method::PUT | Method::PATCH) => {
                request.headers_mut().insert(CONTENT_LENGTH, 0.into());
            }
            None => {}
        }
        Ok(request)
    }
}

/// The resolver judges names; an address that needs no resolving is judged here.
pub(crate) fn check_literal(url: &Url, role: &Role) -> Result<(), TransportFailure> {
    let host = url.host_str().unwrap_or_default();
    let checked = match url.host() {
        Some(Host::Ipv4(address)) => role.policy.check(host, address.into()),
        Some(Host::Ipv6(address)) => role.policy.check(host, address.into()),
        _ => Ok(()),
    };
    checked.map_err(|denied| TransportFailure::unsent(TransportFailureKind::Denied, denied.to_string()))
}

/// Joins base, path and query, and makes sure that parsing changed nothing: dot segments (encoded ones too) and
/// backslashes would lead elsewhere.
fn url_below(base: &Url, path: &str, query: &[(String, String)]) -> Result<Url, TransportFailure> {
    if !path.starts_with('/') {
        return Err(invalid(format!("the path `{path}` does not begin with `/`")));
    }
    let path = format!("{}{path}", base.path().trim_end_matches('/'));
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let query = query
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&");
    let query = if query.is_empty() { None } else { Some(query) };
    let mut url = base.clone();
    url.set_path(&path);
    url.set_query(query.as_deref());
    if url.path() != path || url.query() != query.as_deref() {
        return Err(invalid(format!("the path `{path}` cannot stand in a URL; percent-encode each segment")));
    }
    Ok(url)
}

fn headers(headers: &[Header], scheme: &Scheme) -> Result<HeaderMap, TransportFailure> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for header in headers {
        let name = HeaderName::from_bytes(header.name.as_bytes())
            .map_err(|_| invalid(format!("`{}` is not a header name", header.name.escape_debug())))?;
        if belongs_to_host(&name, scheme) {
            let message = format!("the header `{name}` belongs to the host; leave it out");
            return Err(TransportFailure::unsent(TransportFailureKind::Denied, message));
        }
        let value = HeaderValue::from_bytes(header.value.as_bytes())
            .map_err(|_| invalid(format!("the value of the header `{name}` holds a control character")))?;
        map.try_append(name, value).map_err(|_| invalid("there are too many headers".to_owned()))?;
    }
    // What is stored as an attachment must be the file itself.
    map.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(map)
}

fn belongs_to_host(name: &HeaderName, scheme: &Scheme) -> bool {
    let credential =
        matches!(scheme, Scheme::Header { name: secret, .. } if secret.eq_ignore_ascii_case(name.as_str()));
    credential || HOST_HEADERS.contains(&name.as_str())
}

fn invalid(message: String) -> TransportFailure {
    TransportFailure::unsent(TransportFailureKind::Invalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_base_url_as_it_stands() {
        let base = Url::parse("https://api.example.test/api/v2").unwrap();
        let table = [
            ("/documents", Some("/api/v2/documents")),
            ("/documents/FILE%3Aa%2Fb", Some("/api/v2/documents/FILE%3Aa%2Fb")),
            ("/a//b", Some("/api/v2/a//b")),
            ("/..", None),
            ("/../../admin", None),
            ("/%2e%2e/admin", None),
            ("/a/./b", None),
            ("/a\\..\\b", None),
            ("/a?b=c", None),
            ("/a#b", None),
            ("/a b", None),
            ("/ä", None),
            ("/a\r\nX: y", None),
            ("@evil.test/", None),
            ("/https://evil.test/", Some("/api/v2/https://evil.test/")),
        ];
        for (path, expected) in table {
            let url = url_below(&base, path, &[]).ok();
            assert_eq!(url.as_ref().map(Url::path), expected, "{path}");
            assert!(url.is_none_or(|url| url.host_str() == Some("api.example.test")), "{path}");
        }
    }

    #[test]
    fn a_query_is_encoded_once() {
        let base = Url::parse("https://api.example.test").unwrap();
        let query = [("q".to_owned(), "a b&c=d+é%".to_owned()), ("empty".to_owned(), String::new())];
        let url = url_below(&base, "/x", &query).unwrap();
        assert_eq!(url.as_str(), "https://api.example.test/x?q=a%20b%26c%3Dd%2B%C3%A9%25&empty=");
    }
}
