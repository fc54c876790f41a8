//! Actions of paths, timers, buttons and reactions: do they exist, and where do their outcomes go?
//!
//! Not here: their input (`inputs.rs`).

use super::Check;
use super::report::{MISSING, listed, suggest};
use super::types::{Surroundings, Type};
use crate::contract::{self, Action, Rows};
use crate::definition::List;
use crate::definition::automation::{ActionStep, SaveRowColumns, SaveRows};
use crate::definition::step::{Reaction, Stay};
use crate::position::join;

type Known<'a> = Vec<(&'a str, &'static Action)>;

impl<'a> Check<'a> {
    pub(super) fn automations(&mut self) {
        let definition = self.definition;
        for (name, stay) in definition.stays() {
            self.automations_of(&join("/steps", name), stay);
        }
    }

    fn automations_of(&mut self, pointer: &str, stay: &'a Stay) {
        for (name, path) in &stay.paths {
            // A timer that takes the path has run its own actions before.
            let timers = stay.timers.values().filter(|timer| timer.take.as_deref() == Some(name));
            // So has a reaction whose document's state chooses it.
            let chooses = |reaction: &&Reaction| {
                reaction.take.as_deref() == Some(name) || reaction.outcomes.values().any(|path| path == name)
            };
            let reactions = stay.on.values().filter(chooses).flat_map(|reaction| &reaction.automation);
            let known =
                timers.flat_map(|timer| &timer.automation).chain(reactions).filter_map(named).collect();
            self.automation(&join(&join(&join(pointer, "paths"), name), "do"), &path.automation, known);
        }
        for (name, timer) in &stay.timers {
            let pointer = join(&join(&join(pointer, "timers"), name), "do");
            self.automation(&pointer, &timer.automation, Vec::new());
            for (position, action) in
                timer.automation.iter().enumerate().filter(|(_, action)| action.redirect.is_some())
            {
                let message =
                    format!("`{}` runs by a timer, and nobody is there to be sent elsewhere", action.action);
                let pointer = join(&join(&pointer, &position.to_string()), "redirect");
                self.report.error_at_key("redirect-unattended", &pointer, message);
            }
        }
        for (event, reaction) in &stay.on {
            let pointer = join(&join(&join(pointer, "on"), event.word()), "do");
            self.automation(&pointer, &reaction.automation, Vec::new());
        }
        for (name, button) in &stay.buttons {
            self.automation(
                &join(&join(&join(pointer, "buttons"), name), "do"),
                &button.automation,
                Vec::new(),
            );
        }
    }

    fn automation(&mut self, pointer: &str, actions: &'a [ActionStep], mut known: Known<'a>) {
        let mut ids: Vec<&str> = Vec::new();
        for (position, action) in actions.iter().enumerate() {
            let pointer = join(pointer, &position.to_string());
            let id = action.outcome_id();
            if ids.contains(&id) && !id.contains(MISSING) {
                let message = format!("two actions have the id `{id}`; give this one an `id` of its own");
                self.report.error(
                    "duplicate-id",
                    &join(&pointer, if action.id.is_some() { "id" } else { "action" }),
                    message,
                );
            }
            ids.push(id);
            let surroundings = Surroundings { outcomes: known.clone(), ..Surroundings::default() };
            self.action(&pointer, action, &surroundings);
            known.extend(named(action));
        }
    }

    fn action(&mut self, pointer: &str, step: &'a ActionStep, before: &Surroundings<'a>) {
        if let Some(condition) = &step.when {
            self.condition(&join(pointer, "when"), condition, before);
        }
        if let Some(user) = &step.acting_user {
            self.template(&join(pointer, "as"), user, before);
        }
        if let Some(retry) = &step.retry {
            self.retry(&join(pointer, "retry"), retry);
        }
        let Some(action) = self.verb(&join(pointer, "action"), step) else { return };
        self.inputs(pointer, (step, action), before);
        let after = Surroundings { outcome: Some(action), ..before.clone() };
        self.save(pointer, step, &after);
        self.save_rows(pointer, (step, action), before);
        self.attach(pointer, step, action);
        if let Some(redirect) = &step.redirect {
            self.template(&join(pointer, "redirect"), redirect, &after);
        }
    }

