//! CEL conditions: compiled once, evaluated against a `Scope`.
//!
//! Not here: which names and types a condition may use where (`check/expression.rs`).

mod facts;

use std::sync::{Arc, OnceLock};

use cel::common::ast::{EntryExpr, Expr, IdedExpr};
use cel::{Context, Env, Program, Value as CelValue};

use crate::scope::Scope;

/// The longest condition, in bytes.
pub const CONDITION_BYTES_MAX: usize = 4096;
/// `all`, `exists`, `map` … inside one another: two walk a list once per row of another, three no longer end in time.
pub const MACRO_DEPTH_MAX: usize = 2;
/// Operators inside one another. Evaluation recurses, and the stack is finite.
pub const EXPRESSION_DEPTH_MAX: usize = 64;

/// One compiled condition.
#[derive(Debug)]
pub struct Condition {
    text: String,
    program: Program,
}

/// Why a text is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConditionError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes from the beginning of the text, when that is known.
    pub offset: Option<usize>,
}

impl ConditionError {
    fn whole(message: impl Into<String>) -> Self {
        Self { message: message.into(), offset: None }
    }
}

impl Condition {
    /// Compiles a condition.
    ///
    /// # Errors
    /// When it is no CEL, too long, or nested too deeply.
    pub fn compile(text: &str) -> Result<Self, ConditionError> {
        if text.trim().is_empty() {
            return Err(ConditionError::whole("the condition is empty"));
        }
        if text.len() > CONDITION_BYTES_MAX {
            let message =
                format!("the condition is {} bytes long; at most {CONDITION_BYTES_MAX} are read", text.len());
            return Err(ConditionError::whole(message));
        }
        refuse_deep_text(text)?;
        let program = environment().compile(text).map_err(|errors| parse_error(text, &errors))?;
        let condition = Self { text: text.to_owned(), program };
        match measure(condition.expression(), EXPRESSION_DEPTH_MAX) {
            Some(macros) if macros <= MACRO_DEPTH_MAX => Ok(condition),
            Some(_) => Err(ConditionError::whole(format!(
                "`all`, `exists`, `map` or `filter` stand more than {MACRO_DEPTH_MAX} deep inside one another"
            ))),
            None => {
                Err(ConditionError::whole("the condition is nested too deeply; split it over several cases"))
            }
        }
    }

    /// The text it was compiled from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it holds. Unset fields are null (an unset `bool` is false), a list without rows is empty, and the
    /// outcome of an action that did not run has every value null.
    ///
    /// # Errors
    /// When it compares what cannot be compared, or is neither true nor false.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<bool, String> {
        let mut context = Context::with_env(Arc::clone(environment()));
        facts::add(&mut context, &self.program, scope)?;
        match self.program.execute(&context) {
            Ok(CelValue::Bool(answer)) => Ok(answer),
            Ok(other) => {
                Err(format!("condition `{}` is a {}, not true or false", self.text, other.type_of()))
            }
            Err(error) => Err(format!("condition `{}` cannot be decided: {error}", self.text)),
        }
    }

    pub(crate) fn expression(&self) -> &IdedExpr {
        self.program.expression()
    }

    /// Where a part of the expression begins, in characters.
    pub(crate) fn offset_of(&self, part: &IdedExpr) -> Option<usize> {
        self.program.source_info().offset_for(part.id).and_then(|(start, _)| usize::try_from(start).ok())
    }
}

fn environment() -> &'static Arc<Env> {
    static ENVIRONMENT: OnceLock<Arc<Env>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| Arc::new(Env::stdlib()))
}

/// The parser recurses before it can be asked for the depth of what it read, so brackets and signs are counted first.
fn refuse_deep_text(text: &str) -> Result<(), ConditionError> {
    let mut depth = 0_usize;
    let mut signs = 0_usize;
    for (offset, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        signs = if matches!(letter, '!' | '-' | '?') {
            signs + 1
        } else if letter.is_whitespace() {
            signs
        } else {
            0
        };
        if depth > EXPRESSION_DEPTH_MAX || signs > EXPRESSION_DEPTH_MAX {
            let message = "the condition is nested too deeply; split it over several cases".to_owned();
            return Err(ConditionError { message, offset: Some(offset) });
        }
    }
    Ok(())
}

fn parse_error(text: &str, errors: &cel::ParseErrors) -> ConditionError {
    let Some(first) = errors.errors.first() else {
        return ConditionError::whole("the condition is no CEL expression");
    };
    let line = usize::try_from(first.pos.0).unwrap_or(1).max(1);
    let column = usize::try_from(first.pos.1).unwrap_or(0);
    let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let within = text.get(before..).unwrap_or_default();
    let offset =
        within.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| before + at);
    ConditionError {
        message: format!("the condition is no CEL expression: {}", plain(&first.msg)),
        offset: Some(offset),
    }
}

/// The parser's words in ours, without the list of every token it would have taken instead.
fn plain(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default().trim_start_matches("Syntax error: ");
    let first = first.split(" expecting ").next().unwrap_or(first);
    let quoted = first.split_once('\'').and_then(|(_, rest)| rest.rsplit_once('\'')).map(|(inner, _)| inner);
    match quoted {
        _ if first.contains("<EOF>") && !first.starts_with("missing") => "it ends too early".to_owned(),
        Some(_) if first.starts_with("missing") => {
            let wanted = first.split('\'').nth(1).unwrap_or_default();
            format!("`{wanted}` is missing here")
        }
        Some(token) => format!("`{token}` is not expected here"),
        None => first.to_owned(),
    }
}

/// How deep macros stand in one another, or none when the whole is deeper than allowed.
fn measure(expression: &IdedExpr, left: usize) -> Option<usize> {
    let left = left.checked_sub(1)?;
    let mut deepest = 0;
    for child in children(expression) {
        deepest = deepest.max(measure(child, left)?);
    }
    Some(deepest + usize::from(matches!(expression.expr, Expr::Comprehension(_))))
}

/// The direct parts of an expression.
pub(crate) fn children(expression: &IdedExpr) -> Vec<&IdedExpr> {
    match &expression.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
        Expr::Call(call) => call.target.as_deref().into_iter().chain(&call.args).collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map.entries.iter().flat_map(|entry| entry_parts(&entry.expr)).collect(),
        Expr::Struct(record) => record.entries.iter().flat_map(|entry| entry_parts(&entry.expr)).collect(),
        Expr::Comprehension(walk) => {
            vec![&walk.iter_range, &walk.accu_init, &walk.loop_cond, &walk.loop_step, &walk.result]
        }
    }
}

fn entry_parts(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}

#[cfg(test)]
mod tests;
