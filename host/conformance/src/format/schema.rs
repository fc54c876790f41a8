//! The JSON Schemas of a case's files, generated from the types that read them.
//!
//! Not here: what a schema cannot say (`case/folder.rs`).

use schemars::{Schema, schema_for};
use serde_json::Value;

use super::event::{EventCaseFile, InboundFile};
use super::exchange::ExchangeFile;
use super::expectations::ExpectationsFile;
use super::{CaseFile, ConnectionFile};

/// The kinds of files, by the name of their schema.
pub const FILE_KINDS: [&str; 6] = ["case", "exchange", "event-case", "request", "connection", "expectations"];

/// The schema of one kind of file, with descriptions from the doc comments; nothing for an unknown kind.
#[must_use]
pub fn json_schema(kind: &str) -> Option<Value> {
    let schema: Schema = match kind {
        "case" => schema_for!(CaseFile),
        "exchange" => schema_for!(ExchangeFile),
        "event-case" => schema_for!(EventCaseFile),
        "request" => schema_for!(InboundFile),
        "connection" => schema_for!(ConnectionFile),
        "expectations" => schema_for!(ExpectationsFile),
        _ => return None,
    };
    let mut schema = schema.to_value();
    if let Value::Object(object) = &mut schema {
        object.insert("title".to_owned(), Value::from(format!("Countersign {kind}")));
    }
    Some(schema)
}
