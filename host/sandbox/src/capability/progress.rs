//! `progress`: the provider's document id is committed before the component goes on.
//!
//! Not here: where it is committed (the call's journal).

use tokio::time::timeout_at;

use crate::call::EndedBy;
use crate::call::state::CallState;

/// `progress.document-created`
pub(crate) async fn document_created(state: &mut CallState, document_id: String) -> wasmtime::Result<()> {
    let deadline = state.deadline;
    let work = state.work("progress.document-created")?;
    if document_id.is_empty() {
        let words = "`progress.document-created` was given an empty id (C41)".to_owned();
        return Err(state.end(EndedBy::BrokeContract(words)));
    }
    match &work.document_id {
        Some(known) if *known == document_id => return Ok(()),
        Some(known) => {
            let words =
                format!("`progress.document-created` told `{document_id}` after `{known}` in one call");
            return Err(state.end(EndedBy::BrokeContract(words)));
        }
        None => {}
    }
    // Kept even when the journal fails: the id is evidence.
    work.document_id = Some(document_id.clone());
    let committed = timeout_at(deadline, work.journal.document_created(&work.id, &document_id)).await;
    match committed {
        Ok(Ok(())) => Ok(()),
        Ok(Err(reason)) => Err(state.end(EndedBy::JournalFailed(reason))),
        Err(_) => Err(state.time_out()),
    }
}
