//! What must hold at the end of every run, read from the provider's ledger, its request log and its documents.
//!
//! * One send mails each recipient at most one invitation, and one document leaves its draft.
//! * One press asks the provider at most once to mail reminders: their requests are `once`, so after a crash or a lost
//!   answer the component is told `in-doubt` and a person decides (here: not again). A provider that itself does one
//!   request twice mails twice; nothing on our side can prevent that, and nothing more than that may happen.
//! * A withdrawal is told to each recipient at most once: its request is `repeatable`, because Autenti refuses the second.
//! * The signed file is attached exactly once, and its signature still fits its bytes.
//!
//! Not here: that nothing acknowledged is lost, which is looked at all the way (`play.rs`).

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use countersign_simulators::autenti::{DocumentSummary, Endpoint, FaultKind, MailKind, RequestEntry};
use countersign_simulators::pdf::check_signature;
use countersign_workflow::definition::step::EndOutcome;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::act::Act;
use super::plan::Plan;
use super::stand::Stand;
use crate::api::view::InstanceView;

/// People in each run.
const SIGNERS: usize = 2;

/// Checks all of it; `signed` are the bytes of the signed file, none when there is no such file.
pub fn check(stand: &Stand, plan: &Plan, instance: &InstanceView, signed: &[u8]) -> anyhow::Result<()> {
    let expected = if plan.ends_withdrawn { EndOutcome::Failure } else { EndOutcome::Success };
    ensure!(instance.outcome == Some(expected), "it ended badly in `{}`", instance.step);
    let document = sent(stand, instance)?;
    let requests = stand.simulator.control().requests();
    sources(&document, &requests)?;
    mails(stand, plan, &requests)?;
    signed_file(plan, instance, &document, signed)
}

/// The one document that left its draft is the one that the instance knows.
fn sent(stand: &Stand, instance: &InstanceView) -> anyhow::Result<DocumentSummary> {
    let documents = stand.simulator.control().documents();
    let mut sent = documents.into_iter().filter(|document| document.status != "DRAFT");
    let document = sent.next().context("nothing was sent")?;
    ensure!(sent.next().is_none(), "SENT TWICE: two documents left their draft");
    let known = instance.fields.get("external_document_id").and_then(Value::as_str);
    ensure!(known == Some(document.id.as_str()), "the instance knows {known:?}, not `{}`", document.id);
    Ok(document)
}

/// A file uploaded twice would be signed twice.
fn sources(document: &DocumentSummary, requests: &[RequestEntry]) -> anyhow::Result<()> {
    let twice = doubled(requests, |request| request.endpoint == Endpoint::UploadFile);
    let files = document.files.iter().filter(|file| file.purpose == "SOURCE_FILE").count();
    ensure!((1..=1 + twice).contains(&files), "the document was sent with {files} files");
    Ok(())
}

fn mails(stand: &Stand, plan: &Plan, requests: &[RequestEntry]) -> anyhow::Result<()> {
    let mut mails: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for mail in stand.simulator.control().ledger(None) {
        let kind = match mail.kind {
            MailKind::Invitation => "invitation",
            MailKind::Reminder => "reminder",
            MailKind::WithdrawalNotice => "withdrawal",
            _ => continue,
        };
        *mails.entry((kind, mail.to)).or_default() += 1;
    }
    let presses = plan.presses.iter().filter(|press| **press == Act::Remind).count();
    let asked = requests.iter().filter(|request| reminds(request) && !refused(request)).count();
    ensure!(asked <= presses, "{asked} requests for reminders after {presses} presses");
    let reminders_max = presses + doubled(requests, reminds);
    let most = |kind: &str| if kind == "reminder" { reminders_max } else { 1 };
    let over = mails.iter().find(|((kind, _), times)| **times > most(kind));
    ensure!(over.is_none(), "MAILED TWICE: {mails:?}");
    let told = |wanted: &str| mails.keys().filter(|(kind, _)| *kind == wanted).count();
    ensure!(told("invitation") == SIGNERS, "not everybody was invited: {mails:?}");
    let withdrawn = if plan.ends_withdrawn { SIGNERS } else { 0 };
    ensure!(told("withdrawal") == withdrawn, "not everybody was told of the withdrawal: {mails:?}");
    Ok(())
}

/// The request that mails reminders: it names the parties in its second assertion.
fn reminds(request: &RequestEntry) -> bool {
    request.endpoint == Endpoint::Act && request.assertions.len() == 2
}

fn refused(request: &RequestEntry) -> bool {
    request.status.is_some_and(|status| (400..500).contains(&status))
}

/// How many of them the provider processed twice.
fn doubled(requests: &[RequestEntry], wanted: impl Fn(&RequestEntry) -> bool) -> usize {
    let twice = |request: &&RequestEntry| request.fault == Some(FaultKind::ProcessTwice) && wanted(request);
    requests.iter().filter(twice).count()
}

fn signed_file(
    plan: &Plan,
    instance: &InstanceView,
    document: &DocumentSummary,
    bytes: &[u8],
) -> anyhow::Result<()> {
    let files: Vec<_> = instance.attachments.iter().filter(|file| file.category == "signed").collect();
    let [file] = files.as_slice() else {
        ensure!(files.is_empty() && plan.ends_withdrawn, "{} signed files", files.len());
        return Ok(());
    };
    ensure!(hex::encode(Sha256::digest(bytes)) == file.sha256, "the signed file is not what was attached");
    let theirs = document.files.iter().find(|theirs| theirs.purpose == "SIGNED_CONTENT_FILE");
    ensure!(
        theirs.is_some_and(|theirs| theirs.bytes == bytes.len()),
        "the signed file is not the provider's"
    );
    check_signature(bytes).context("the signed file was changed on its way")?;
    Ok(())
}
