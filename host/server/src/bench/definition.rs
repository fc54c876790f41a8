//! The workflow of a run, with the tries that suit it: waits of seconds would make runs slow and find nothing more.
//!
//! Not here: which run has tries.

use anyhow::Context;
use countersign_workflow::definition::automation::ActionStep;
use countersign_workflow::definition::retry::Retry;
use countersign_workflow::definition::step::Step;
use countersign_workflow::load::load;

use crate::config::Config;

/// Rewrites the definitions of a configuration: every action that people begin is tried again like this.
pub fn set_retry(config: &Config, retry: &Retry) -> anyhow::Result<()> {
    for file in &config.workflows {
        let text = std::fs::read_to_string(file)?;
        let loaded = load(&text).map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        let mut definition = loaded.definition;
        for step in definition.steps.values_mut() {
            actions(step).for_each(|action| action.retry = Some(retry.clone()));
        }
        // JSON is YAML.
        std::fs::write(file, serde_json::to_string(&definition)?).context("a definition")?;
    }
    Ok(())
}

/// The actions of a step that people begin: timers keep their own budget of errors.
fn actions(step: &mut Step) -> impl Iterator<Item = &mut ActionStep> {
    let stay = match step {
        Step::User(stay) | Step::External(stay) => Some(stay),
        Step::Decision(_) | Step::Final(_) => None,
    };
    stay.into_iter().flat_map(|stay| {
        let paths = stay.paths.values_mut().flat_map(|path| &mut path.automation);
        paths.chain(stay.buttons.values_mut().flat_map(|button| &mut button.automation))
    })
}
