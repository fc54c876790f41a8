//! Tokens, kept per acting user, renewed before they expire, each fetched by one request however many wait for it.
//!
//! Not here: the request itself (`grant.rs`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use secrecy::SecretString;

use super::{Options, grant};
use crate::connection::claims::ClaimValue;
use crate::connection::{Connection, Role};
use crate::transport::{Outgoing, TransportFailure, TransportFailureKind};

/// Beyond so many users, expired tokens are swept out.
const USERS_BEFORE_SWEEP: usize = 1024;

/// The tokens of one role. Part of the connection, so that no two connections ever share one.
#[derive(Default)]
pub(crate) struct TokenCache(Mutex<HashMap<Option<String>, Entry>>);

/// A fetched token.
pub(crate) struct Token {
    pub(crate) value: SecretString,
    /// From this time on a new one is fetched.
    pub(crate) renew_at_ms: i64,
}

/// Whose token is wanted.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) options: Arc<Options>,
    pub(crate) connection: Arc<Connection>,
    pub(crate) role: String,
    /// The acting user, when the token depends on it.
    pub(crate) user: Option<String>,
}

type Fetched = Result<Arc<Token>, TransportFailure>;

type Flight = Shared<BoxFuture<'static, Fetched>>;

#[derive(Default)]
struct Entry {
    token: Option<Arc<Token>>,
    flight: Option<Flight>,
}

impl Wanted {
    pub(crate) fn of(options: &Arc<Options>, outgoing: &Outgoing, role: &Role) -> Self {
        let acting = role.claims.iter().any(|claim| claim.value == ClaimValue::ActingUser);
        let user = outgoing.acting_user.as_ref().or(outgoing.connection.config.acting_user.as_ref());
        Self {
            options: Arc::clone(options),
            connection: Arc::clone(&outgoing.connection),
            role: outgoing.role.clone(),
            user: user.filter(|_| acting).cloned(),
        }
    }

    /// The role, which exists: the request was checked against it.
    pub(crate) fn role(&self) -> Result<&Role, TransportFailure> {
        self.connection.roles.get(&self.role).ok_or_else(|| {
            TransportFailure::unsent(
                TransportFailureKind::Denied,
                format!("there is no role `{}`", self.role),
            )
        })
    }
}

/// A token that is good for a while: the cached one, or the one that is being fetched already, or a new one.
pub(crate) async fn token(wanted: Wanted) -> Fetched {
    let now_ms = wanted.options.clock.now_ms();
    let flight = {
        let mut entries = wanted.role()?.tokens.lock();
        let entry = entries.entry(wanted.user.clone()).or_default();
        if let Some(token) = entry.token.as_ref().filter(|token| now_ms < token.renew_at_ms) {
            return Ok(Arc::clone(token));
        }
        // A flight that has landed and still stands here was torn down by a panic: fetch anew.
        match entry.flight.as_ref().filter(|flight| flight.peek().is_none()) {
            Some(flight) => flight.clone(),
            None => entry.flight.insert(launch(wanted.clone())).clone(),
        }
    };
    flight.await
}

/// Fetches in a task of its own: a caller whose time is up must not take the token away from the others.
fn launch(wanted: Wanted) -> Flight {
    let task = tokio::spawn(async move {
        let fetched = grant::fetch(&wanted).await.map(Arc::new);
        wanted.role()?.tokens.settle(&wanted, &fetched);
        fetched
    });
    async move {
        task.await.unwrap_or_else(|error| {
            let message = format!("fetching a token was broken off: {error}");
            Err(TransportFailure::unsent(TransportFailureKind::Connect, message))
        })
    }
    .boxed()
    .shared()
}

impl TokenCache {
    /// Forgets a token the provider refused, unless somebody has renewed it already.
    pub(crate) fn discard(&self, refused: &Arc<Token>) {
        for entry in self.lock().values_mut() {
            entry.token.take_if(|token| Arc::ptr_eq(token, refused));
        }
    }

    fn settle(&self, wanted: &Wanted, fetched: &Fetched) {
        let now_ms = wanted.options.clock.now_ms();
        let mut entries = self.lock();
        if entries.len() > USERS_BEFORE_SWEEP {
            entries.retain(|_, entry| {
                entry.flight.is_some() || entry.token.as_ref().is_some_and(|token| now_ms < token.renew_at_ms)
            });
        }
        entries.insert(wanted.user.clone(), Entry { token: fetched.as_ref().ok().cloned(), flight: None });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Option<String>, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenCache").field("users", &self.lock().len()).finish()
    }
}
