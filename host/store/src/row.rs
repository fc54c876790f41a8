//! What is stored, a file per table: boundary types between the store and its callers.
//!
//! Not here: the workflow's own types, whose JSON some rows carry, and SQL.

pub mod attachment;
pub mod audit;
pub mod call;
pub mod counts;
pub mod definition;
pub mod event;
pub mod external_ref;
pub mod history;
pub mod idempotency;
pub mod inbox;
pub mod incident;
pub mod instance;
pub mod orphan;
pub mod restore;
pub mod timer;
