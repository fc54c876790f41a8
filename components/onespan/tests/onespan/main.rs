//! The provider as a host sees it, against a scripted OneSpan. Most of what it does stands in `fixtures/onespan`; here
//! stands what a case cannot say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod changes;
mod given;
mod invitations;
mod manifest;
mod refusals;
mod sending;
