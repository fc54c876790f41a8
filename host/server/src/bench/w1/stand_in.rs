//! The provider's stand-in: answers a POST with a signing link and a GET with a process, at once, over loopback.
//!
//! Not here: a provider with a memory (`fixtures/simulators`).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::{TcpListener, TcpStream};

use crate::bench::wire::Wire;

const LINKS: &str = r#"[{"attributes":{"httpRequest":{"uri":"https://sign.example.com/4a1f"}}}]"#;
const PROCESS: &str = r#"{"id":"DOCUMENT_PROCESS:1","title":"Framework agreement","status":"PROCESSING","parties":[],"files":[]}"#;

/// A listening stand-in; it ends with its runtime.
pub struct StandIn {
    /// Where it listens.
    pub address: SocketAddr,
    /// Connections taken so far.
    pub connections: Arc<AtomicU64>,
}

impl StandIn {
    /// Listens.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let connections = Arc::new(AtomicU64::new(0));
        let taken = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                taken.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream));
            }
        });
        Ok(Self { address, connections })
    }
}

async fn serve(stream: TcpStream) -> anyhow::Result<()> {
    let mut wire = Wire::new(stream)?;
    while let Some((first, _)) = wire.read().await? {
        let body = if first.starts_with("POST") { LINKS } else { PROCESS };
        wire.answer(body).await?;
    }
    Ok(())
}
