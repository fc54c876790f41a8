//! What went wrong on the wire, in words, and whether the provider may have seen the request.
//!
//! Not here: what a token endpoint answers (`grant.rs`).

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};
use url::Url;

use super::body::BodyFault;
use super::policy::AddressDenied;
use crate::connection::Connection;
use crate::transport::{TransportFailure, TransportFailureKind};

/// Whom we talk to, for messages: host and port, never a path or query.
#[derive(Debug, Clone)]
pub(crate) struct Peer(String);

impl Peer {
    /// The host of a URL, and the proxy on the way there.
    pub(crate) fn of(url: &Url, proxy: Option<&Url>) -> Self {
        let host = authority(url);
        Self(match proxy {
            Some(proxy) => format!("`{host}` (through the proxy `{}`)", authority(proxy)),
            None => format!("`{host}`"),
        })
    }

    /// Why there is no response head.
    pub(crate) fn failure(&self, error: &reqwest::Error) -> TransportFailure {
        self.before_sending(error).unwrap_or_else(|| self.while_sending(error))
    }

    /// Why the rest of a response is missing.
    pub(crate) fn broken_answer(&self, error: &reqwest::Error) -> TransportFailure {
        let message = format!("the answer of {self} broke off: {}", cause(error));
        TransportFailure::maybe_sent(TransportFailureKind::Connect, message)
    }

    pub(crate) fn timeout(&self, maybe_sent: bool) -> TransportFailure {
        let message = match maybe_sent {
            true => format!("{self} did not answer in time"),
            false => format!("no connection to {self} in time; nothing was sent"),
        };
        TransportFailure { kind: TransportFailureKind::Timeout, maybe_sent, message, consent_url: None }
    }

    /// Faults that are certain to come before the first byte of the request.
    fn before_sending(&self, error: &reqwest::Error) -> Option<TransportFailure> {
        let unsent = |kind, message: String| Some(TransportFailure::unsent(kind, message));
        if let Some(denied) = find::<AddressDenied>(error) {
            return unsent(TransportFailureKind::Denied, denied.to_string());
        }
        if let Some(refusal) =
            find::<rustls::Error>(error).filter(|tls| error.is_connect() || is_refusal(tls))
        {
            return unsent(TransportFailureKind::Tls, self.tls_words(refusal));
        }
        if error.is_dns() {
            let message =
                format!("{self} cannot be found ({}); check the address and the name server", cause(error));
            return unsent(TransportFailureKind::Connect, message);
        }
        if error.is_connect() && error.is_timeout() {
            return Some(self.timeout(false));
        }
        if error.is_connect() {
            return unsent(TransportFailureKind::Connect, self.connect_words(error));
        }
        if find::<hyper::Error>(error).is_some_and(hyper::Error::is_canceled) {
            let message = format!("the connection to {self} closed before the request was sent");
            return unsent(TransportFailureKind::Connect, message);
        }
        error.is_builder().then(|| {
            TransportFailure::unsent(
                TransportFailureKind::Invalid,
                format!("the request cannot be made: {}", cause(error)),
            )
        })
    }

    fn while_sending(&self, error: &reqwest::Error) -> TransportFailure {
        if let Some(fault) = find::<BodyFault>(error) {
            return TransportFailure::maybe_sent(TransportFailureKind::Invalid, fault.to_string());
        }
        if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse_too_large) {
            let message = format!("{self} answered with more headers than allowed");
            return TransportFailure::maybe_sent(TransportFailureKind::TooLarge, message);
        }
        if error.is_timeout() {
            return self.timeout(true);
        }
        let message = format!("the connection to {self} broke before its answer: {}", cause(error));
        TransportFailure::maybe_sent(TransportFailureKind::Connect, message)
    }

    fn connect_words(&self, error: &reqwest::Error) -> String {
        match io_kind(error) {
            Some(io::ErrorKind::ConnectionRefused) => {
                format!("{self} refuses connections; check that it runs and that the port is right")
            }
            _ => format!("no connection to {self}: {}", cause(error)),
        }
    }

    fn tls_words(&self, error: &rustls::Error) -> String {
        use CertificateError as Certificate;
        match error {
            rustls::Error::InvalidCertificate(certificate) => match certificate {
                Certificate::Expired | Certificate::ExpiredContext { .. } => {
                    format!(
                        "the certificate of {self} has expired; its operator must renew it (or this clock is wrong)"
                    )
                }
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                    format!("the certificate of {self} is not valid yet; check this machine's clock")
                }
                Certificate::UnknownIssuer => format!(
                    "the certificate of {self} comes from an authority that is not trusted here; if it is your own, \
                     name its PEM file as `ca-file`"
                ),
                Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                    format!("the certificate of {self} is for another name; check the address")
                }
                Certificate::BadSignature => format!(
                    "the certificate of {self} is not signed by the authority of that name in `ca-file` or the public \
                     list; if the authority was renewed, replace its PEM file"
                ),
                other => format!("the certificate of {self} is not acceptable: {other}"),
            },
            rustls::Error::AlertReceived(alert) if is_certificate_alert(*alert) => {
                format!(
                    "{self} does not accept our client certificate ({alert:?}); check the scheme `mtls` and its `identity`"
                )
            }
            other => format!("no TLS connection to {self}: {other}; check that the port speaks TLS"),
        }
    }
}

impl std::fmt::Display for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or("?");
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The failure without any secret of the connection: providers echo what they are sent.
pub(crate) fn masked(failure: TransportFailure, connection: &Connection) -> TransportFailure {
    let message = connection.mask(&failure.message).into_owned();
    TransportFailure { message, ..failure }
}

/// In TLS 1.3 a server refuses our certificate only after we may send; it then reads no request (RFC 8446 section 4.4.2.4).
fn is_refusal(error: &rustls::Error) -> bool {
    matches!(error, rustls::Error::AlertReceived(alert) if is_certificate_alert(*alert))
}

fn is_certificate_alert(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            // Its signature does not verify.
            | AlertDescription::DecryptError
    )
}

/// The first error of this type in the chain; `io::Error` hides what it wraps from `source`.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|error| error.downcast_ref())
}

fn io_kind(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    chain(error).filter_map(|error| error.downcast_ref::<io::Error>()).last().map(io::Error::kind)
}

/// The innermost error, which says most and names no URL.
fn cause(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}
