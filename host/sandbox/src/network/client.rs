//! The HTTP client of one role, with its own pool of connections.
//!
//! Not here: what is sent over it (`request.rs`).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::header::HeaderValue;
use tower_layer::Layer;
use tower_service::Service;

use super::Options;
use super::resolver::CheckedResolver;
use crate::connection::Role;
use crate::connection::config::Credential;
use crate::transport::{TransportFailure, TransportFailureKind};

/// Idle connections are kept so long; servers close them after a minute or so, and a closed one costs a retry.
const IDLE: Duration = Duration::from_secs(30);

/// As many as calls run at once by default: a pool that keeps fewer closes and opens one for nearly every request.
const IDLE_CONNECTIONS_MAX: usize = 256;

/// The same cap as for a component's own headers (CVE-2026-27572 is the reason for that one).
const HEADERS_MAX: usize = 100;
const HEADER_BYTES_MAX: u32 = 32 * 1024;

/// Where a role keeps its client, made at first use.
#[derive(Debug, Default)]
pub(crate) struct ClientSlot(Mutex<Option<RoleClient>>);

/// A client, and whether it ever had a connection.
#[derive(Debug, Clone)]
pub(crate) struct RoleClient {
    pub(crate) http: reqwest::Client,
    connected: Arc<AtomicBool>,
}

/// Notes when a connection stands.
#[derive(Clone)]
struct NoteConnections(Arc<AtomicBool>);

#[derive(Clone)]
struct Noting<S> {
    inner: S,
    connected: Arc<AtomicBool>,
}

impl RoleClient {
    /// The client of a role.
    pub(crate) fn of(role: &Role, options: &Options) -> Result<Self, TransportFailure> {
        let mut slot = role.client.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*slot {
            return Ok(client.clone());
        }
        let client = build(role, options).map_err(|error| {
            let message = format!("no HTTP client can be made for this role: {}", error.without_url());
            TransportFailure::unsent(TransportFailureKind::Invalid, message)
        })?;
        *slot = Some(client.clone());
        Ok(client)
    }

    /// False when no connection ever stood: then nothing can have been sent.
    pub(crate) fn ever_connected(&self) -> bool {
        self.connected.load(Ordering::Acquire)
    }
}

fn build(role: &Role, options: &Options) -> reqwest::Result<RoleClient> {
    let connected = Arc::new(AtomicBool::new(false));
    let resolver =
        CheckedResolver { lookup: Arc::clone(&options.lookup), policy: Arc::new(role.policy.clone()) };
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(role.tls.clone())
        .dns_resolver(Arc::new(resolver))
        .redirect(reqwest::redirect::Policy::none())
        // Repeating is the workflow's decision, never the client's.
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .tcp_nodelay(true)
        .connect_timeout(options.connect_timeout)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
        .http1_max_headers(HEADERS_MAX)
        .http2_max_header_list_size(HEADER_BYTES_MAX)
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .connector_layer(NoteConnections(Arc::clone(&connected)));
    let builder = match &role.proxy {
        Some(url) => builder.proxy(proxy(url.as_str(), role)?),
        None => builder,
    };
    Ok(RoleClient { http: builder.build()?, connected })
}

fn proxy(url: &str, role: &Role) -> reqwest::Result<reqwest::Proxy> {
    let proxy = reqwest::Proxy::all(url)?;
    // Loading refused values that no header can carry.
    let value = role.credentials.contains_key(&Credential::ProxyAuthorization);
    match HeaderValue::from_str(role.secret(Credential::ProxyAuthorization)) {
        Ok(mut header) if value => {
            header.set_sensitive(true);
            Ok(proxy.custom_http_auth(header))
        }
        _ => Ok(proxy),
    }
}

impl<S> Layer<S> for NoteConnections {
    type Service = Noting<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Noting { inner, connected: Arc::clone(&self.0) }
    }
}

impl<S, R> Service<R> for Noting<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connected = Arc::clone(&self.connected);
        let connecting = self.inner.call(request);
        async move {
            let connection = connecting.await?;
            connected.store(true, Ordering::Release);
            Ok(connection)
        }
        .boxed()
    }
}
