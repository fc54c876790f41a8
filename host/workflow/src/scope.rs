//! What conditions and templates can see while they are evaluated.
//!
//! Not here: the languages themselves (`condition.rs`, `template.rs`).

use indexmap::IndexMap;
use serde_json::Value;

use crate::contract;
use crate::definition::Definition;
use crate::event::Actor;
use crate::form::{Form, Row};
use crate::instance::Instance;

/// Everything an expression may read. Nothing else exists for it: no clock, no host.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Which fields, lists, columns and actions there are.
    pub definition: &'a Definition,
    /// The data.
    pub form: &'a Form,
    /// Outcomes of the run so far, by action id, as `contract::Action::present` shapes them.
    pub outcomes: Option<&'a IndexMap<String, Value>>,
    /// The outcome of the action the expression stands on.
    pub outcome: Option<&'a Value>,
    /// What `row` means.
    pub row: ScopeRow<'a>,
    /// Who acts.
    pub actor: &'a Actor,
    /// The instance.
    pub instance: InstanceFacts<'a>,
    /// The time of the event, milliseconds since 1970.
    pub at_ms: i64,
}

/// What `row` means in an expression.
#[derive(Debug, Clone, Copy, Default)]
pub enum ScopeRow<'a> {
    /// There is no row.
    #[default]
    None,
    /// A row of a list of the form.
    List {
        /// The list's name.
        list: &'a str,
        /// The row.
        row: &'a Row,
    },
    /// A row of an outcome (`save-rows`).
    Outcome(&'a Value),
}

/// What expressions may know of the instance.
#[derive(Debug, Clone, Copy, Default)]
pub struct InstanceFacts<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its running number.
    pub number: i64,
    /// The name of its workflow.
    pub workflow: &'a str,
}

impl<'a> Scope<'a> {
    /// What an instance shows at rest; the `with_…` methods add the rest.
    #[must_use]
    pub fn new(definition: &'a Definition, instance: &'a Instance, actor: &'a Actor, at_ms: i64) -> Self {
        Self {
            definition,
            form: &instance.form,
            outcomes: None,
            outcome: None,
            row: ScopeRow::None,
            actor,
            instance: InstanceFacts {
                id: &instance.id,
                number: instance.number,
                workflow: &instance.workflow,
            },
            at_ms,
        }
    }

    /// Reads this form instead of the instance's own (that of a run under way).
    #[must_use]
    pub fn with_form(mut self, form: &'a Form) -> Self {
        self.form = form;
        self
    }

    /// Knows the outcomes of the run.
    #[must_use]
    pub fn with_outcomes(mut self, outcomes: &'a IndexMap<String, Value>) -> Self {
        self.outcomes = Some(outcomes);
        self
    }

    /// Stands on an action with this outcome.
    #[must_use]
    pub fn with_outcome(mut self, outcome: &'a Value) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// Stands on a row of a list.
    #[must_use]
    pub fn with_list_row(mut self, list: &'a str, row: &'a Row) -> Self {
        self.row = ScopeRow::List { list, row };
        self
    }

    /// Stands on a row of an outcome.
    #[must_use]
    pub fn with_outcome_row(mut self, row: &'a Value) -> Self {
        self.row = ScopeRow::Outcome(row);
        self
    }

    /// The outcome of an action, or its shape with every value null when it did not run.
    /// None when no action of the definition has that id.
    #[must_use]
    pub fn outcome_of(&self, id: &str) -> Option<Value> {
        if let Some(outcome) = self.outcomes.and_then(|outcomes| outcomes.get(id)) {
            return Some(outcome.clone());
        }
        let step = self.definition.actions().find(|action| action.outcome_id() == id)?;
        contract::action(step.verb()).map(contract::Action::blank)
    }
}
