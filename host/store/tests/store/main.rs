//! The store through its public handle, each test on a directory of its own.
//!
//! Not here: pure parts, which are tested beside their code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod backups;
mod committing;
mod conflicts;
mod crashing;
mod failing;
mod files;
mod inbox;
mod listing;
mod opening;
mod reading;
mod stage;
mod tearing;
