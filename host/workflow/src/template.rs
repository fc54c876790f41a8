//! `${…}` in a definition: texts that read fields, rows and outcomes.
//!
//! Not here: which names exist where (`check/expression.rs`).

mod path;

use std::fmt::Write as _;

use serde_json::Value;

pub use path::{Path, Segment};

use crate::scope::Scope;

/// The longest template, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 65_536;

/// One parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Path(Path),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes from the beginning of the text.
    pub offset: usize,
}

impl Template {
    /// Parses a text. `$$` stands for one dollar sign; a `$` before anything but `{` or `$` stands for itself.
    ///
    /// # Errors
    /// When a `${` is not closed or holds no path.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > TEMPLATE_BYTES_MAX {
            let message =
                format!("the text is {} bytes long; at most {TEMPLATE_BYTES_MAX} are read", text.len());
            return Err(TemplateError { message, offset: 0 });
        }
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            if rest.starts_with("$$") {
                literal.push('$');
                at += 2;
            } else if let Some(inner) = rest.strip_prefix("${") {
                let path = read_path(inner, at)?;
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                at += path.1;
                parts.push(Part::Path(path.0));
            } else {
                let letter = rest.chars().next().unwrap_or_default();
                literal.push(letter);
                at += letter.len_utf8();
            }
        }
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self { parts })
    }

    /// Every path it reads, in order.
    pub fn references(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().filter_map(|part| match part {
            Part::Path(path) => Some(path),
            Part::Text(_) => None,
        })
    }

    /// The path, when the whole text is one `${…}`: then the value keeps its type.
    #[must_use]
    pub fn whole(&self) -> Option<&Path> {
        match self.parts.as_slice() {
            [Part::Path(path)] => Some(path),
            _ => None,
        }
    }

    /// The list, when the whole text is `${lists.NAME}`.
    #[must_use]
    pub fn as_list(&self) -> Option<&str> {
        match self.whole()?.segments() {
            [Segment::Name(root), Segment::Name(list)] if root == "lists" => Some(list),
            _ => None,
        }
    }

    /// The value it stands for. A missing value is null, or nothing inside a longer text.
    ///
    /// # Errors
    /// When a path names something that does not exist here, or a list or record stands inside a longer text.
    pub fn render(&self, scope: &Scope<'_>) -> Result<Value, String> {
        if let Some(path) = self.whole() {
            return path.read(scope);
        }
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Path(path) => push(&mut text, path, &path.read(scope)?)?,
            }
        }
        Ok(Value::String(text))
    }
}

/// Renders every text inside a JSON value; keys stay as they are.
///
/// # Errors
/// The first error of a text in it.
pub fn render_value(value: &Value, scope: &Scope<'_>) -> Result<Value, String> {
    match value {
        Value::String(text) => Template::parse(text).map_err(|error| error.message)?.render(scope),
        Value::Array(items) => items.iter().map(|item| render_value(item, scope)).collect(),
        Value::Object(object) => {
            object.iter().map(|(key, value)| Ok((key.clone(), render_value(value, scope)?))).collect()
        }
        other => Ok(other.clone()),
    }
}

/// Reads up to the closing brace; gives the path and the length of the whole `${…}`.
fn read_path(inner: &str, at: usize) -> Result<(Path, usize), TemplateError> {
    let Some(end) = inner.find('}') else {
        let message = "`${` is not closed; write `${fields.name}`, or `$$` for a dollar sign".to_owned();
        return Err(TemplateError { message, offset: at });
    };
    let text = inner.get(..end).unwrap_or_default();
    let path = Path::parse(text, at + 2).map_err(|message| TemplateError { message, offset: at + 2 })?;
    Ok((path, end + 3))
}

fn push(text: &mut String, path: &Path, value: &Value) -> Result<(), String> {
    match value {
        Value::Null => {}
        Value::String(value) => text.push_str(value),
        Value::Bool(_) | Value::Number(_) => write!(text, "{value}").map_err(|error| error.to_string())?,
        Value::Array(_) => return Err(format!("`${{{path}}}` is a list; it cannot stand inside a text")),
        Value::Object(_) => return Err(format!("`${{{path}}}` is a record; it cannot stand inside a text")),
    }
    Ok(())
}

#[cfg(test)]
mod tests;
