//! Cuts a call in the middle of each request that must not be repeated, with nobody answering from there on: a
//! component must look before it sends another such request (P1).
//!
//! Not here: cuts between exchanges (`run.rs`).

use std::sync::Arc;

use countersign_sandbox::CallEnd;
use countersign_sandbox::exchange::{Exchange, Repeat};
use countersign_sandbox::transport::{Incoming, Outgoing, Transport, TransportFailure, TransportFailureKind};
use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};

use super::Stage;
use crate::verdict::Difference;

/// A network where nobody answers.
struct Silence;

impl Transport for Silence {
    fn send(&self, _: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        let failure = TransportFailure::unsent(TransportFailureKind::Connect, "nobody answers");
        future::ready(Err(failure)).boxed()
    }
}

impl Stage<'_> {
    /// Every request that was sent blindly after one whose fate is unknown.
    pub(super) async fn doubts(&self, first: &CallEnd) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (index, exchange) in first.exchanges.iter().enumerate() {
            if exchange.request.repeat != Repeat::Once {
                continue;
            }
            let open = Exchange { response: None, duration_ms: None, ..exchange.clone() };
            let journal = first.exchanges.iter().take(index).cloned().chain([open]).collect();
            let end = self.provider.resume(self.input(Arc::new(Silence)), journal).await;
            let file = self.case.exchanges.get(index).map(|(file, _)| file.as_str()).unwrap_or_default();
            let run = format!("cut in the middle of exchange {}", index + 1);
            let blind = end.exchanges.get(index + 1..).and_then(blind);
            differences.extend(blind.map(|found| found.of(file).during(&run)));
        }
        differences
    }
}

/// The first request that must not be repeated; none of those before it was answered, so it was sent blindly.
fn blind(later: &[Exchange]) -> Option<Difference> {
    let found = later.iter().find(|exchange| exchange.request.repeat == Repeat::Once)?;
    let actual = format!("{} {}", found.request.method, found.request.path);
    Some(Difference::at("request", "no further `once` request before a look-up was answered", actual))
}

#[cfg(test)]
mod tests {
    use countersign_sandbox::exchange::{RecordedBody, RecordedRequest};

    use super::*;

    fn asked(method: &str, repeat: Repeat) -> Exchange {
        let request = RecordedRequest {
            role: "api".to_owned(),
            method: method.to_owned(),
            path: "/documents".to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: RecordedBody::None,
            repeat,
        };
        Exchange { number: 1, request, response: None, started_at_ms: 0, duration_ms: None }
    }

    #[test]
    fn looking_is_fine_and_sending_again_is_not() {
        let (look, put, send) =
            (asked("GET", Repeat::Read), asked("PUT", Repeat::Repeatable), asked("POST", Repeat::Once));
        assert_eq!(blind(&[]), None);
        assert_eq!(blind(&[look.clone(), put]), None);
        assert_eq!(blind(&[look, send]).unwrap().actual, "POST /documents");
    }
}
