//! Paths inside `${…}`: `fields.title`, `lists.signers[0].email`, `outcomes.send.status.code`.
//!
//! Not here: the text around them (`template.rs`).

use std::fmt;

use serde_json::{Map, Value, json};

use crate::form::Row;
use crate::scope::{Scope, ScopeRow};

/// A dotted path. Words may hold hyphens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    segments: Vec<Segment>,
    offset: usize,
}

/// One part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// `.name`
    Name(String),
    /// `[n]`, from 0.
    Index(usize),
}

impl Path {
    /// Parses the inside of `${…}`; `offset` is where it stands in its text.
    ///
    /// # Errors
    /// Says what a path looks like.
    pub fn parse(text: &str, offset: usize) -> Result<Self, String> {
        let mut segments = Vec::new();
        for word in text.trim().split('.') {
            let (name, indices) = word.split_at(word.find('[').unwrap_or(word.len()));
            if !is_word(name) {
                return Err(format!(
                    "`${{{text}}}` is no path; write words and dots, for example `${{fields.title}}`"
                ));
            }
            segments.push(Segment::Name(name.to_owned()));
            for index in indices.split_inclusive(']') {
                segments.push(Segment::Index(read_index(index, text)?));
            }
        }
        Ok(Self { segments, offset })
    }

    /// Its parts, at least one; the first is a name.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The names in it, without indices.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.segments.iter().filter_map(Segment::name).collect()
    }

    /// Where it stands in its text, in bytes.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The value it leads to; null when the value is missing.
    ///
    /// # Errors
    /// When a name in it does not exist here.
    pub fn read(&self, scope: &Scope<'_>) -> Result<Value, String> {
        let unknown = || format!("`${{{self}}}` names nothing that exists here");
        let (root, rest) = self.segments.split_first().ok_or_else(unknown)?;
        let root = root.name().ok_or_else(unknown)?;
        let (value, rest) = match root {
            "fields" | "lists" | "outcomes" => {
                let (name, rest) = rest.split_first().ok_or_else(unknown)?;
                let name = name.name().ok_or_else(unknown)?;
                (collection(root, name, scope).ok_or_else(unknown)?, rest)
            }
            _ => (single(root, scope).ok_or_else(unknown)?, rest),
        };
        Ok(descend(value, rest))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Name(name) if position == 0 => write!(formatter, "{name}")?,
                Segment::Name(name) => write!(formatter, ".{name}")?,
                Segment::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Segment {
    /// The name, when it is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Index(_) => None,
        }
    }
}

fn is_word(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-')
}

fn read_index(text: &str, whole: &str) -> Result<usize, String> {
    text.strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| format!("`${{{whole}}}` is no path; an index is written `[0]`"))
}

/// `fields.x`, `lists.x`, `outcomes.x`: none when there is no such thing.
fn collection(root: &str, name: &str, scope: &Scope<'_>) -> Option<Value> {
    match root {
        "fields" if scope.definition.fields.contains_key(name) => {
            Some(scope.form.fields.get(name).cloned().unwrap_or(Value::Null))
        }
        "lists" if scope.definition.lists.contains_key(name) => {
            let rows = scope.form.lists.get(name).map(Vec::as_slice).unwrap_or_default();
            Some(rows.iter().map(row_value).collect())
        }
        "outcomes" => scope.outcome_of(name),
        _ => None,
    }
}

fn single(root: &str, scope: &Scope<'_>) -> Option<Value> {
    match root {
        "outcome" => scope.outcome.cloned(),
        "row" => match scope.row {
            ScopeRow::None => None,
            ScopeRow::List { row, .. } => Some(row_value(row)),
            ScopeRow::Outcome(row) => Some(row.clone()),
        },
        "actor" => Some(json!({"name": scope.actor.name, "roles": scope.actor.roles})),
        "instance" => Some(json!({
            "id": scope.instance.id,
            "number": scope.instance.number,
            "workflow": scope.instance.workflow,
        })),
        _ => None,
    }
}

/// A row with its key, so that an answer can be matched with it.
fn row_value(row: &Row) -> Value {
    let mut object: Map<String, Value> = Map::from_iter([("key".to_owned(), Value::String(row.key.clone()))]);
    object.extend(row.cells.iter().map(|(name, value)| (name.clone(), value.clone())));
    Value::Object(object)
}

fn descend(mut value: Value, path: &[Segment]) -> Value {
    for segment in path {
        let next = match segment {
            Segment::Name(name) => value.get_mut(name.as_str()),
            Segment::Index(index) => value.get_mut(*index),
        };
        value = next.map(Value::take).unwrap_or_default();
    }
    value
}
