//! Makes a document fit its schema, so that the other checks can run although the schema complained.
//!
//! What is missing is filled with a marker that silences complaints about it (`report::MISSING`).
//! Not here: telling what is wrong (`shape.rs`).

use serde_json::{Value, json};

use super::report::MISSING;
use super::shape::{self, Mending, Misfit};
use crate::definition::Definition;

/// Mending one thing may show another, for example a wrong value behind an unknown kind.
const ROUNDS_MAX: usize = 8;

/// A definition as near to the document as can be, or none.
pub(super) fn repair(document: &Value, misfits: &[Misfit]) -> Option<Definition> {
    let mut document = document.clone();
    let mut misfits = misfits.to_vec();
    for _ in 0..ROUNDS_MAX {
        if misfits.is_empty() {
            break;
        }
        for misfit in &misfits {
            mend(&mut document, misfit);
        }
        misfits = shape::misfits(&document);
    }
    serde_json::from_value(document).ok()
}

fn mend(document: &mut Value, misfit: &Misfit) {
    match &misfit.mending {
        Mending::Remove(key) => {
            if let Some(object) = document.pointer_mut(&misfit.pointer).and_then(Value::as_object_mut) {
                object.shift_remove(key);
            }
        }
        Mending::Insert(key) => {
            if let Some(object) = document.pointer_mut(&misfit.pointer).and_then(Value::as_object_mut) {
                object.insert(key.clone(), placeholder(&misfit.pointer, key));
            }
        }
        Mending::Drop => drop_value(document, &misfit.pointer),
    }
}

/// Takes a value away. A named step, field or list keeps its name, so that nothing that uses it is blamed.
fn drop_value(document: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    let substitute = match parent {
        "/steps" => Some(json!({"kind": "user"})),
        "/fields" => Some(json!({"type": "text"})),
        "/lists" => Some(json!({"columns": {}})),
        "/connections" => Some(json!({"provides": MISSING})),
        _ if parent.ends_with("/columns") && parent.starts_with("/lists/") => Some(json!({"type": "text"})),
        _ if parent.ends_with("/paths") => Some(json!({"to": MISSING})),
        _ => None,
    };
    match document.pointer_mut(parent) {
        // The other items would move, and their positions with them.
        Some(Value::Array(_)) => drop_value(document, parent),
        Some(Value::Object(object)) => {
            let key = key.replace("~1", "/").replace("~0", "~");
            match substitute {
                Some(substitute) => drop(object.insert(key, substitute)),
                None => drop(object.shift_remove(&key)),
            }
        }
        _ => {}
    }
}

fn placeholder(pointer: &str, key: &str) -> Value {
    match key {
        "kind" if pointer.is_empty() => json!("Workflow"),
        "kind" => json!("user"),
        "apiVersion" => json!("countersign/v1"),
        "metadata" => json!({"name": MISSING, "version": 1}),
        "version" => json!(1),
        "type" => json!("text"),
        "outcome" => json!("success"),
        "steps" | "columns" => json!({}),
        "cases" | "days" | "do" => json!([]),
        _ => json!(MISSING),
    }
}
