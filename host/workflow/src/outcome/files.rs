//! Adding the files of an outcome to the run's form (C65, C67).
//!
//! Not here: the files' bytes, which are already durable when the outcome arrives.

use crate::apply::Turn;
use crate::definition::automation::Attach;
use crate::failure::Failure;
use crate::form::{Attachment, Form};
use crate::instance::Run;

/// Adds the files in the category that `attach` names. Without `attach` they are not kept.
pub(super) fn attach(
    turn: &mut Turn<'_>,
    run: &mut Run,
    rule: Option<&Attach>,
    attachments: &[Attachment],
) -> Result<(), Failure> {
    for file in attachments {
        if file.id <= turn.instance.files {
            return Err(Failure::other(
                "attachment-number",
                format!("the call used number {} for a new file twice", file.id),
            ));
        }
        // Numbers are used up even when the run fails later, so that no two files ever share one.
        turn.instance.files = file.id;
        let Some(rule) = rule else { continue };
        if rule.overwrite {
            replace(&mut run.form, &file.name, &rule.category);
        }
        let file = Attachment { category: rule.category.clone(), deleted: false, ..file.clone() };
        run.form.attachments.push(file);
    }
    Ok(())
}

fn replace(form: &mut Form, name: &str, category: &str) {
    for file in form.attachments.iter_mut().filter(|file| file.name == name && file.category == category) {
        file.deleted = true;
    }
}
