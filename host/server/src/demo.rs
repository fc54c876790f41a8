//! The demo: the contract-signing workflow on a real component, over real HTTP, against a provider that is simulated.
//!
//! The host is the same that `serve` runs, driven over its API as any caller would; only its clock is moved on.
//! Not here: setting the stage (`demo/stage.rs`) and what is printed (`demo/narrator.rs`).

pub mod configuration;
mod narrator;
pub mod provider;
pub mod stage;

use std::time::{Duration, Instant};

use anstream::println;
use anyhow::{Context, ensure};
use countersign_workflow::definition::step::EndOutcome;
use serde_json::json;

use crate::api::view::InstanceView;
use crate::cli::serve::stop_signal;
use crate::cli::view::{FAINT, GOOD, NOTE};
use narrator::Narrator;
use provider::Name;
use stage::Stage;

const HOUR_MS: i64 = 3_600_000;

/// Plays the demo from the first form to the signed file.
pub async fn play(provider: Name, keep: bool) -> anyhow::Result<()> {
    let started = Instant::now();
    let stage = Stage::set(provider).await?;
    let mut narrator = Narrator::new(stage.client.clone());
    let number = prepare(&stage, &mut narrator).await?;
    send(&stage, &mut narrator, (provider, number)).await?;
    wait_for_signatures(&stage, &mut narrator, number).await?;
    let instance = finish(&stage, &mut narrator, number).await?;
    println!(
        "\n{GOOD}done{GOOD:#} in {:.1} s · everything above went over real HTTP on 127.0.0.1",
        started.elapsed().as_secs_f64()
    );
    if keep {
        stay(&stage, &instance).await?;
    }
    stage.strike().await
}

/// Prepare document: the form, the signers, the file.
async fn prepare(stage: &Stage, narrator: &mut Narrator) -> anyhow::Result<i64> {
    narrator.scene("Prepare document", "an author fills in the form, names two signers and adds a PDF");
    let form = json!({
        "fields": {"title": "Framework agreement", "description": "Please read and sign."},
        "lists": {"signers": [
            {"name": "First Signer", "email": "first.signer@example.com", "role": "SIGNER", "signature": "BASIC", "order": 1},
            {"name": "Second Signer", "email": "second.signer@example.com", "phone": "+48600000002", "role": "SIGNER",
             "signature": "BASIC", "sms_authentication": true, "order": 2},
        ]},
    });
    let author = stage.client.acting_as("author", "");
    let instance: InstanceView =
        author.post("/instances", &json!({"workflow": "contract-signing", "form": form})).await?;
    let number = instance.number;
    let upload = format!("/instances/{number}/attachments?name=contract.pdf&category=to-sign");
    let _: InstanceView = author.upload(&upload, "application/pdf", stage.contract().into()).await?;
    let _: InstanceView = author.post(&format!("/instances/{number}/paths/submit"), &json!({})).await?;
    narrator.catch_up(number).await?;
    Ok(number)
}

/// Manager approval: accepting sends the document.
async fn send(stage: &Stage, narrator: &mut Narrator, (provider, number): (Name, i64)) -> anyhow::Result<()> {
    let component = provider.shown();
    let what = format!("the manager accepts; the {component} component creates, uploads and sends");
    narrator.scene("Manager approval", &what);
    let manager = stage.client.acting_as("manager", "manager");
    let _: InstanceView = manager.post(&format!("/instances/{number}/paths/accept"), &json!({})).await?;
    let instance = narrator.catch_up(number).await?;
    ensure!(instance.step == "awaiting", "the document was not sent: {:?}", instance.incident);
    Ok(())
}

/// Awaiting for signatures: people sign, hours pass, timers and buttons do their work.
async fn wait_for_signatures(stage: &Stage, narrator: &mut Narrator, number: i64) -> anyhow::Result<()> {
    narrator.scene("Awaiting for signatures", "the first signer signs; an hour later the timer looks");
    stage.sign("first.signer@example.com").await?;
    pass(stage, narrator, number, HOUR_MS).await?;

    narrator.scene("Awaiting for signatures", "a colleague presses the buttons of the menu");
    let colleague = stage.client.acting_as("colleague", "");
    for button in ["signing-links", "send-reminder"] {
        let _: InstanceView =
            colleague.post(&format!("/instances/{number}/buttons/{button}"), &json!({})).await?;
    }
    narrator.catch_up(number).await?;
    stage.sign("second.signer@example.com").await
}

/// Is it signed? The next look finds it completed and fetches the file.
async fn finish(stage: &Stage, narrator: &mut Narrator, number: i64) -> anyhow::Result<InstanceView> {
    narrator.scene("Is it signed?", "the second signer has signed; the next look fetches the signed PDF");
    let instance = pass(stage, narrator, number, HOUR_MS).await?;
    ensure!(
        instance.outcome == Some(EndOutcome::Success),
        "the workflow did not end well: {:?}",
        instance.incident
    );
    let signed =
        instance.attachments.iter().find(|file| file.category == "signed").context("no signed file came")?;
    narrator.summary(&instance, &stage.mailed());
    let file = stage.fetch(number, signed).await?;
    println!("signed file: {NOTE}{}{NOTE:#} {FAINT}{} bytes{FAINT:#}", file.display(), signed.size);
    Ok(instance)
}

/// Moves the host's clock on and waits until the timers that became due have done their work.
async fn pass(
    stage: &Stage,
    narrator: &mut Narrator,
    number: i64,
    by_ms: i64,
) -> anyhow::Result<InstanceView> {
    let before: InstanceView = stage.client.get(&format!("/instances/{number}")).await?;
    stage.advance(by_ms);
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let now: InstanceView = stage.client.get(&format!("/instances/{number}")).await?;
        if now.version > before.version && now.phase != "running" {
            return narrator.catch_up(number).await;
        }
        ensure!(Instant::now() < deadline, "no timer fired within 30 s");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// `--keep`: everything stays up until Ctrl-C.
async fn stay(stage: &Stage, instance: &InstanceView) -> anyhow::Result<()> {
    println!("\nhost and provider stay up; in another terminal:");
    println!("  export COUNTERSIGN_URL={}", stage.url());
    let program = std::env::args().next().unwrap_or_else(|| "countersign".to_owned());
    for line in [
        format!("show {} --calls", instance.number),
        "list".to_owned(),
        "sources sign".to_owned(),
        "start contract-signing --set title=Second".to_owned(),
    ] {
        println!("  {NOTE}{program} {line}{NOTE:#}");
    }
    println!("  people sign at {NOTE}{}{NOTE:#}", stage.provider_page());
    println!("stop with Ctrl-C");
    stop_signal().await
}
