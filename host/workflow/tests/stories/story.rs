//! The format of `story.json`, and playing one through the engine.

use std::fs;
use std::path::Path;

use countersign_workflow::apply::{Applied, Context, NewInstance, Take, apply, start};
use countersign_workflow::effect::Effect;
use countersign_workflow::event::{Actor, Event, What};
use countersign_workflow::form::FormEdit;
use countersign_workflow::instance::Instance;
use countersign_workflow::load::Workflow;
use countersign_workflow::refusal::Refusal;
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Deserialize;

/// One story.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Story {
    /// What it shows, for a reader.
    #[allow(dead_code)]
    docs: String,
    /// The story in the same workflow whose events come first; they are not in the journal.
    after: Option<String>,
    /// How the instance begins, unless `after` is given.
    start: Option<Start>,
    /// What SQL queries answer.
    #[serde(default)]
    select: IndexMap<String, Vec<u32>>,
    /// What data sources hold.
    #[serde(default)]
    choices: IndexMap<String, Vec<String>>,
    /// What happens.
    events: Vec<Moment>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Start {
    at: Timestamp,
    #[serde(default)]
    by: String,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    edit: FormEdit,
    /// The path to take at once.
    #[serde(default)]
    take: Option<Take>,
}

/// One event.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Through whom; nobody is the host.
    #[serde(default)]
    pub by: String,
    #[serde(default)]
    roles: Vec<String>,
    /// What, as the engine's own JSON.
    pub event: What,
}

/// One told event.
pub struct Told {
    pub at: Timestamp,
    pub by: String,
    pub what: String,
    pub result: Result<Vec<Effect>, Refusal>,
}

/// A told story.
pub struct Tale {
    pub told: Vec<Told>,
    pub instance: Instance,
}

/// Plays a story.
pub fn tell(workflow: &Workflow, folder: &Path) -> Result<Tale, String> {
    let story = read(folder)?;
    let select = |sql: &str, _: &Instance| {
        story.select.get(sql).cloned().ok_or_else(|| format!("the story has no answer to `{sql}`"))
    };
    let choices = |source: &str| story.choices.get(source).cloned();
    let context = Context { select: &select, choices: &choices };
    let mut told = Vec::new();
    let mut instance = begin(workflow, (&story, folder), &context, &mut told)?;
    for moment in &story.events {
        let actor = Actor { name: moment.by.clone(), roles: moment.roles.clone() };
        let event = Event { at_ms: moment.at.as_millisecond(), actor, what: moment.event.clone() };
        let applied = apply(workflow, &instance, &event, &context);
        let result = applied.map(|Applied { instance: next, effects }| {
            instance = next;
            effects
        });
        told.push(Told { at: moment.at, by: moment.by.clone(), what: words(&moment.event), result });
    }
    Ok(Tale { told, instance })
}

fn begin(
    workflow: &Workflow,
    (story, folder): (&Story, &Path),
    context: &Context<'_>,
    told: &mut Vec<Told>,
) -> Result<Instance, String> {
    let start_with = match (&story.after, &story.start) {
        (Some(before), None) => return Ok(tell(workflow, &folder.with_file_name(before))?.instance),
        (None, Some(start)) => start,
        _ => return Err("a story has either `after` or `start`".to_owned()),
    };
    let connections =
        workflow.definition.connections.keys().map(|name| (name.clone(), "autenti-test".to_owned()));
    let new = NewInstance {
        id: "i-7".to_owned(),
        number: 7,
        connections: connections.collect(),
        at_ms: start_with.at.as_millisecond(),
        actor: Actor { name: start_with.by.clone(), roles: start_with.roles.clone() },
        edit: start_with.edit.clone(),
        take: start_with.take.clone(),
    };
    let Applied { instance, effects } =
        start(workflow, new, context).map_err(|refusal| format!("start: {refusal}"))?;
    told.push(Told {
        at: start_with.at,
        by: start_with.by.clone(),
        what: "start".to_owned(),
        result: Ok(effects),
    });
    Ok(instance)
}

fn read(folder: &Path) -> Result<Story, String> {
    let path = folder.join("story.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The event in a few words: its kind and the name in it.
fn words(what: &What) -> String {
    let json = serde_json::to_value(what).unwrap();
    let Some((kind, inner)) = json.as_object().and_then(|object| object.iter().next()) else {
        return json.as_str().unwrap_or_default().to_owned();
    };
    let name = ["path", "button", "timer", "call-id", "id", "reason"]
        .iter()
        .find_map(|key| inner.get(*key).filter(|name| !name.is_null()));
    name.map_or_else(
        || kind.clone(),
        |name| format!("{kind} {}", name.as_str().map_or_else(|| name.to_string(), str::to_owned)),
    )
}
