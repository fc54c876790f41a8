//! The JSON Schema of a workflow definition, generated from the Rust types.
//!
//! Not here: what a schema cannot say (`check.rs`).

use serde_json::Value;

use crate::definition::Definition;

/// The schema, with descriptions from the doc comments.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(Definition).to_value();
    if let Value::Object(object) = &mut schema {
        object.insert("title".to_owned(), Value::from("Countersign workflow"));
    }
    schema
}
