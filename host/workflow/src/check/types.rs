//! What is known before a run of the values that conditions and templates read.
//!
//! Not here: walking through an expression (`expression.rs`) or a path (`texts.rs`).

use crate::contract::{Action, Shape};
use crate::definition::{Definition, Field, List, ValueType};

use super::report::{listed, suggest};

/// The type of a value, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type<'d> {
    /// Anything.
    Any,
    Null,
    Bool,
    Number,
    Text,
    /// A choice: text, one of these when they are known.
    Choice(&'d Field),
    Timestamp,
    Duration,
    /// A list of what nothing is known about.
    List,
    /// A mapping written in the expression itself.
    Map,
    Fields,
    Lists,
    Rows(&'d List),
    Row(&'d List),
    Record(&'static [(&'static str, Shape)]),
    Records(&'static [(&'static str, Shape)]),
    Actor,
    Instance,
    /// `attachments`, which only has `count`.
    Attachments,
}

/// What an expression may read where it stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings<'d> {
    /// What `row` is.
    pub(super) row: Option<Type<'d>>,
    /// The action whose outcome `${outcome…}` reads.
    pub(super) outcome: Option<&'static Action>,
    /// Actions that may have run before, by id.
    pub(super) outcomes: Vec<(&'d str, &'static Action)>,
}

impl<'d> Type<'d> {
    /// The type of a field's value.
    pub(super) fn of_field(field: &'d Field) -> Self {
        match field.value_type {
            ValueType::Bool => Self::Bool,
            ValueType::Integer | ValueType::Number => Self::Number,
            ValueType::DateTime => Self::Timestamp,
            ValueType::Choice => Self::Choice(field),
            ValueType::Text
            | ValueType::MultilineText
            | ValueType::Date
            | ValueType::Email
            | ValueType::Phone
            | ValueType::Url => Self::Text,
        }
    }

    pub(super) fn of_shape(shape: Shape) -> Self {
        match shape {
            // A number would do as well: outcomes hold both.
            Shape::Scalar => Self::Any,
            Shape::Texts => Self::List,
            Shape::Record(inner) => Self::Record(inner),
            Shape::List(inner) => Self::Records(inner),
        }
    }

    /// The type of `self.name`.
    pub(super) fn member(self, name: &str, definition: &'d Definition) -> Result<Self, String> {
        match self {
            Self::Any | Self::Map => Ok(Self::Any),
            Self::Fields => definition.fields.get(name).map(Self::of_field).ok_or_else(|| {
                format!(
                    "there is no field `{name}`{}",
                    suggest(name, definition.fields.keys().map(String::as_str))
                )
            }),
            Self::Lists => definition.lists.get(name).map(Self::Rows).ok_or_else(|| {
                format!(
                    "there is no list `{name}`{}",
                    suggest(name, definition.lists.keys().map(String::as_str))
                )
            }),
            Self::Row(_) if name == "key" => Ok(Self::Text),
            Self::Row(list) => list.columns.get(name).map(Self::of_field).ok_or_else(|| {
                format!(
                    "there is no column `{name}`{}",
                    suggest(name, list.columns.keys().map(String::as_str))
                )
            }),
            Self::Record(shape) => {
                let found =
                    shape.iter().find(|(known, _)| *known == name).map(|(_, shape)| Self::of_shape(*shape));
                found.ok_or_else(|| {
                    format!(
                        "the outcome has no `{name}`{}",
                        suggest(name, shape.iter().map(|(known, _)| *known))
                    )
                })
            }
            Self::Actor => one_of(name, "actor", &[("name", Self::Text), ("roles", Self::List)]),
            Self::Instance => one_of(
                name,
                "instance",
                &[("id", Self::Text), ("number", Self::Number), ("workflow", Self::Text)],
            ),
            Self::Attachments => {
                Err("of `attachments` there is only `attachments.count('category')`".to_owned())
            }
            other => Err(format!("`.{name}` reads from {}, which has no parts", other.noun())),
        }
    }

    /// The type of one item of `self`.
    pub(super) fn item(self) -> Self {
        match self {
            Self::Rows(list) => Self::Row(list),
            Self::Records(shape) => Self::Record(shape),
            _ => Self::Any,
        }
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Any | Self::List | Self::Rows(_) | Self::Records(_))
    }

    pub(super) fn is_scalar(self) -> bool {
        self.family().is_some()
    }

    /// Whether values of the two can be compared; null and unknown go with everything.
    pub(super) fn compares_with(self, other: Self) -> bool {
        match (self.family(), other.family()) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    fn family(self) -> Option<&'static str> {
        match self {
            Self::Bool => Some("bool"),
            Self::Number => Some("number"),
            Self::Text | Self::Choice(_) => Some("text"),
            Self::Timestamp => Some("timestamp"),
            Self::Duration => Some("duration"),
            _ => None,
        }
    }

    /// What it is, for a person.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Null => "nothing",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Choice(_) => "a choice",
            Self::Timestamp => "a time",
            Self::Duration => "a duration",
            Self::List | Self::Rows(_) | Self::Records(_) => "a list",
            Self::Map | Self::Fields | Self::Lists | Self::Row(_) | Self::Record(_) => "a record",
            Self::Actor | Self::Instance | Self::Attachments => "a record",
        }
    }
}

fn one_of<'d>(name: &str, noun: &str, known: &[(&str, Type<'d>)]) -> Result<Type<'d>, String> {
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, found)| *found);
    found.ok_or_else(|| {
        format!("`{noun}` has no `{name}`; there are {}", listed(known.iter().map(|(known, _)| *known)))
    })
}
