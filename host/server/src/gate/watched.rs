//! The transport of one call, watched: each request takes a token, each answer tells how the provider is.
//!
//! What counts is what happened on the wire, not how a component words it: no answer, 5xx and 429 are failures, any other
//! answer shows that the provider works. What the host itself refused says nothing. Not here: what follows (`breaker.rs`).

use std::sync::Arc;

use countersign_sandbox::exchange::Header;
use countersign_sandbox::transport::{
    Incoming, Outgoing, Transport, TransportFailure, TransportFailureKind as Kind,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::Pass;
use super::breaker::Seen;

/// Carries the requests of one call and tells its pass about them.
pub(crate) struct Watched {
    inner: Arc<dyn Transport>,
    pass: Arc<Pass>,
}

/// A request that has left. Whoever gives up waiting for its answer has none: that is a failure too.
struct Sent<'a> {
    pass: &'a Pass,
    told: bool,
}

impl Watched {
    /// The transport of the call that holds this pass.
    pub(crate) fn new(inner: Arc<dyn Transport>, pass: Arc<Pass>) -> Self {
        Self { inner, pass }
    }
}

impl Transport for Watched {
    fn send(&self, request: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        async move {
            self.pass.send();
            let mut sent = Sent { pass: &self.pass, told: false };
            let result = self.inner.send(request).await;
            sent.told = true;
            if let Some(seen) = seen(&result, Timestamp::now()) {
                self.pass.see(seen);
            }
            result
        }
        .boxed()
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        if !self.told {
            self.pass.see(Seen::Failure { retry_after_ms: None });
        }
    }
}

/// What a result tells of the provider; nothing when it was never asked.
fn seen(result: &Result<Incoming, TransportFailure>, now: Timestamp) -> Option<Seen> {
    match result {
        Ok(Incoming { status: 429 | 503, headers, .. }) => {
            Some(Seen::Failure { retry_after_ms: retry_after_ms(headers, now) })
        }
        Ok(Incoming { status: 500..=599, .. }) => Some(Seen::Failure { retry_after_ms: None }),
        Ok(_) => Some(Seen::Answer),
        Err(failure) => match failure.kind {
            Kind::Timeout | Kind::Connect | Kind::Tls => Some(Seen::Failure { retry_after_ms: None }),
            Kind::TooLarge => Some(Seen::Answer),
            Kind::Denied | Kind::Invalid | Kind::Unauthorized => None,
        },
    }
}

/// RFC 9110 section 10.2.3: seconds, or a date.
fn retry_after_ms(headers: &[Header], now: Timestamp) -> Option<i64> {
    let value = headers.iter().find(|header| header.name == "retry-after")?.value.trim();
    match value.parse::<u32>() {
        Ok(seconds) => Some(i64::from(seconds) * 1_000),
        Err(_) => {
            let until = rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
            Some((until.as_millisecond() - now.as_millisecond()).max(0))
        }
    }
}

#[cfg(test)]
mod tests {
    use countersign_sandbox::transport::{Incoming, TransportFailure, TransportFailureKind as Kind};
    use futures_util::StreamExt;

    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Result<Incoming, TransportFailure> {
        let header = |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into() };
        let headers = headers.iter().map(header).collect();
        Ok(Incoming { status, headers, body: futures_util::stream::empty().boxed() })
    }

    #[test]
    fn what_happened_on_the_wire_tells_how_the_provider_is() {
        let failure = |retry_after_ms| Some(Seen::Failure { retry_after_ms });
        let refused = |kind| Err(TransportFailure::unsent(kind, "why"));
        let cases = [
            (answer(200, &[]), Some(Seen::Answer)),
            (answer(302, &[]), Some(Seen::Answer)),
            (answer(404, &[]), Some(Seen::Answer)),
            (answer(401, &[]), Some(Seen::Answer)),
            (answer(429, &[]), failure(None)),
            (answer(429, &[("retry-after", "120")]), failure(Some(120_000))),
            (answer(503, &[("retry-after", " 7 ")]), failure(Some(7_000))),
            (answer(503, &[("retry-after", "Sun, 22 Nov 2026 12:01:30 GMT")]), failure(Some(90_000))),
            (answer(503, &[("retry-after", "Sun, 22 Nov 2026 11:00:00 GMT")]), failure(Some(0))),
            (answer(503, &[("retry-after", "soon")]), failure(None)),
            (answer(500, &[("retry-after", "120")]), failure(None)),
            (refused(Kind::Connect), failure(None)),
            (refused(Kind::Timeout), failure(None)),
            (refused(Kind::Tls), failure(None)),
            (refused(Kind::TooLarge), Some(Seen::Answer)),
            (refused(Kind::Denied), None),
            (refused(Kind::Unauthorized), None),
        ];
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap_or_default();
        for (result, expect) in cases {
            let name = match &result {
                Ok(incoming) => format!("{} {:?}", incoming.status, incoming.headers),
                Err(failure) => format!("{failure:?}"),
            };
            assert_eq!(seen(&result, now), expect, "{name}");
        }
    }
}
