//! People's changes to the form and its files.
//!
//! Not here: the rules of values (`form/edit.rs`) and of PDF files, which are the provider's.

use indexmap::IndexMap;
use serde_json::Value;

use super::{Turn, rights};
use crate::effect::Happening;
use crate::form::{Attachment, FormEdit, edit as edits};
use crate::refusal::Refusal;
use crate::timer;

/// The longest file name, in bytes: what file systems take (POSIX `NAME_MAX`).
const NAME_BYTES_MAX: usize = 255;

/// What shall change on a file.
pub(super) struct Change<'a> {
    pub(super) id: u32,
    pub(super) deleted: Option<bool>,
    pub(super) attributes: Option<&'a [String]>,
    pub(super) category: Option<&'a str>,
}

pub(super) fn edit(turn: &mut Turn<'_>, edit: &FormEdit) -> Result<(), Refusal> {
    allowed(turn)?;
    let definition = &turn.workflow.definition;
    let edited = edits::edit(definition, &turn.instance.form, turn.instance.rows, edit, turn.context.choices)
        .map_err(|problems| Refusal::ValuesInvalid { problems })?;
    turn.instance.form = edited.form;
    turn.instance.rows = edited.rows;
    turn.record(Happening::Edited { names: edited.names });
    timer::follow_fields(turn);
    Ok(())
}

/// An operator mends fields of an instance that stands with an incident, whosever step it is.
pub(super) fn correct(
    turn: &mut Turn<'_>,
    fields: &IndexMap<String, Value>,
    reason: &str,
) -> Result<(), Refusal> {
    rights::at_rest(turn)?;
    rights::as_operator(&turn.actor)?;
    if turn.instance.incident.is_none() {
        return Err(Refusal::NoIncident);
    }
    let definition = &turn.workflow.definition;
    let edited = edits::correct(definition, &turn.instance.form, fields, turn.context.choices)
        .map_err(|problems| Refusal::ValuesInvalid { problems })?;
    turn.instance.form = edited.form;
    turn.record(Happening::Corrected { names: edited.names, reason: reason.to_owned() });
    timer::follow_fields(turn);
    Ok(())
}

pub(super) fn attach(turn: &mut Turn<'_>, attachment: &Attachment) -> Result<(), Refusal> {
    allowed(turn)?;
    check_name(&attachment.name)?;
    check_category(turn, &attachment.category)?;
    check_attributes(turn, &attachment.attributes)?;
    turn.instance.files += 1;
    let file = Attachment { id: turn.instance.files, ..attachment.clone() };
    turn.record(Happening::Attached {
        id: file.id,
        name: file.name.clone(),
        category: file.category.clone(),
    });
    turn.instance.form.attachments.push(file);
    Ok(())
}

pub(super) fn change(turn: &mut Turn<'_>, change: &Change<'_>) -> Result<(), Refusal> {
    allowed(turn)?;
    let id = change.id;
    let old = turn.instance.form.attachment(id).ok_or(Refusal::AttachmentUnknown { id })?;
    if old.deleted && change.deleted != Some(false) {
        return Err(Refusal::AttachmentDeleted { id });
    }
    if let Some(category) = change.category {
        check_category(turn, category)?;
    }
    if let Some(attributes) = change.attributes {
        check_attributes(turn, attributes)?;
    }
    if let Some(file) = turn.instance.form.attachments.iter_mut().find(|file| file.id == id) {
        file.deleted = change.deleted.unwrap_or(file.deleted);
        file.category = change.category.unwrap_or(&file.category).to_owned();
        if let Some(attributes) = change.attributes {
            file.attributes = attributes.to_vec();
        }
    }
    turn.record(Happening::AttachmentChanged { id });
    Ok(())
}

fn allowed(turn: &Turn<'_>) -> Result<(), Refusal> {
    rights::at_rest(turn)?;
    match turn.workflow.definition.steps.get(&turn.instance.step) {
        Some(step) => rights::in_step(step, &turn.actor),
        None => Ok(()),
    }
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let bad = name.trim().is_empty()
        || name.len() > NAME_BYTES_MAX
        || matches!(name, "." | "..")
        || name.chars().any(|letter| letter.is_control() || matches!(letter, '/' | '\\'));
    match bad {
        true => Err(Refusal::AttachmentInvalid { what: "name", value: name.to_owned(), known: Vec::new() }),
        false => Ok(()),
    }
}

fn check_category(turn: &Turn<'_>, category: &str) -> Result<(), Refusal> {
    let known = &turn.workflow.definition.attachments.categories;
    if known.iter().any(|name| name == category) {
        return Ok(());
    }
    Err(Refusal::AttachmentInvalid { what: "category", value: category.to_owned(), known: known.clone() })
}

fn check_attributes(turn: &Turn<'_>, attributes: &[String]) -> Result<(), Refusal> {
    let known = &turn.workflow.definition.attachments.attributes;
    match attributes.iter().find(|attribute| !known.contains(attribute)) {
        None => Ok(()),
        Some(attribute) => Err(Refusal::AttachmentInvalid {
            what: "attribute",
            value: attribute.clone(),
            known: known.clone(),
        }),
    }
}
