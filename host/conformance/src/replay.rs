//! Runs a recorded call again, without a network: same input, clock, seed and answers; tells the first difference.
//!
//! Not here: where the record comes from (`recording.rs`), and cases (`run.rs`).

use std::sync::Arc;
use std::time::Duration;

use countersign_sandbox::attachment::{AttachmentStore, Shelf};
use countersign_sandbox::connection::Connection;
use countersign_sandbox::exchange::Exchange;
use countersign_sandbox::journal::Unjournaled;
use countersign_sandbox::transport::{Incoming, Outgoing, Transport, TransportFailure, TransportFailureKind};
use countersign_sandbox::{ActionInput, CallEnd, CallInput, EndedBy, Provider};
use futures_util::FutureExt;
use futures_util::future::{self, BoxFuture};
use serde_json::json;

use crate::compare;
use crate::recording::Recording;
use crate::run::result;
use crate::verdict::Difference;

/// Everything is answered at once, so only a component that never ends takes longer.
const DEADLINE: Duration = Duration::from_secs(60);

/// What a replay came to.
#[derive(Debug)]
pub struct Replayed {
    /// How the call ended this time.
    pub end: CallEnd,
    /// The first thing that is not as it was recorded; none means the same.
    pub difference: Option<Difference>,
}

/// Runs a recorded call again. The files it reads must be on the shelf; files it makes are put there.
///
/// # Errors
/// When the record does not fit the contract, in words.
pub async fn replay(
    provider: &Provider,
    recording: &Recording,
    shelf: &Arc<Shelf>,
) -> Result<Replayed, String> {
    let action = ActionInput::from_json(&recording.action, recording.input.clone())
        .map_err(|problem| format!("the recorded input does not fit the contract: {problem}"))?;
    let mut settings = provider.manifest.offer().setting_defaults;
    settings.extend(recording.settings.clone());
    let roles = recording.roles.iter().map(String::as_str);
    let connection = Connection::for_replay(&recording.connection, settings, roles)
        .map_err(|problems| format!("the recorded connection cannot be set up: {problems}"))?;
    let stage = Stage { provider, recording, action, connection: Arc::new(connection), shelf };
    let end = stage.run(&recording.exchanges).await;
    let difference = stage.difference(&end).await;
    Ok(Replayed { end, difference })
}

struct Stage<'a> {
    provider: &'a Provider,
    recording: &'a Recording,
    action: ActionInput,
    connection: Arc<Connection>,
    shelf: &'a Arc<Shelf>,
}

/// What stands behind the end of a journal: nothing.
struct Silence;

impl Transport for Silence {
    fn send(&self, _: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        let words = "the record ends here, and a replay reaches no provider";
        future::ready(Err(TransportFailure::unsent(TransportFailureKind::Denied, words))).boxed()
    }
}

impl Stage<'_> {
    async fn run(&self, journal: &[Exchange]) -> CallEnd {
        let recording = self.recording;
        let input = CallInput {
            id: recording.call.clone(),
            connection: Arc::clone(&self.connection),
            action: self.action.clone(),
            acting_user: recording.acting_user.clone(),
            now_ms: recording.now_ms,
            seed: recording.seed,
            granted: recording.granted.clone(),
            next_attachment: recording.next_attachment,
            attachments: Arc::clone(self.shelf) as Arc<dyn AttachmentStore>,
            journal: Arc::new(Unjournaled),
            transport: Arc::new(Silence),
            deadline: DEADLINE,
        };
        self.provider.resume(input, journal.to_vec()).await
    }

    async fn difference(&self, end: &CallEnd) -> Option<Difference> {
        if let EndedBy::Diverged(words) = &end.ended_by {
            return Some(self.diverged(end.exchanges.len(), words).await);
        }
        let recorded = &self.recording.exchanges;
        if let Some(further) = end.exchanges.get(recorded.len()) {
            return Some(Difference::at("", "no further request", asked(further)).of(&place(further)));
        }
        if let Some(missing) = recorded.get(end.exchanges.len()) {
            let got = format!("no such request; the call ended with {}", result(end));
            return Some(Difference::at("", asked(missing), got).of(&place(missing)));
        }
        let expected = compare::plain(json!(self.recording.result));
        let results = compare::json("result", &expected, &compare::plain(result(end)));
        let files = compare::json("created", &json!(self.recording.created), &json!(end.created));
        results.into_iter().chain(files).next().map(|difference| difference.of("its end"))
    }

    /// What the component asked instead. A run from a journal ends before it tells, so it is run once more, from a
    /// journal that ends there.
    async fn diverged(&self, at: usize, words: &str) -> Difference {
        let (kept, rest) = self.recording.exchanges.split_at_checked(at).unwrap_or_default();
        let again = self.run(kept).await;
        match (rest.first(), again.exchanges.get(at)) {
            (Some(known), Some(other)) => {
                let differences = compare::recorded(&known.request, &other.request);
                let first = differences.into_iter().next();
                let first = first.unwrap_or_else(|| Difference::at("", "the recorded answer fits", words));
                first.of(&place(known))
            }
            _ => Difference::at("", "as recorded", words).of(&format!("exchange {}", at + 1)),
        }
    }
}

fn place(exchange: &Exchange) -> String {
    format!("exchange {}", exchange.number)
}

fn asked(exchange: &Exchange) -> String {
    format!("{} {}", exchange.request.method, exchange.request.path)
}
