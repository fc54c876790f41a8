//! A running host: the API listens, timers fire, interrupted calls are taken up. Stops gracefully.
//!
//! Not here: what a request does (`api.rs`) and what a timer does (`timers.rs`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::host::Host;
use crate::{api, inbox, polling, recovery, timers};

/// How long a graceful stop waits for calls under way.
const PATIENCE: Duration = Duration::from_secs(30);

/// A host that serves until it is stopped.
pub struct Running {
    /// The host.
    pub host: Arc<Host>,
    /// Where it listens.
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
    timers: JoinHandle<()>,
    inbox: JoinHandle<()>,
    polling: JoinHandle<()>,
}

impl Running {
    /// Starts listening, fires timers, and takes up what the last stop interrupted.
    pub async fn start(host: Arc<Host>, listen: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("`{listen}` is taken; choose another address with `listen` or --listen")
        })?;
        let address = listener.local_addr()?;
        if let Some(warning) = host.restore_warning() {
            warn!("{warning}");
        }
        recovery::recover(&host).await?;
        let timers = tokio::spawn(timers::run(host.clone()));
        let inbox = tokio::spawn(inbox::run(host.clone()));
        let polling = tokio::spawn(polling::run(host.clone()));
        let (stop, stopped) = oneshot::channel::<()>();
        let router = api::router(host.clone());
        let server = axum::serve(
            axum::serve::ListenerExt::tap_io(listener, |stream| {
                let _ = stream.set_nodelay(true);
            }),
            router,
        )
        .with_graceful_shutdown(async move {
            let _ = stopped.await;
        });
        let server = tokio::spawn(async move { server.await });
        info!(%address, "ready");
        Ok(Self { host, address, stop, server, timers, inbox, polling })
    }

    /// Takes no more requests, lets calls end, closes the store.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.timers.abort();
        self.inbox.abort();
        self.polling.abort();
        self.host.stop_waiting();
        let _ = self.stop.send(());
        let _ = tokio::time::timeout(PATIENCE, self.server).await;
        self.host.close(PATIENCE).await;
        Ok(())
    }
}
