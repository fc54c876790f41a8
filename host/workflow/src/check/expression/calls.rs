//! Operators and functions in a condition.
//!
//! Not here: names and macros (`expression.rs`).

use cel::common::ast::operators::{
    ADD, CONDITIONAL, DIVIDE, EQUALS, GREATER, GREATER_EQUALS, IN, INDEX, LESS, LESS_EQUALS, LOGICAL_AND,
    LOGICAL_NOT, LOGICAL_OR, MODULO, MULTIPLY, NEGATE, NOT_EQUALS, NOT_STRICTLY_FALSE, SUBSTRACT,
};
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue};

use super::Walk;
use crate::check::report::{listed, suggest};
use crate::check::types::Type;

/// Functions called as `name(x)`, with the number of arguments.
const FUNCTIONS: &[(&str, usize)] = &[
    ("size", 1),
    ("outcome", 1),
    ("has", 1),
    ("string", 1),
    ("int", 1),
    ("double", 1),
    ("timestamp", 1),
    ("duration", 1),
    ("matches", 2),
    ("type", 1),
    ("dyn", 1),
];

/// Functions called as `x.name(…)`.
const METHODS: &[(&str, usize)] = &[
    ("size", 0),
    ("contains", 1),
    ("startsWith", 1),
    ("endsWith", 1),
    ("matches", 1),
    ("getFullYear", 0),
    ("getMonth", 0),
    ("getDate", 0),
    ("getDayOfMonth", 0),
    ("getDayOfWeek", 0),
    ("getDayOfYear", 0),
    ("getHours", 0),
    ("getMinutes", 0),
    ("getSeconds", 0),
];

