//! Applies the checks of conditions and templates at the place where they stand.
//!
//! Not here: the checks themselves (`expression.rs`, `types.rs`).

use super::report::{MISSING, suggest};
use super::types::{Surroundings, Type};
use super::{Check, Severity, expression};
use crate::condition::Condition;
use crate::template::{Path, Segment, Template};

/// What `${…}` may begin with.
const ROOTS: &[&str] = &["fields", "lists", "outcome", "outcomes", "row", "actor", "instance"];

impl<'a> Check<'a> {
    /// A condition at a pointer.
    pub(super) fn condition(&mut self, pointer: &str, text: &'a str, surroundings: &Surroundings<'a>) {
        if text == MISSING {
            return;
        }
        let condition = match Condition::compile(text) {
            Ok(condition) => condition,
            Err(error) => {
                let place = (pointer, text, error.offset.unwrap_or(0));
                return self.report.within(Severity::Error, "bad-condition", place, error.message);
            }
        };
        for finding in expression::findings(&condition, self.definition, surroundings) {
            let severity = if finding.warning { Severity::Warning } else { Severity::Error };
            self.report.within(severity, finding.code, (pointer, text, finding.offset), finding.message);
        }
    }

    /// A template at a pointer: what it yields, as far as that is known.
    pub(super) fn template(
        &mut self,
        pointer: &str,
        text: &'a str,
        surroundings: &Surroundings<'a>,
    ) -> Type<'a> {
        if text == MISSING {
            return Type::Any;
        }
        let template = match Template::parse(text) {
            Ok(template) => template,
            Err(error) => {
                self.report.within(
                    Severity::Error,
                    "bad-template",
                    (pointer, text, error.offset),
                    error.message,
                );
                return Type::Any;
            }
        };
        let mut last = Type::Text;
        for path in template.references() {
            last = self.path_type(path, surroundings).unwrap_or_else(|(code, message)| {
                self.report.within(Severity::Error, code, (pointer, text, path.offset()), message);
                Type::Any
            });
            let alone = template.whole().is_some();
            if !alone && !last.is_scalar() && !matches!(last, Type::Any | Type::Null) {
                let message = format!("`${{{path}}}` is {}; it cannot stand inside a text", last.noun());
                self.report.within(Severity::Error, "type-mismatch", (pointer, text, path.offset()), message);
            }
        }
        if template.whole().is_some() { last } else { Type::Text }
    }

    /// What a path reads.
    fn path_type(
        &self,
        path: &Path,
        surroundings: &Surroundings<'a>,
    ) -> Result<Type<'a>, (&'static str, String)> {
        let mut segments = path.segments().iter();
        let root = segments.next().and_then(Segment::name).unwrap_or_default();
        let mut found = match root {
            "fields" => Type::Fields,
            "lists" => Type::Lists,
            "actor" => Type::Actor,
            "instance" => Type::Instance,
            "outcome" => {
                surroundings.outcome.map(|action| Type::Record(action.outcome)).ok_or_else(no_outcome)?
            }
            "row" => surroundings.row.ok_or_else(no_row)?,
            "outcomes" => self.outcome_type(segments.next().and_then(Segment::name), surroundings)?,
            _ => return Err(("unknown-name", format!("`{root}` is not known here{}", self.root_hint(root)))),
        };
        for segment in segments {
            found = match segment {
                Segment::Name(name) => {
                    found.member(name, self.definition).map_err(|message| (code_of(found), message))?
                }
                Segment::Index(_) if found.is_list() => found.item(),
                Segment::Index(_) => {
                    return Err((
                        "type-mismatch",
                        format!("`[…]` reads an item of a list; this is {}", found.noun()),
                    ));
                }
            };
        }
        Ok(found)
    }

    fn outcome_type(
        &self,
        id: Option<&str>,
        surroundings: &Surroundings<'a>,
    ) -> Result<Type<'a>, (&'static str, String)> {
        let known = &surroundings.outcomes;
        let id = id.unwrap_or_default();
        if let Some((_, action)) = known.iter().rev().find(|(known, _)| *known == id) {
            return Ok(Type::Record(action.outcome));
        }
        let hint = suggest(id, known.iter().map(|(known, _)| *known));
        Err(("unknown-outcome", format!("no action with the id `{id}` has run before{hint}")))
    }

    fn root_hint(&self, root: &str) -> String {
        if self.definition.fields.contains_key(root) {
            return format!("; write `${{fields.{root}}}`");
        }
        if self.definition.lists.contains_key(root) {
            return format!("; write `${{lists.{root}}}`");
        }
        suggest(root, ROOTS.iter().copied())
    }
}

fn no_outcome() -> (&'static str, String) {
    let message =
        "`outcome` is known only in `save` and `redirect`; elsewhere read `outcomes.ID` of an earlier action";
    ("unknown-outcome", message.to_owned())
}

fn no_row() -> (&'static str, String) {
    ("unknown-name", "`row` is known only in the columns of `save-rows`".to_owned())
}

fn code_of(operand: Type<'_>) -> &'static str {
    match operand {
        Type::Fields => "unknown-field",
        Type::Lists => "unknown-list",
        Type::Row(_) => "unknown-column",
        Type::Record(_) | Type::Records(_) => "unknown-outcome",
        _ => "unknown-name",
    }
}
