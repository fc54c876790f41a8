//! The sandbox: admits provider components and runs one call at a time, with HTTP, clock and attachments.
//!
//! [`Sandbox::admit`] turns bytes into a [`Provider`]; [`Provider::call`] runs one action in a fresh store and
//! always returns a [`CallEnd`]: a guest's misbehaviour and a provider's refusal are data, never a host error.
//! Not here: workflows (`host/workflow`) and what is durable (`host/store`). The server bridges.

pub mod admission;
pub mod attachment;
#[doc(hidden)]
pub mod bench;
pub mod call;
pub mod capabilities;
mod capability;
pub mod connection;
pub mod contract;
mod engine;
pub mod exchange;
pub mod journal;
pub mod limits;
pub mod network;
pub mod provider;
pub mod sandbox;
pub mod selftest;
pub mod transport;

pub use admission::{AdmissionError, Inspection};
pub use call::{CallEnd, CallInput, EndedBy, LogLine, LogSource};
pub use contract::{ActionInput, ActionOutcome, Failure};
pub use engine::compile::{CompileWith, precompile_file};
pub use limits::Limits;
pub use provider::Provider;
pub use sandbox::{Sandbox, SandboxConfig};
