//! One misbehaviour while a good call beside it waits for its provider, then a good call: nobody else may be harmed.
//!
//! Not here: whether the misbehaviour itself ended as it must (`judge.rs`).

use std::sync::Arc;

use super::judge::is_good;
use super::misbehaviour::{Misbehaviour, PATIENT};
use super::script::Script;
use super::stage::Stage;
use crate::{CallEnd, Provider};

/// The action and the behaviour of a good call.
const GOOD: (&str, &str) = ("send-for-signature", "behave");

/// What came of it.
#[derive(Debug)]
pub struct Ran {
    /// The end of the misbehaviour.
    pub end: CallEnd,
    /// What the provider was asked by it.
    pub asked: Vec<String>,
    /// Whom it harmed, in sentences.
    pub harmed: Vec<String>,
}

/// Runs it on this stage, whose transport is this script.
pub async fn beside_others(
    provider: &Arc<Provider>,
    stage: &Stage,
    script: &Script,
    misbehaviour: &Misbehaviour,
) -> Ran {
    let (gated, open, mut arrived) = Script::gated();
    let (action, behaviour) = GOOD;
    let neighbour = Stage::over(Arc::clone(&stage.connection), Arc::new(gated));
    let neighbour = neighbour.call(action, behaviour, PATIENT);
    let neighbour = tokio::spawn({
        let provider = Arc::clone(provider);
        async move { provider.call(neighbour).await }
    });
    // Fails when the neighbour ended without a request: then it is told below that it is no good.
    let _ = arrived.wait_for(|arrived| *arrived).await;

    let call = stage.call(&misbehaviour.action, &misbehaviour.name, misbehaviour.deadline());
    let end = provider.call(call).await;
    let asked = script.asked();

    let mut harmed = Vec::new();
    let next = provider.call(stage.call(action, behaviour, PATIENT)).await;
    if !is_good(&next) {
        harmed.push(format!("broke the next call: {:?}", next.result));
    }
    open.send_replace(true);
    match neighbour.await {
        Ok(beside) if is_good(&beside) => {}
        Ok(beside) => harmed.push(format!("broke the call beside it: {:?}", beside.result)),
        Err(error) => harmed.push(format!("tore down the call beside it: {error}")),
    }
    Ran { end, asked, harmed }
}
