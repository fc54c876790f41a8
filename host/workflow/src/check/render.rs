//! Problems drawn into the source, as rustc does.
//!
//! Not here: finding them (`check.rs`).

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::{Problem, Severity};
use crate::load::document::without_mark;

/// Draws problems with the line they stand on, in their order.
#[must_use]
pub fn render(file_name: &str, text: &str, problems: &[Problem], colours: bool) -> String {
    let text = without_mark(text);
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    let drawn: Vec<String> =
        problems.iter().map(|problem| draw(&renderer, file_name, text, problem)).collect();
    drawn.join("\n\n")
}

fn draw(renderer: &Renderer, file_name: &str, text: &str, problem: &Problem) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let snippet = Snippet::source(text)
        .path(file_name)
        .annotation(AnnotationKind::Primary.span(underline(text, problem.bytes)));
    renderer.render(&[level.primary_title(problem.message.as_str()).id(problem.code).element(snippet)])
}

/// The bytes to underline: within one line, and on character boundaries.
fn underline(text: &str, (start, end): (usize, usize)) -> std::ops::Range<usize> {
    let start = boundary(text, start);
    let end = boundary(text, end).max(start);
    let line_end = text
        .get(start..)
        .and_then(|rest| rest.find(['\n', '\r']))
        .map_or(text.len(), |newline| start + newline);
    start..end.min(line_end)
}

fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0)
}
