//! Incidents: at most one is open in an instance; closed ones stay.
//!
//! Not here: what to do about one (`host/workflow`).

use countersign_workflow::instance::Incident;

use crate::error::EncodeError;

/// An incident to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIncident {
    /// The instance.
    pub instance_id: String,
    /// When.
    pub opened_at_ms: i64,
    /// The call that failed.
    pub call_id: Option<String>,
    /// True when it may have happened all the same.
    pub in_doubt: bool,
    /// What a person reads.
    pub message: String,
    /// The whole incident, as JSON.
    pub json: String,
}

/// How an incident was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentEnd {
    /// When.
    pub at_ms: i64,
    /// How.
    pub reason: String,
}

/// An incident as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// Its position; counts up.
    pub position: i64,
    /// The incident.
    pub incident: NewIncident,
    /// How it was closed; none while it is open.
    pub end: Option<IncidentEnd>,
}

impl NewIncident {
    /// Writes an instance's incident as JSON.
    pub fn of(instance_id: &str, incident: &Incident) -> Result<Self, EncodeError> {
        let json =
            serde_json::to_string(incident).map_err(|source| EncodeError { what: "an incident", source })?;
        Ok(Self {
            instance_id: instance_id.to_owned(),
            opened_at_ms: incident.opened_at_ms,
            call_id: incident.call_id.clone(),
            in_doubt: incident.in_doubt,
            message: incident.message.clone(),
            json,
        })
    }
}