    /// The contract's action, if there is one and the connection has it.
    fn verb(&mut self, pointer: &str, step: &ActionStep) -> Option<&'static Action> {
        if step.action == MISSING {
            return None;
        }
        let connections = &self.definition.connections;
        let Some((connection, verb)) = step.action.split_once('.') else {
            let example = connections.keys().next().map_or("sign", String::as_str);
            let message = format!("`{}` names no connection; write `{example}.{}`", step.action, step.action);
            self.report.error("unknown-action", pointer, message);
            return None;
        };
        if !connections.contains_key(connection) {
            let hint = suggest(connection, connections.keys().map(String::as_str));
            self.report.error(
                "unknown-connection",
                pointer,
                format!("there is no connection `{connection}`{hint}"),
            );
        }
        let Some(action) = contract::action(verb) else {
            let hint = suggest(verb, contract::actions().iter().map(|action| action.name));
            self.report.error("unknown-action", pointer, format!("there is no action `{verb}`{hint}"));
            return None;
        };
        let offered = self.catalogue.actions(connection);
        if let Some(offered) = offered.filter(|offered| !offered.iter().any(|name| name == verb)) {
            let offers = listed(offered.iter().map(String::as_str));
            let message =
                format!("the provider bound to `{connection}` does not offer `{verb}`; it offers {offers}");
            self.report.error("action-not-offered", pointer, message);
        }
        Some(action)
    }

    fn save(&mut self, pointer: &str, step: &'a ActionStep, after: &Surroundings<'a>) {
        for (field, from) in &step.save {
            let pointer = join(&join(pointer, "save"), field);
            let known = &self.definition.fields;
            match known.get(field) {
                None => {
                    let hint = suggest(field, known.keys().map(String::as_str));
                    self.report.error_at_key(
                        "unknown-field",
                        &pointer,
                        format!("there is no field `{field}`{hint}"),
                    );
                    self.template(&pointer, from, after);
                }
                Some(known) => {
                    let given = self.template(&pointer, from, after);
                    self.fits(&pointer, given, Type::of_field(known));
                }
            }
        }
    }

    /// Whether what a template yields can be kept where it shall go.
    fn fits(&mut self, pointer: &str, given: Type<'a>, wanted: Type<'a>) {
        let known = !matches!(given, Type::Any | Type::Null);
        // Times travel as text.
        let timely = matches!((given, wanted), (Type::Text, Type::Timestamp) | (Type::Timestamp, Type::Text));
        if known && !timely && (!given.is_scalar() || !given.compares_with(wanted)) {
            let message = format!("{} is written where {} belongs", given.noun(), wanted.noun());
            self.report.error("type-mismatch", pointer, message);
        }
    }

    fn save_rows(
        &mut self,
        pointer: &str,
        (step, action): (&'a ActionStep, &'static Action),
        before: &Surroundings<'a>,
    ) {
        let Some(save_rows) = &step.save_rows else { return };
        let pointer = join(pointer, "save-rows");
        let Some(rows) = action.rows else {
            let message =
                format!("the outcome of `{}` has no rows; write single values with `save`", action.name);
            return self.report.error_at_key("no-rows", &pointer, message);
        };
        match save_rows {
            SaveRows::List(name) => {
                if let Some(list) = self.list(&pointer, name) {
                    self.default_columns(&pointer, (name, list), rows);
                }
            }
            SaveRows::Columns(mapping) => {
                let surroundings = Surroundings { row: Some(Type::Record(rows.keys)), ..before.clone() };
                self.column_mapping(&pointer, mapping, &surroundings);
            }
        }
    }

    fn default_columns(&mut self, pointer: &str, (name, list): (&str, &List), rows: Rows) {
        let columns = rows.columns.iter().map(|(column, _)| *column);
        if self.intact("/lists") && !columns.clone().any(|column| list.columns.contains_key(column)) {
            let message = format!(
                "list `{name}` has none of the columns that are written: {}; add one, or name `columns`",
                listed(columns)
            );
            self.report.error("nothing-written", pointer, message);
        }
    }

    fn column_mapping(
        &mut self,
        pointer: &str,
        mapping: &'a SaveRowColumns,
        surroundings: &Surroundings<'a>,
    ) {
        let Some(list) = self.list(&join(pointer, "list"), &mapping.list) else { return };
        for (column, from) in &mapping.columns {
            let pointer = join(&join(pointer, "columns"), column);
            let given = self.template(&pointer, from, surroundings);
            match list.columns.get(column) {
                Some(field) => self.fits(&pointer, given, Type::of_field(field)),
                None => {
                    let hint = suggest(column, list.columns.keys().map(String::as_str));
                    let message = format!("list `{}` has no column `{column}`{hint}", mapping.list);
                    self.report.error_at_key("unknown-column", &pointer, message);
                }
            }
        }
    }

    /// The list of this name; says so when there is none.
    pub(super) fn list(&mut self, pointer: &str, name: &str) -> Option<&'a List> {
        let lists = &self.definition.lists;
        let found = lists.get(name);
        if found.is_none() && name != MISSING {
            let hint = suggest(name, lists.keys().map(String::as_str));
            self.report.error("unknown-list", pointer, format!("there is no list `{name}`{hint}"));
        }
        found
    }

    fn attach(&mut self, pointer: &str, step: &ActionStep, action: &Action) {
        let Some(attach) = &step.attach else {
            if action.attaches && self.intact(pointer) {
                let message = "the fetched files go nowhere; add `attach: {category: …}`";
                self.report.warn_at_key("files-dropped", &join(pointer, "action"), message);
            }
            return;
        };
        if !action.attaches {
            let message = format!("the outcome of `{}` holds no files", action.name);
            return self.report.error_at_key("no-files", &join(pointer, "attach"), message);
        }
        self.category(&format!("{pointer}/attach/category"), &attach.category);
    }

    pub(super) fn category(&mut self, pointer: &str, name: &str) {
        let known = &self.definition.attachments.categories;
        if name != MISSING && !known.iter().any(|known| known == name) {
            let hint = suggest(name, known.iter().map(String::as_str));
            let message = format!("there is no attachment category `{name}`{hint}");
            self.report.error("unknown-category", pointer, message);
        }
    }
}

fn named(step: &ActionStep) -> Option<(&str, &'static Action)> {
    Some((step.outcome_id(), contract::action(step.verb())?))
}
