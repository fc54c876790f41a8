//! The least component that compiles: a manifest and nothing else.
//!
//! Its verbs all answer `unsupported`.

use countersign_sdk::contract::manifest::Description;
use countersign_sdk::contract::types::Translation;
use countersign_sdk::{Provider, export_provider};

/// The provider.
pub struct Hostile;

impl Provider for Hostile {
    fn describe() -> Description {
        Description {
            id: "hostile".to_owned(),
            names: vec![Translation { language: "en".to_owned(), text: "Hostile".to_owned() }],
            version: env!("CARGO_PKG_VERSION").to_owned(),
            publisher: "Countersign".to_owned(),
            licence: "Apache-2.0 OR MIT".to_owned(),
            contract_minimum: "0.1.0".to_owned(),
            deprecated: None,
            experimental: false,
            connections: Vec::new(),
            settings: Vec::new(),
            actions: Vec::new(),
            webhooks: Vec::new(),
        }
    }
}

export_provider!(Hostile);
