//! How many of everything a definition may hold. Generous for people, and small enough that every check ends at once.
//!
//! Not here: the size of the text (`load/document.rs`).

use super::Check;
use crate::definition::step::{Stay, Step};
use crate::definition::{Definition, Field};
use crate::position::join;

const FIELDS_MAX: usize = 500;
const LISTS_MAX: usize = 50;
const COLUMNS_MAX: usize = 100;
const STEPS_MAX: usize = 500;
/// Paths, timers or buttons of one step; actions of one automation; cases of one decision.
const PARTS_MAX: usize = 100;
/// Actions in the whole definition.
const ACTIONS_MAX: usize = 2_000;
/// Words in one list: values of `only`, categories, roles, holidays.
const WORDS_MAX: usize = 1_000;

impl Check<'_> {
    /// Whether everything is within its limit; says so when not.
    pub(super) fn within_limits(&mut self) -> bool {
        let found: Vec<(String, &str, usize, usize)> =
            counted(self.definition).into_iter().filter(|(_, _, count, max)| count > max).collect();
        for (pointer, noun, count, max) in &found {
            let message = format!("there are {count} {noun}; at most {max} are read");
            self.report.error_at_key("too-many", pointer, message);
        }
        found.is_empty()
    }
}

/// Place, noun, count and limit of everything that is counted.
fn counted(definition: &Definition) -> Vec<(String, &'static str, usize, usize)> {
    let mut counts = vec![
        ("/fields".to_owned(), "fields", definition.fields.len(), FIELDS_MAX),
        ("/lists".to_owned(), "lists", definition.lists.len(), LISTS_MAX),
        ("/steps".to_owned(), "steps", definition.steps.len(), STEPS_MAX),
        ("/steps".to_owned(), "actions", definition.actions().count(), ACTIONS_MAX),
        ("/connections".to_owned(), "connections", definition.connections.len(), PARTS_MAX),
        ("/attachments".to_owned(), "categories", definition.attachments.categories.len(), WORDS_MAX),
        ("/attachments".to_owned(), "attributes", definition.attachments.attributes.len(), WORDS_MAX),
    ];
    counts.extend(definition.fields.iter().map(|(name, field)| words(&join("/fields", name), field)));
    for (name, list) in &definition.lists {
        let pointer = join("/lists", name);
        counts.push((pointer.clone(), "columns", list.columns.len(), COLUMNS_MAX));
        counts.extend(list.columns.iter().map(|(column, field)| words(&join(&pointer, column), field)));
    }
    for (name, step) in &definition.steps {
        let pointer = join("/steps", name);
        match step {
            Step::User(stay) | Step::External(stay) => of_stay(&pointer, stay, &mut counts),
            Step::Decision(decision) => counts.push((pointer, "cases", decision.cases.len(), PARTS_MAX)),
            Step::Final(_) => {}
        }
    }
    counts
}

fn words(pointer: &str, field: &Field) -> (String, &'static str, usize, usize) {
    (pointer.to_owned(), "values under `only`", field.only.len(), WORDS_MAX)
}

fn of_stay(pointer: &str, stay: &Stay, counts: &mut Vec<(String, &'static str, usize, usize)>) {
    let mut count = |noun, count, max| counts.push((pointer.to_owned(), noun, count, max));
    count("paths", stay.paths.len(), PARTS_MAX);
    count("timers", stay.timers.len(), PARTS_MAX);
    count("buttons", stay.buttons.len(), PARTS_MAX);
    count("roles", stay.roles.len(), WORDS_MAX);
    for path in stay.paths.values() {
        count("actions on one path", path.automation.len(), PARTS_MAX);
        count("roles on one path", path.roles.len(), WORDS_MAX);
    }
    for timer in stay.timers.values() {
        count("actions on one timer", timer.automation.len(), PARTS_MAX);
        let holidays = timer.hours.as_ref().map_or(0, |hours| hours.holidays.len());
        count("holidays of one timer", holidays, WORDS_MAX);
    }
    for reaction in stay.on.values() {
        count("actions on one event", reaction.automation.len(), PARTS_MAX);
    }
    for button in stay.buttons.values() {
        count("actions on one button", button.automation.len(), PARTS_MAX);
        count("roles on one button", button.roles.len(), WORDS_MAX);
    }
}
