//! The definition of the seeds loads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use countersign_workflow::load::load;

const CONTRACT_SIGNING: &str = include_str!("../../../fixtures/workflows/contract-signing/workflow.yaml");

#[test]
fn the_contract_signing_workflow_loads_without_a_warning() {
    let workflow = load(CONTRACT_SIGNING).expect("it is right");
    assert_eq!(workflow.warnings, []);
    assert_eq!(workflow.definition.document_field("sign"), Some("external_document_id"));
}
