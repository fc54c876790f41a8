//! The provider as a host sees it, against a scripted Autenti. What one module alone decides is tested beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod callbacks;
mod data_sources;
mod documents;
mod given;
mod invitations;
mod links;
mod manifest;
mod reminders;
mod resuming;
mod sending;
mod statuses;
mod validation;
mod withdrawing;
