//! A large file: 20 MB from the form through the component's send to the provider, and the signed file back into the
//! store, while the resident memory of the host's own process is watched.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use countersign_simulators::{AutentiOptions, AutentiSimulator, contract_pdf_of_size, demo_credentials};
use serde_json::json;
use tokio::process::{Child, Command};

use super::{Figure, Report, conditions, memory};
use crate::api::view::InstanceView;
use crate::client::Client;
use crate::demo::configuration;

const SIZE: usize = 20_000_000;
const MIB: f64 = 1024.0 * 1024.0;

/// Runs a host as a process of its own and carries one large file through it.
pub async fn attachment() -> anyhow::Result<Report> {
    let credentials = tokio::task::spawn_blocking(demo_credentials).await??;
    let simulator = AutentiSimulator::start(AutentiOptions::new(&credentials)).await?;
    let folder = tempfile::tempdir()?;
    let mut config = configuration::write(folder.path(), &simulator, &credentials)?;
    config.listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let file = folder.path().join("countersign.yaml");
    std::fs::write(&file, serde_json::to_string(&config)?)?;
    let mut host = serve(&file).await?;
    let pid = host.id().context("the host ended at once")?;
    let client = Client::new(&format!("http://{}", config.listen), None, "manager", "manager")?;
    ready(&client).await?;
    carry(&client, &simulator, 1_000).await.context("the warm-up with a small file")?;

    memory::reset_peak(pid)?;
    let before = memory::resident_bytes(pid).context("memory is not told here")?;
    let (sent_ms, fetched_ms) = carry(&client, &simulator, SIZE).await?;
    let growth = memory::peak_bytes(pid).context("memory is not told here")? - before;
    host.kill().await?;
    simulator.shutdown().await;
    let mut conditions = conditions();
    conditions.push(
        "the host as a process of its own; peak of its resident memory above the level before".to_owned(),
    );
    Ok(Report {
        bench: "attachment",
        ratio: growth / MIB / 32.0,
        goal: "20 MB sent and fetched with less than 32 MiB of growth",
        meets: growth < 32.0 * MIB,
        figures: vec![
            Figure::new("growth of resident memory", growth / MIB, "MiB"),
            Figure::new("attach and send 20 MB", sent_ms, "ms"),
            Figure::new("sign and fetch 20 MB", fetched_ms, "ms"),
        ],
        conditions,
    })
}

async fn serve(config: &Path) -> anyhow::Result<Child> {
    let binary = std::env::current_exe()?;
    let mut command = Command::new(binary);
    command.args(["serve", "--config"]).arg(config).stderr(Stdio::null()).kill_on_drop(true);
    command.spawn().context("the host could not be started")
}

async fn ready(client: &Client) -> anyhow::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(60);
    while client.get::<serde_json::Value>("/workflows").await.is_err() {
        ensure!(Instant::now() < deadline, "the host did not get ready within 60 s");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// One document of this size, from the form to the signed file in the store.
async fn carry(client: &Client, simulator: &AutentiSimulator, size: usize) -> anyhow::Result<(f64, f64)> {
    let signer = json!({"name": "First Signer", "email": "first.signer@example.com", "role": "SIGNER"});
    let form = json!({"fields": {"title": "A long annex"}, "lists": {"signers": [signer]}});
    let instance: InstanceView =
        client.post("/instances", &json!({"workflow": "contract-signing", "form": form})).await?;
    let path = format!("/instances/{}", instance.number);
    let pdf = contract_pdf_of_size("A long annex", &["One signature is needed."], size);
    let started = Instant::now();
    let upload = format!("{path}/attachments?name=annex.pdf&category=to-sign");
    let _: InstanceView = client.upload(&upload, "application/pdf", pdf.into()).await?;
    let _: InstanceView = client.post(&format!("{path}/paths/submit"), &json!({})).await?;
    let sent: InstanceView = client.post(&format!("{path}/paths/accept"), &json!({})).await?;
    ensure!(sent.step == "awaiting", "the document was not sent: {:?}", sent.incident);
    let sent_ms = started.elapsed().as_secs_f64() * 1e3;
    let started = Instant::now();
    let document = sent.fields.get("external_document_id").and_then(|id| id.as_str()).unwrap_or_default();
    simulator.control().sign_all(document).await?;
    let ended: InstanceView = client.post(&format!("{path}/paths/check-status"), &json!({})).await?;
    ensure!(
        ended.attachments.iter().any(|file| file.category == "signed"),
        "no signed file: {:?}",
        ended.incident
    );
    Ok((sent_ms, started.elapsed().as_secs_f64() * 1e3))
}