impl<'d> Walk<'_, 'd> {
    pub(super) fn call(&mut self, call: &CallExpr, expression: &IdedExpr) -> Type<'d> {
        match (&call.target, call.args.as_slice()) {
            (None, [one, other]) => self.binary(&call.func_name, (one, other), expression),
            (None, [one]) => self.unary(&call.func_name, one, expression),
            (None, [test, yes, no]) if call.func_name == CONDITIONAL => {
                self.truth(test);
                let (yes, no) = (self.visit(yes), self.visit(no));
                if std::mem::discriminant(&yes) == std::mem::discriminant(&no) { yes } else { Type::Any }
            }
            (Some(target), arguments) => self.method(target, (&call.func_name, arguments), expression),
            (None, arguments) => {
                for argument in arguments {
                    self.visit(argument);
                }
                self.function(&call.func_name, arguments.len(), expression)
            }
        }
    }

    fn unary(&mut self, name: &str, one: &IdedExpr, expression: &IdedExpr) -> Type<'d> {
        match name {
            LOGICAL_NOT => self.truth(one),
            NEGATE => self.visit(one),
            NOT_STRICTLY_FALSE => Type::Bool,
            "outcome" => self.outcome(one, expression),
            "size" => {
                let measured = self.visit(one);
                if measured.is_scalar() && !measured.compares_with(Type::Text) {
                    self.find(
                        "type-mismatch",
                        one,
                        format!("`size` takes a list or text; this is {}", measured.noun()),
                    );
                }
                Type::Number
            }
            _ => {
                self.visit(one);
                self.function(name, 1, expression)
            }
        }
    }

    fn binary(
        &mut self,
        name: &str,
        (one, other): (&IdedExpr, &IdedExpr),
        expression: &IdedExpr,
    ) -> Type<'d> {
        match name {
            LOGICAL_AND | LOGICAL_OR => {
                self.truth(one);
                self.truth(other)
            }
            EQUALS | NOT_EQUALS | LESS | LESS_EQUALS | GREATER | GREATER_EQUALS => {
                let (left, right) = (self.visit(one), self.visit(other));
                self.comparable((left, right), expression);
                self.possible(left, other);
                self.possible(right, one);
                Type::Bool
            }
            IN => {
                let left = self.visit(one);
                self.membership(left, other, expression)
            }
            INDEX => self.index(one, other, expression),
            ADD | SUBSTRACT | MULTIPLY | DIVIDE | MODULO => self.arithmetic((one, other), expression),
            _ => {
                self.visit(one);
                self.visit(other);
                self.function(name, 2, expression)
            }
        }
    }

    /// An operand that must be true or false.
    fn truth(&mut self, operand: &IdedExpr) -> Type<'d> {
        let found = self.visit(operand);
        if !matches!(found, Type::Bool | Type::Any) {
            let message = format!("`&&`, `||`, `!` and `?` take true or false; this is {}", found.noun());
            self.find("type-mismatch", operand, message);
        }
        Type::Bool
    }

    fn arithmetic(&mut self, (one, other): (&IdedExpr, &IdedExpr), expression: &IdedExpr) -> Type<'d> {
        let (left, right) = (self.visit(one), self.visit(other));
        let time = |found| matches!(found, Type::Timestamp | Type::Duration);
        if time(left) || time(right) {
            return if time(left) && time(right) {
                Type::Any
            } else {
                self.mismatch((left, right), expression)
            };
        }
        if left.compares_with(right) && !matches!(left, Type::Bool) && !matches!(right, Type::Bool) {
            return if left.is_scalar() { left } else { right };
        }
        self.mismatch((left, right), expression)
    }

    fn mismatch(&mut self, (left, right): (Type<'d>, Type<'d>), expression: &IdedExpr) -> Type<'d> {
        if !matches!(left, Type::Any) && !matches!(right, Type::Any) {
            let message = format!("{} and {} do not go together", left.noun(), right.noun());
            self.find("type-mismatch", expression, message);
        }
        Type::Any
    }

    fn comparable(&mut self, (left, right): (Type<'d>, Type<'d>), expression: &IdedExpr) {
        if !left.compares_with(right) {
            let time = matches!((left, right), (Type::Timestamp, Type::Text) | (Type::Text, Type::Timestamp));
            let hint = if time { "; write times as `timestamp('2026-11-22T00:00:00Z')`" } else { "" };
            let message = format!("{} never matches {}{hint}", left.noun(), right.noun());
            self.find("type-mismatch", expression, message);
        }
    }

    fn membership(&mut self, left: Type<'d>, list: &IdedExpr, expression: &IdedExpr) -> Type<'d> {
        let Expr::List(literal) = &list.expr else {
            let found = self.visit(list);
            if found.is_scalar() {
                self.find("type-mismatch", list, format!("`in` takes a list; this is {}", found.noun()));
            }
            return Type::Bool;
        };
        for element in &literal.elements {
            let right = self.visit(element);
            self.comparable((left, right), expression);
            self.possible(left, element);
        }
        Type::Bool
    }

    /// A choice compared with a word that it cannot hold.
    fn possible(&mut self, choice: Type<'d>, word: &IdedExpr) {
        let (Type::Choice(field), Some(word_text)) = (choice, literal_text(word)) else { return };
        if field.only.is_empty() || field.only.contains(&word_text) {
            return;
        }
        let hint = suggest(&word_text, field.only.iter().map(String::as_str));
        self.add("impossible-value", word, format!("the choice never holds `{word_text}`{hint}"), true);
    }

    fn index(&mut self, one: &IdedExpr, other: &IdedExpr, expression: &IdedExpr) -> Type<'d> {
        let operand = self.visit(one);
        self.visit(other);
        match literal_text(other) {
            Some(name) => self.member(operand, &name, expression),
            None => operand.item(),
        }
    }

    fn outcome(&mut self, argument: &IdedExpr, expression: &IdedExpr) -> Type<'d> {
        self.visit(argument);
        let Some(id) = literal_text(argument) else {
            self.find(
                "unknown-outcome",
                argument,
                "`outcome` takes the id of an action in quotes: `outcome('send-for-signature')`",
            );
            return Type::Any;
        };
        let known = &self.surroundings.outcomes;
        if let Some((_, action)) = known.iter().rev().find(|(known, _)| *known == id) {
            return Type::Record(action.outcome);
        }
        let message = match self.definition.actions().any(|action| action.outcome_id() == id) {
            true => format!(
                "the outcome of `{id}` is not known here: only actions that ran before, in the same automation, have one"
            ),
            false => {
                format!("no action has the id `{id}`{}", suggest(&id, known.iter().map(|(known, _)| *known)))
            }
        };
        self.find("unknown-outcome", expression, message);
        Type::Any
    }

    fn method(
        &mut self,
        target: &IdedExpr,
        (name, arguments): (&str, &[IdedExpr]),
        expression: &IdedExpr,
    ) -> Type<'d> {
        let operand = self.visit(target);
        for argument in arguments {
            self.visit(argument);
        }
        if matches!(operand, Type::Attachments) {
            return self.count(name, arguments, expression);
        }
        let Some((_, expected)) = METHODS.iter().find(|(known, _)| *known == name) else {
            let hint = suggest(name, METHODS.iter().map(|(known, _)| *known));
            self.find("unknown-function", expression, format!("there is no function `.{name}(…)`{hint}"));
            return Type::Any;
        };
        self.arguments(name, arguments.len(), *expected, expression);
        if matches!(name, "contains" | "startsWith" | "endsWith" | "matches") {
            if operand.is_scalar() && !operand.compares_with(Type::Text) {
                let message = format!("`.{name}(…)` is for text; this is {}", operand.noun());
                self.find("type-mismatch", target, message);
            }
            return Type::Bool;
        }
        Type::Number
    }

    fn count(&mut self, name: &str, arguments: &[IdedExpr], expression: &IdedExpr) -> Type<'d> {
        let categories = &self.definition.attachments.categories;
        match (name, arguments) {
            ("count", [argument]) => {
                if let Some(category) =
                    literal_text(argument).filter(|category| !categories.contains(category))
                {
                    let hint = suggest(&category, categories.iter().map(String::as_str));
                    self.find(
                        "unknown-category",
                        argument,
                        format!("there is no attachment category `{category}`{hint}"),
                    );
                }
            }
            _ => self.find(
                "unknown-function",
                expression,
                "of `attachments` there is only `attachments.count('category')`",
            ),
        }
        Type::Number
    }

    fn function(&mut self, name: &str, given: usize, expression: &IdedExpr) -> Type<'d> {
        let Some((_, expected)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let near = suggest(name, FUNCTIONS.iter().map(|(known, _)| *known));
            let hint = if near.is_empty() {
                format!("; there are {}", listed(FUNCTIONS.iter().map(|(known, _)| *known)))
            } else {
                near
            };
            self.find("unknown-function", expression, format!("there is no function `{name}(…)`{hint}"));
            return Type::Any;
        };
        self.arguments(name, given, *expected, expression);
        match name {
            "size" | "int" | "double" => Type::Number,
            "string" => Type::Text,
            "matches" => Type::Bool,
            "timestamp" => Type::Timestamp,
            "duration" => Type::Duration,
            _ => Type::Any,
        }
    }

    fn arguments(&mut self, name: &str, given: usize, expected: usize, expression: &IdedExpr) {
        if given != expected {
            let noun = if expected == 1 { "argument" } else { "arguments" };
            let message = format!("`{name}` takes {expected} {noun}, not {given}");
            self.find("unknown-function", expression, message);
        }
    }
}

fn literal_text(expression: &IdedExpr) -> Option<String> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
        _ => None,
    }
}
