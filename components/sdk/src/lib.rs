//! The guest side of the contract, for providers written in Rust: the bindings of `wit/`, a [`Provider`] trait
//! whose verbs answer `unsupported` until a provider says otherwise, builders for requests, readers for
//! answers, and a scripted host so that a provider's logic runs natively under `cargo test`.
//!
//! Nothing of the host lives here, and nothing of one provider.
//!
//! A whole provider, and its test:
//!
//! ```
//! use countersign_sdk::contract::actions::DocumentInput;
//! use countersign_sdk::contract::manifest::{Authentication, ConnectionRole, Description};
//! use countersign_sdk::contract::types::{DocumentState, DocumentStatus, Failure};
//! use countersign_sdk::fake::{Fake, request};
//! use countersign_sdk::{Host, Provider, Request, declare, export_provider, failure, rows};
//!
//! struct Paper;
//!
//! #[derive(serde::Deserialize)]
//! struct Sheet {
//!     status: String,
//! }
//!
//! impl Provider for Paper {
//!     fn describe() -> Description {
//!         let read = vec![declare::rule("api", "GET", "/sheets/{id}")];
//!         Description {
//!             id: "paper".to_owned(),
//!             names: rows::translated(&[("en", "Paper")]),
//!             version: "1.0.0".to_owned(),
//!             publisher: "Example".to_owned(),
//!             licence: "MIT".to_owned(),
//!             contract_minimum: "0.1.0".to_owned(),
//!             deprecated: None,
//!             experimental: false,
//!             connections: vec![ConnectionRole {
//!                 role: "api".to_owned(),
//!                 description: "The API of Paper.".to_owned(),
//!                 authentication: vec![Authentication::Bearer],
//!                 environments: Vec::new(),
//!             }],
//!             settings: Vec::new(),
//!             actions: vec![declare::action("get-document-status", rows::translated(&[("en", "Status")]), read)],
//!             webhooks: Vec::new(),
//!         }
//!     }
//!
//!     fn get_document_status(host: &dyn Host, input: &DocumentInput) -> Result<DocumentStatus, Failure> {
//!         if input.document_id.is_empty() {
//!             return Err(failure::invalid("document-id", "is empty"));
//!         }
//!         let sheet: Sheet = Request::get("api").segment("sheets").segment(&input.document_id).fetch(host)?.json()?;
//!         let state = if sheet.status == "signed" { DocumentState::Completed } else { DocumentState::Other };
//!         Ok(DocumentStatus { code: sheet.status, state })
//!     }
//! }
//!
//! export_provider!(Paper);
//!
//! let sheet = serde_json::json!({ "status": "signed" });
//! let host = Fake::new().expect(request("GET", &["sheets", "S/1"]).answer_json(&sheet));
//! let input = DocumentInput { document_id: "S/1".to_owned(), client_reference: None, settings: Vec::new() };
//! let status = Paper::get_document_status(&host, &input).unwrap();
//! assert_eq!(status.state, DocumentState::Completed);
//! ```

pub mod bindings;
mod component;
pub mod declare;
pub mod failure;
#[cfg(not(target_arch = "wasm32"))]
pub mod fake;
mod host;
pub mod json;
pub mod lenient;
mod provider;
pub mod recipients;
mod reply;
mod request;
pub mod rows;
mod settings;
mod time;

/// The words of the contract, under short paths.
pub mod contract {
    pub use crate::bindings::countersign::provider::{attachments, http, log, types};
    pub use crate::bindings::exports::countersign::provider::{actions, data_sources, events, manifest};
}

pub use component::Component;
pub use host::Host;
pub use provider::{Provider, unknown_source};
pub use reply::Reply;
pub use request::{Part, Request};
pub use settings::Settings;
pub use time::timestamp_ms;
