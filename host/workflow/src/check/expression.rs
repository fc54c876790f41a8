//! Walks through a condition: are its names known, and can its types be right?
//!
//! CEL is dynamically typed; only what is sure to fail, or sure to mean something else, is a problem.
//! Not here: conditions that are no CEL at all (`condition.rs`).

mod calls;

use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue};

use super::report::suggest;
use super::types::{Surroundings, Type};
use crate::condition::Condition;
use crate::definition::Definition;

/// What a condition may name.
const NAMES: &[&str] = &["fields", "lists", "row", "actor", "instance", "at", "attachments", "outcome"];

/// A problem inside a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) code: &'static str,
    pub(super) message: String,
    /// Where it is, in bytes.
    pub(super) offset: usize,
    /// Not wrong in itself.
    pub(super) warning: bool,
}

pub(super) struct Walk<'a, 'd> {
    condition: &'a Condition,
    definition: &'d Definition,
    surroundings: &'a Surroundings<'d>,
    /// Names that macros have bound, innermost last.
    bound: Vec<(String, Type<'d>)>,
    findings: Vec<Finding>,
}

/// Everything that is wrong with a condition.
pub(super) fn findings<'d>(
    condition: &Condition,
    definition: &'d Definition,
    surroundings: &Surroundings<'d>,
) -> Vec<Finding> {
    let mut walk = Walk { condition, definition, surroundings, bound: Vec::new(), findings: Vec::new() };
    let answer = walk.visit(condition.expression());
    if !matches!(answer, Type::Any | Type::Bool) {
        let message = format!("a condition must be true or false; this is {}", answer.noun());
        walk.find("not-a-condition", condition.expression(), message);
    }
    let Walk { findings, .. } = walk;
    findings
}

impl<'d> Walk<'_, 'd> {
    fn visit(&mut self, expression: &IdedExpr) -> Type<'d> {
        match &expression.expr {
            Expr::Unspecified => Type::Any,
            Expr::Literal(literal) => of_literal(literal),
            Expr::Ident(name) => self.name(name, expression),
            Expr::Select(select) => {
                let operand = self.visit(&select.operand);
                let member = self.member(operand, &select.field, expression);
                if select.test { Type::Bool } else { member }
            }
            Expr::Call(call) => self.call(call, expression),
            Expr::List(list) => {
                for element in &list.elements {
                    self.visit(element);
                }
                Type::List
            }
            Expr::Map(_) | Expr::Struct(_) => {
                for part in crate::condition::children(expression) {
                    self.visit(part);
                }
                Type::Map
            }
            Expr::Comprehension(walk) => self.comprehension(walk),
        }
    }

    fn name(&mut self, name: &str, expression: &IdedExpr) -> Type<'d> {
        if let Some((_, bound)) = self.bound.iter().rev().find(|(bound, _)| bound == name) {
            return *bound;
        }
        match name {
            "fields" => Type::Fields,
            "lists" => Type::Lists,
            "actor" => Type::Actor,
            "instance" => Type::Instance,
            "at" => Type::Timestamp,
            "attachments" => Type::Attachments,
            "row" => self.surroundings.row.unwrap_or_else(|| {
                let message = "`row` is known only in `required-when` of a column; elsewhere use `lists.NAME.exists(row, …)`";
                self.find("unknown-name", expression, message);
                Type::Any
            }),
            // Names of types stand for themselves: `type(x) == string`.
            "int" | "uint" | "double" | "bool" | "string" | "bytes" | "list" | "map" | "null_type" => Type::Any,
            _ => {
                let message = format!("`{name}` is not known here{}", self.hint(name));
                self.find("unknown-name", expression, message);
                Type::Any
            }
        }
    }

    /// The likeliest slips: a field without `fields.`, and a hyphen read as minus.
    fn hint(&self, name: &str) -> String {
        if self.definition.fields.contains_key(name) {
            return format!("; write `fields.{name}`");
        }
        if self.definition.lists.contains_key(name) {
            return format!("; write `lists.{name}`");
        }
        if self.condition.text().contains(&format!("-{name}")) {
            return "; a `-` is read as minus, so write `['document-id']` instead of `.document-id`"
                .to_owned();
        }
        suggest(name, NAMES.iter().copied())
    }

    fn member(&mut self, operand: Type<'d>, field: &str, expression: &IdedExpr) -> Type<'d> {
        operand.member(field, self.definition).unwrap_or_else(|message| {
            self.find(code_of(operand), expression, message);
            Type::Any
        })
    }

    fn comprehension(&mut self, walk: &ComprehensionExpr) -> Type<'d> {
        let range = self.visit(&walk.iter_range);
        if !range.is_list()
            && !matches!(range, Type::Map | Type::Row(_) | Type::Record(_) | Type::Fields | Type::Lists)
        {
            let message = format!("only a list can be walked through; this is {}", range.noun());
            self.find("type-mismatch", &walk.iter_range, message);
        }
        let start = self.visit(&walk.accu_init);
        let before = self.bound.len();
        self.bound.push((walk.accu_var.clone(), start));
        let item = if walk.iter_var2.is_some() { Type::Any } else { range.item() };
        self.bound.push((walk.iter_var.clone(), item));
        if let Some(second) = &walk.iter_var2 {
            self.bound.push((second.clone(), range.item()));
        }
        // The loop's own condition is written by the macro, not by the author.
        self.visit(&walk.loop_step);
        self.bound.truncate(before + 1);
        let result = self.visit(&walk.result);
        self.bound.truncate(before);
        result
    }

    fn find(&mut self, code: &'static str, at: &IdedExpr, message: impl Into<String>) {
        self.add(code, at, message.into(), false);
    }

    fn add(&mut self, code: &'static str, at: &IdedExpr, message: String, warning: bool) {
        let characters = self.start_of(at);
        let text = self.condition.text();
        let offset = text.char_indices().nth(characters).map_or(0, |(byte, _)| byte);
        let finding = Finding { code, message, offset, warning };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Where an expression begins: the parser notes the operator, people look for the first operand.
    fn start_of(&self, at: &IdedExpr) -> usize {
        let own = self.condition.offset_of(at);
        let parts = crate::condition::children(at).into_iter().map(|part| self.start_of_known(part));
        parts.chain([own]).flatten().min().unwrap_or(0)
    }

    fn start_of_known(&self, at: &IdedExpr) -> Option<usize> {
        let parts = crate::condition::children(at).into_iter().map(|part| self.start_of_known(part));
        parts.chain([self.condition.offset_of(at)]).flatten().min()
    }
}

fn of_literal<'d>(literal: &LiteralValue) -> Type<'d> {
    match literal {
        LiteralValue::Boolean(_) => Type::Bool,
        LiteralValue::Bytes(_) => Type::Any,
        LiteralValue::Double(_) | LiteralValue::Int(_) | LiteralValue::UInt(_) => Type::Number,
        LiteralValue::Null => Type::Null,
        LiteralValue::String(_) => Type::Text,
    }
}

fn code_of(operand: Type<'_>) -> &'static str {
    match operand {
        Type::Fields => "unknown-field",
        Type::Lists => "unknown-list",
        Type::Row(_) => "unknown-column",
        Type::Record(_) => "unknown-outcome",
        _ => "unknown-name",
    }
}
