//! What checks of definitions may know of the providers behind connections.
//!
//! Not here: the checks (`workflow/check`).

use std::collections::BTreeMap;

use countersign_workflow::check::{Catalogue, NoCatalogue};

use crate::host::{BoundConnection, Host};
use crate::selection;

/// The connections of a configuration, by the name that definitions use.
pub struct Bound<'a>(BTreeMap<&'a str, &'a BoundConnection>);

/// What the command line knows without a host: the contract, and how attachment queries are written.
pub struct Offline;

/// What a running host knows.
pub fn of_host(host: &Host) -> Bound<'_> {
    Bound(host.connections().map(|(name, bound)| (name.as_str(), bound)).collect())
}

/// What a configuration knows.
pub fn of_connections(connections: &BTreeMap<String, BoundConnection>) -> Bound<'_> {
    Bound(connections.iter().map(|(name, bound)| (name.as_str(), bound)).collect())
}

impl Catalogue for Bound<'_> {
    fn actions(&self, connection: &str) -> Option<Vec<String>> {
        let bound = self.0.get(connection)?;
        Some(bound.provider.manifest.actions.iter().map(|action| action.name.clone()).collect())
    }

    fn sources(&self, connection: &str) -> Option<Vec<String>> {
        let bound = self.0.get(connection)?;
        Some(bound.sources.iter().map(|source| source.id.clone()).collect())
    }

    fn rows(&self, connection: &str, source: &str) -> Option<Vec<String>> {
        self.0.get(connection)?.choices.get(source).cloned()
    }

    fn is_bound(&self, connection: &str) -> bool {
        self.0.contains_key(connection)
    }

    fn query(&self, query: &str) -> Result<(), String> {
        selection::check(query)
    }
}

impl Catalogue for Offline {
    fn actions(&self, connection: &str) -> Option<Vec<String>> {
        NoCatalogue.actions(connection)
    }

    fn sources(&self, connection: &str) -> Option<Vec<String>> {
        NoCatalogue.sources(connection)
    }

    fn rows(&self, connection: &str, source: &str) -> Option<Vec<String>> {
        NoCatalogue.rows(connection, source)
    }

    fn is_bound(&self, connection: &str) -> bool {
        NoCatalogue.is_bound(connection)
    }

    fn query(&self, query: &str) -> Result<(), String> {
        selection::check(query)
    }
}
