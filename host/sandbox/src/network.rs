//! The real transport: address policy, TLS, credentials, streaming bodies.
//!
//! Not here: whether a request may be sent at all, recording it and capping its answer (`capability/http.rs`).

mod assertion;
mod body;
pub(crate) mod client;
mod clock;
pub(crate) mod credentials;
mod failure;
mod grant;
pub(crate) mod policy;
mod refusal;
pub(crate) mod request;
mod resolver;
mod response;
pub(crate) mod tls;
pub(crate) mod token_cache;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout_at};

pub use clock::{Clock, SystemClock};
pub use policy::{AddressKind, address_kind};
pub use resolver::{Lookup, SystemLookup};

use crate::connection::Role;
use crate::transport::{Incoming, Outgoing, Transport, TransportFailure, TransportFailureKind};
use client::RoleClient;
use credentials::Proof;
use failure::Peer;
use request::Prepared;

/// Longer waits than this are no waits; it keeps the arithmetic of deadlines from overflowing.
const TIMEOUT_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// What a network needs of its surroundings; the defaults are the operating system's.
#[derive(Clone)]
pub struct Options {
    /// Dates assertions and renews tokens.
    pub clock: Arc<dyn Clock>,
    /// Finds addresses.
    pub lookup: Arc<dyn Lookup>,
    /// How long connecting may take, TLS handshake included.
    pub connect_timeout: Duration,
    /// How long a token endpoint may take.
    pub token_timeout: Duration,
}

/// Carries requests over the network.
pub struct Network {
    options: Arc<Options>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            lookup: Arc::new(SystemLookup),
            connect_timeout: Duration::from_secs(10),
            token_timeout: Duration::from_secs(30),
        }
    }
}

impl Network {
    /// A network on the operating system's clock and resolver.
    ///
    /// # Errors
    /// When TLS does not work in this build.
    pub fn new() -> anyhow::Result<Self> {
        Self::with(Options::default())
    }

    /// A network with other surroundings.
    ///
    /// # Errors
    /// When TLS does not work in this build.
    pub fn with(options: Options) -> anyhow::Result<Self> {
        tls::check().map_err(|problem| anyhow::anyhow!("TLS does not work in this build: it {problem}"))?;
        Ok(Self { options: Arc::new(options) })
    }

    async fn carry(&self, outgoing: &Outgoing) -> Result<Incoming, TransportFailure> {
        if outgoing.timeout.is_zero() {
            let message = "the call's time is up; nothing was sent";
            return Err(TransportFailure::unsent(TransportFailureKind::Timeout, message));
        }
        let deadline = Instant::now() + outgoing.timeout.min(TIMEOUT_MAX);
        let role = role(outgoing)?;
        let prepared = Prepared::of(outgoing, role)?;
        let proof = credentials::prove(&self.options, outgoing, deadline).await?;
        let response = self.attempt(outgoing, &prepared, &proof, deadline).await?;
        let Proof::Token(refused) = &proof else { return Ok(response) };
        if response.status != 401 {
            return Ok(response);
        }
        // The token died early (P6). A 401 was not processed, so even a request that must not be repeated may go again.
        role.tokens.discard(refused);
        let fresh = credentials::prove(&self.options, outgoing, deadline).await?;
        self.attempt(outgoing, &prepared, &fresh, deadline).await
    }

    async fn attempt(
        &self,
        outgoing: &Outgoing,
        prepared: &Prepared,
        proof: &Proof,
        deadline: Instant,
    ) -> Result<Incoming, TransportFailure> {
        let role = role(outgoing)?;
        let peer = Peer::of(&prepared.url, role.proxy.as_ref());
        let client = RoleClient::of(role, &self.options)?;
        let body = body::open(&outgoing.body, outgoing.attachments.as_ref()).await?;
        let request = prepared.request(proof, body)?;
        match timeout_at(deadline, client.http.execute(request)).await {
            Ok(Ok(response)) => response::incoming(response, peer, deadline),
            Ok(Err(error)) => Err(peer.failure(&error)),
            Err(_) => Err(peer.timeout(client.ever_connected())),
        }
    }
}

impl Transport for Network {
    fn send(&self, request: Outgoing) -> BoxFuture<'_, Result<Incoming, TransportFailure>> {
        async move {
            let sent = self.carry(&request).await;
            sent.map_err(|failure| failure::masked(failure, &request.connection))
        }
        .boxed()
    }
}

fn role(outgoing: &Outgoing) -> Result<&Role, TransportFailure> {
    outgoing.connection.roles.get(&outgoing.role).ok_or_else(|| {
        let (connection, role) = (&outgoing.connection.name, &outgoing.role);
        let message = format!(
            "connection `{connection}` has no role `{role}`; add `connections.{connection}.roles.{role}`"
        );
        TransportFailure::unsent(TransportFailureKind::Denied, message)
    })
}
