//! The misbehaviours, as the hostile component lists them: what each does and the end it must come to.
//!
//! Not here: doing it (`components/hostile`) and judging it (`judge.rs`).

use std::sync::Arc;
use std::time::Duration;

use super::script::Script;
use super::stage::Stage;
use crate::connection::Connection;
use crate::contract::data_sources::{Row, RowsInput};
use crate::{ActionInput, ActionOutcome, Provider};

/// Long enough for everything that ends by itself, on the slowest machine.
pub const PATIENT: Duration = Duration::from_secs(120);

/// What a call may take that would never end by itself.
const IMPATIENT: Duration = Duration::from_millis(300);

/// The same for one that is told that no answer came, and then has to say so itself.
const LAST_WORDS_INCLUDED: Duration = Duration::from_secs(2);

/// The data source that lists them.
const SOURCE: &str = "behaviours";

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misbehaviour {
    /// Its name.
    pub name: String,
    /// What it does, in a sentence.
    pub does: String,
    /// The group it belongs to.
    pub family: String,
    /// The action to ask for it.
    pub action: String,
    /// Who must end it.
    pub ended_by: String,
    /// The kind of the failure it must end with, or `outcome`.
    pub result: String,
}

/// All of them, from the component itself.
///
/// # Errors
/// When the component is another one: it does not list them.
pub async fn misbehaviours(provider: &Provider) -> Result<Vec<Misbehaviour>, String> {
    let nobody =
        Connection::for_replay("nobody", Default::default(), []).map_err(|error| error.to_string())?;
    let stage = Stage::over(Arc::new(nobody), Arc::new(Script::default()));
    let source = RowsInput { source: SOURCE.to_owned(), filter: None, settings: Vec::new() };
    let end = provider.call(stage.input(ActionInput::Rows(source), PATIENT)).await;
    match end.result {
        Ok(ActionOutcome::Rows(rows)) => rows.into_iter().map(Misbehaviour::try_from).collect(),
        Ok(_) => Err(format!("`{}` answered something else than rows", provider.manifest.id)),
        Err(failure) => Err(format!("`{}` does not list its misbehaviours: {failure}", provider.manifest.id)),
    }
}

impl Misbehaviour {
    /// Endless ones get little time, all others all they need.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        match self.ended_by.as_str() {
            "timed-out" => IMPATIENT,
            _ if self.name == "endless-wait" => LAST_WORDS_INCLUDED,
            _ => PATIENT,
        }
    }

    /// Whether the host must have refused before anything was sent.
    pub(super) fn sends_nothing(&self) -> bool {
        let refused = matches!(self.result.as_str(), "denied" | "invalid");
        refused && matches!(self.family.as_str(), "header" | "path" | "reach")
    }
}

impl TryFrom<Row> for Misbehaviour {
    type Error = String;

    fn try_from(row: Row) -> Result<Self, String> {
        let [family, action, ended_by, result] = row
            .cells
            .try_into()
            .map_err(|cells: Vec<String>| format!("`{}` has {} cells instead of 4", row.id, cells.len()))?;
        Ok(Self { name: row.id, does: row.name, family, action, ended_by, result })
    }
}
