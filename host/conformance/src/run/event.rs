//! Runs a case of a message: read twice, and compared with what the case expects.
//!
//! Not here: proving where a message comes from, which the host does before a component sees it.

use countersign_sandbox::Provider;
use serde_json::{Value, json};

use super::{CASE, check_provider};
use crate::case::EventCase;
use crate::compare;
use crate::verdict::{Difference, Verdict};

/// Runs one case of a message against a provider.
pub async fn run_event_case(provider: &Provider, case: &EventCase) -> Verdict {
    let differences = match check_provider(provider, &case.provider) {
        Ok(()) => run(provider, case).await,
        Err(difference) => vec![difference],
    };
    Verdict { case: case.name.clone(), differences, log: Vec::new() }
}

async fn run(provider: &Provider, case: &EventCase) -> Vec<Difference> {
    let first = read(provider, case).await;
    let expected = json!({"outcome": case.file.outcome, "rejection": case.file.rejection});
    let differences = compare::json("", &compare::plain(expected), &compare::plain(first.clone()));
    if !differences.is_empty() {
        return differences.into_iter().map(|difference| difference.of(CASE)).collect();
    }
    let again = compare::json("result", &first, &read(provider, case).await);
    again.into_iter().map(|difference| difference.of("first run").during("run again")).collect()
}

/// What a message came to, with the names of the contract; a component that did not answer has a failure instead.
async fn read(provider: &Provider, case: &EventCase) -> Value {
    match provider.read_event(case.request.clone()).await {
        Ok(Ok(reading)) => json!({"outcome": reading}),
        Ok(Err(rejection)) => json!({"rejection": rejection}),
        Err(failure) => json!({"failure": failure.to_string()}),
    }
}
