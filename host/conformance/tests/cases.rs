//! Every case of `fixtures/` as a test of its own: `autenti/get-document-status/completed`.
//!
//! Not here: running a case (the library).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign_conformance::{Case, find_cases, run_case};
use countersign_sandbox::{Provider, Sandbox, SandboxConfig};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let sandbox = Sandbox::new(SandboxConfig { max_calls: 16, ..SandboxConfig::default() }).unwrap();
    let mut trials = Vec::new();
    for bundled in countersign_components::bundled() {
        let cases = find_cases(&fixtures.join(bundled.id)).unwrap();
        assert!(!cases.is_empty(), "`{}` has no case", bundled.id);
        let provider = sandbox.admit(bundled.bytes).unwrap();
        trials.extend(cases.into_iter().map(|folder| trial(&fixtures, folder, &provider)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trial(fixtures: &Path, folder: PathBuf, provider: &Arc<Provider>) -> Trial {
    let name = folder.strip_prefix(fixtures).unwrap().to_string_lossy().into_owned();
    let provider = Arc::clone(provider);
    Trial::test(name, move || check(&folder, &provider))
}

fn check(folder: &Path, provider: &Provider) -> Result<(), Failed> {
    let case = Case::load(folder).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let verdict = runtime.block_on(run_case(provider, &case));
    match verdict.passed() {
        true => Ok(()),
        false => Err(verdict.to_string().into()),
    }
}
