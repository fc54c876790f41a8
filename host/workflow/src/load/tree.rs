//! From YAML events to a JSON value with positions.
//!
//! Not here: size and encoding (`document.rs`).

use std::collections::HashMap;

use saphyr::Scalar;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};
use serde_json::{Map, Number, Value};

use super::document::Document;
use crate::check::Problem;
use crate::position::{Place, Positions, Span, join};

/// Mappings and lists inside one another.
const DEPTH_MAX: usize = 64;
/// Values in one document, counting what aliases repeat ("billion laughs").
const NODES_MAX: usize = 100_000;

/// A mapping or list that is not closed yet.
struct Frame {
    pointer: String,
    anchor: usize,
    start: Place,
    nodes_before: usize,
    content: Content,
}

enum Content {
    List(Vec<Value>),
    Map { entries: Map<String, Value>, key: Option<Key> },
}

/// A key whose value is still to come.
struct Key {
    name: String,
    span: Span,
    /// Given before in the same mapping; the value is read and dropped.
    repeated: bool,
}

struct Builder<'t> {
    text: &'t str,
    /// Byte of each character; none when they are the same.
    bytes: Option<Vec<usize>>,
    stack: Vec<Frame>,
    root: Option<Value>,
    anchors: HashMap<usize, (Value, usize)>,
    nodes: usize,
    documents: usize,
    positions: Positions,
    problems: Vec<Problem>,
}

