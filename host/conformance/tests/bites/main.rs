//! The runner bites: whatever is wrong with a case, a component or a suite is found, and named by file and key.
//!
//! Not here: the cases themselves (`cases.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod copy;
mod differences;
mod loading;
mod misbehaving;
mod suites;
