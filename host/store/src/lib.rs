//! What is durable: definitions, instances, their history, calls and exchanges, timers, incidents, attachments.
//!
//! One handle, [`Store`]: [`Store::commit`] writes a [`Commit`] whole or not at all and answers after it is on disk;
//! the other methods read. Names of the database behind it stay in `sqlite`, so that a second one can follow.
//!
//! Not here: what the JSON means (`host/workflow`, `host/sandbox`) and when to write it (`host/server`).

pub mod attachment;
pub mod backup;
pub mod change;
pub mod error;
pub mod health;
pub mod metrics;
pub mod options;
pub mod row;
pub mod store;

mod acknowledged;
mod directory;
mod sqlite;

pub use attachment::{AttachmentError, Attachments, ByteStream, StoredFile, Verification};
pub use backup::{BackupError, Manifest};
pub use change::{Change, Commit, Committed, Lane};
pub use error::{CommitError, Conflict, EncodeError, OpenError, ReadError};
pub use health::Health;
pub use metrics::Metrics;
pub use options::{Moment, Options};
pub use row::attachment::AttachmentRow;
pub use row::audit::{AuditEntry, AuditRow};
pub use row::call::{CallEnd, CallRow, ExchangeRow, ExchangeState, NewCall};
pub use row::counts::Counts;
pub use row::definition::{DefinitionRow, DefinitionSummary};
pub use row::event::{Disposition, EventRow, NewEvent};
pub use row::external_ref::ExternalRef;
pub use row::history::{HistoryRow, NewHistory};
pub use row::idempotency::IdempotencyRow;
pub use row::inbox::{MessageRow, MessageState, MessageSummary, NewMessage};
pub use row::incident::{IncidentEnd, IncidentRow, NewIncident};
pub use row::instance::{InstanceFilter, InstanceKey, InstancePage, InstanceRow, InstanceSummary, PhaseName};
pub use row::orphan::OrphanRow;
pub use row::restore::RestoreRow;
pub use row::timer::TimerRow;
pub use store::Store;
