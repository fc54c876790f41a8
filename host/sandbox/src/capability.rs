//! What a component can do: one file for each import of the contract, and the inert part of WASI.
//!
//! Not here: the network itself (`network.rs`) and who is granted what (`call.rs`).

pub(crate) mod attachments;
pub(crate) mod clock;
pub(crate) mod http;
pub(crate) mod log;
pub(crate) mod mask;
pub(crate) mod progress;
pub(crate) mod wasi;
