//! The real binary, real HTTP, a simulated provider: what an operator and a caller of the API see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(unreachable_pub)]

#[path = "e2e/approving.rs"]
mod approving;
#[path = "e2e/audit.rs"]
mod audit;
#[path = "e2e/backups.rs"]
mod backups;
#[path = "e2e/calls.rs"]
mod calls;
#[path = "e2e/commands.rs"]
mod commands;
#[path = "e2e/connect.rs"]
mod connect;
#[path = "e2e/crash.rs"]
mod crash;
#[path = "e2e/diagram.rs"]
mod diagram;
#[path = "e2e/docusign.rs"]
mod docusign;
#[path = "e2e/exporting.rs"]
mod exporting;
#[path = "e2e/idempotency.rs"]
mod idempotency;
#[path = "e2e/incidents.rs"]
mod incidents;
#[path = "e2e/mending.rs"]
mod mending;
#[path = "e2e/orphans.rs"]
mod orphans;
#[path = "e2e/outage.rs"]
mod outage;
#[path = "e2e/paper.rs"]
mod paper;
#[path = "e2e/recovering.rs"]
mod recovering;
#[path = "e2e/refusals.rs"]
mod refusals;
#[path = "e2e/replaying.rs"]
mod replaying;
#[path = "e2e/retries.rs"]
mod retries;
#[path = "e2e/selftest.rs"]
mod selftest;
#[path = "e2e/stand.rs"]
mod stand;
#[path = "e2e/unwritten.rs"]
mod unwritten;
#[path = "e2e/webhooks.rs"]
mod webhooks;
#[path = "e2e/zombie.rs"]
mod zombie;
