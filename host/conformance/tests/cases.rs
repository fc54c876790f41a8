//! Every case of `fixtures/` as a test of its own: `autenti/get-document-status/completed`; and for each provider
//! that what every provider needs is there.
//!
//! Not here: running a case (the library).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::path::Path;
use std::sync::Arc;

use countersign_conformance::Suite;
use countersign_sandbox::{Provider, Sandbox, SandboxConfig};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let sandbox = Sandbox::new(SandboxConfig { max_calls: 16, ..SandboxConfig::default() }).unwrap();
    let mut trials = Vec::new();
    for bundled in countersign_components::bundled() {
        let suite = Arc::new(Suite::load(&fixtures.join(bundled.id), None).unwrap());
        let provider = sandbox.admit(bundled.bytes).unwrap();
        for (index, entry) in suite.entries().iter().enumerate() {
            let (suite, provider) = (Arc::clone(&suite), Arc::clone(&provider));
            let name = format!("{}/{}", bundled.id, entry.name);
            trials.push(Trial::test(name, move || check(&suite, index, &provider)));
        }
        trials.push(Trial::test(format!("{}/expectations", bundled.id), move || complete(&suite, &provider)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn check(suite: &Suite, index: usize, provider: &Provider) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(suite.judge(provider, &suite.entries()[index]));
    match report.verdict.is_fine() {
        true => Ok(()),
        false => Err(report.to_string().into()),
    }
}

fn complete(suite: &Suite, provider: &Provider) -> Result<(), Failed> {
    let problems = suite.problems(provider).into_iter().map(|problem| problem.to_string());
    let missing = suite.missing(provider).into_iter().filter(|_| suite.is_complete());
    let missing = missing.map(|missing| format!("missing: `{}`, {}", missing.needed, missing.shows));
    let found: Vec<String> = problems.chain(missing).collect();
    match found.as_slice() {
        [] => Ok(()),
        found => Err(found.join("\n").into()),
    }
}