/// Reads the one document of a text.
pub(super) fn read(text: &str) -> Result<Document, Problem> {
    let mut builder = Builder::new(text);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| builder.scan_problem(&error))?;
        let span = builder.span(span.start, span.end);
        builder.take(event, span)?;
    }
    match builder.root {
        Some(value) if !value.is_null() => {
            Ok(Document { value, positions: builder.positions, problems: builder.problems })
        }
        _ => Err(Problem::at_start(
            "empty-file",
            "the file holds no definition; begin with `apiVersion: countersign/v1`",
        )),
    }
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(byte, _)| byte).collect());
        Self {
            text,
            bytes,
            stack: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            nodes: 0,
            documents: 0,
            positions: Positions::default(),
            problems: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        match event {
            Event::DocumentStart(_) => self.begin_document(span),
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref();
                if self.wants_key() {
                    self.key(&text, span)
                } else {
                    self.scalar(&text, (style, tag), anchor, span)
                }
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceStart(anchor, _) => self.open(Content::List(Vec::new()), anchor, span),
            Event::MappingStart(anchor, _) => {
                self.open(Content::Map { entries: Map::new(), key: None }, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin_document(&mut self, span: Span) -> Result<(), Problem> {
        self.documents += 1;
        if self.documents > 1 {
            let message = "a second document begins here; put each workflow into a file of its own";
            return Err(Problem::error("several-documents", message, "", span));
        }
        Ok(())
    }

    fn wants_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { content: Content::Map { key: None, .. }, .. }))
    }

    fn key(&mut self, name: &str, span: Span) -> Result<(), Problem> {
        let Some(Frame { pointer, content: Content::Map { entries, key }, .. }) = self.stack.last_mut()
        else {
            return Ok(());
        };
        let full = join(pointer, name);
        let repeated = entries.contains_key(name);
        if repeated {
            let first = self.positions.key(&full).map_or(0, |span| span.start.line);
            let message = format!("key `{name}` is given twice; the first is on line {first}");
            self.problems.push(Problem::error("duplicate-key", message, &full, span));
        } else {
            self.positions.add_key(full, span);
        }
        *key = Some(Key { name: name.to_owned(), span, repeated });
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        (style, tag): (ScalarStyle, Option<&Tag>),
        anchor: usize,
        span: Span,
    ) -> Result<(), Problem> {
        let tag = tag.cloned().map(std::borrow::Cow::Owned);
        let Some(scalar) = Scalar::parse_from_cow_and_metadata(text.into(), style, tag.as_ref()) else {
            let message = format!("`{text}` does not fit its tag; remove the tag");
            return Err(Problem::error("bad-tag", message, &self.pointer(), span));
        };
        let value = match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => Value::Bool(value),
            Scalar::Integer(value) => Value::from(value),
            Scalar::FloatingPoint(value) => {
                Number::from_f64(value.into_inner()).map_or_else(|| Value::from(text), Value::Number)
            }
            Scalar::String(text) => Value::from(text.as_ref()),
        };
        self.count(1, span)?;
        self.remember(anchor, &value, 1);
        self.insert(value, span);
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Problem> {
        if self.wants_key() {
            return Err(complex_key(&self.pointer(), span));
        }
        let Some((value, nodes)) = self.anchors.get(&anchor).cloned() else {
            let message = "the alias stands inside its own anchor".to_owned();
            return Err(Problem::error("yaml", message, &self.pointer(), span));
        };
        self.count(nodes, span)?;
        self.insert(value, span);
        Ok(())
    }

    fn open(&mut self, content: Content, anchor: usize, span: Span) -> Result<(), Problem> {
        if self.wants_key() {
            return Err(complex_key(&self.pointer(), span));
        }
        if self.stack.len() >= DEPTH_MAX {
            let message = format!("mappings and lists stand more than {DEPTH_MAX} deep inside one another");
            return Err(Problem::error("too-deep", message, &self.pointer(), span));
        }
        let nodes_before = self.nodes;
        self.count(1, span)?;
        let pointer = self.pointer();
        self.positions.add_value(pointer.clone(), span);
        self.stack.push(Frame { pointer, anchor, start: span.start, nodes_before, content });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), Problem> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let value = match frame.content {
            Content::List(items) => Value::Array(items),
            Content::Map { entries, .. } => Value::Object(entries),
        };
        self.remember(frame.anchor, &value, self.nodes - frame.nodes_before);
        self.insert(value, Span { start: frame.start, end: span.end.max(frame.start.byte) });
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn insert(&mut self, value: Value, span: Span) {
        let pointer = self.pointer();
        self.positions.add_value(pointer, span);
        match self.stack.last_mut().map(|frame| &mut frame.content) {
            None => self.root = Some(value),
            Some(Content::List(items)) => items.push(value),
            Some(Content::Map { entries, key }) => {
                if let Some(key) = key.take().filter(|key| !key.repeated) {
                    entries.insert(key.name, value);
                }
            }
        }
    }

    /// Where the next value goes.
    fn pointer(&self) -> String {
        match self.stack.last() {
            None => String::new(),
            Some(Frame { pointer, content: Content::List(items), .. }) => {
                join(pointer, &items.len().to_string())
            }
            Some(Frame { pointer, content: Content::Map { key: None, .. }, .. }) => pointer.clone(),
            Some(Frame { pointer, content: Content::Map { key: Some(key), .. }, .. }) => {
                let full = join(pointer, &key.name);
                // The first value keeps its positions.
                if key.repeated { format!("{full}\0{}", key.span.start.byte) } else { full }
            }
        }
    }

    fn remember(&mut self, anchor: usize, value: &Value, nodes: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), nodes));
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Problem> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > NODES_MAX {
            let message = format!(
                "the document holds more than {NODES_MAX} values, counting those that aliases repeat"
            );
            return Err(Problem::error("too-large", message, &self.pointer(), span));
        }
        Ok(())
    }

    fn span(&self, start: Marker, end: Marker) -> Span {
        Span { start: self.place(start), end: self.byte(end.index()) }
    }

    fn place(&self, marker: Marker) -> Place {
        Place { line: marker.line().max(1), column: marker.col() + 1, byte: self.byte(marker.index()) }
    }

    fn byte(&self, index: usize) -> usize {
        let byte = match &self.bytes {
            None => index,
            Some(bytes) => bytes.get(index).copied().unwrap_or(self.text.len()),
        };
        byte.min(self.text.len())
    }

    fn scan_problem(&self, error: &ScanError) -> Problem {
        let place = self.place(*error.marker());
        let line = self.text.lines().nth(place.line - 1).unwrap_or_default();
        let indent = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
        let span = Span { start: place, end: place.byte };
        if indent.contains('\t') {
            return Problem::error(
                "tab",
                "a tab stands in the indentation; YAML is indented with spaces",
                "",
                span,
            );
        }
        if error.info().contains("recursion limit") {
            return Problem::error(
                "too-deep",
                "mappings and lists stand too deep inside one another",
                "",
                span,
            );
        }
        Problem::error("yaml", format!("this is no YAML: {}", error.info()), "", span)
    }
}

fn complex_key(pointer: &str, span: Span) -> Problem {
    Problem::error("yaml", "a key must be plain text".to_owned(), pointer, span)
}
