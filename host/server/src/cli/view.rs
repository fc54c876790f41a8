//! What people see on a terminal: tables and a few words of colour.
//!
//! Colours appear on a terminal only (`anstream` strips them elsewhere). Not here: JSON for programs.

pub mod audit;
pub mod call;
pub mod changes;
pub mod gate;
pub mod inbox;
pub mod incident;

use anstream::println;
use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use countersign_sandbox::contract::data_sources::{Row, Source};
use countersign_workflow::definition::step::EndOutcome;
use countersign_workflow::effect::{Entry, Happening};
use countersign_workflow::form::Row as FormRow;
use indexmap::IndexSet;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::api::calls::{CallView, ExchangeView};
use crate::api::status::StatusView;
use crate::api::view::{Choice, FiringView, InstanceRowView, InstanceView, RetryView};

/// Longer values of a list stand below its table.
const CELL_WIDTH_MAX: usize = 40;

/// Good news.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Bad news.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Things to look at.
pub const NOTE: Style = AnsiColor::Cyan.on_default();
/// Things of less weight.
pub const FAINT: Style = Style::new().dimmed();

/// An empty table with these headings, as wide as the terminal.
pub fn table(headings: &[&str]) -> Table {
    let rule = LineStyle::none().fill('─').junction('─');
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(rule));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(headings);
    table
}

/// Milliseconds since 1970 as people write it, in local time.
pub fn time(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(
        |_| at_ms.to_string(),
        |t| t.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// A value without JSON's quotes.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// How a host is.
pub fn status(status: &StatusView) {
    match &status.reason {
        None => println!("{GOOD}writes{GOOD:#}"),
        Some(reason) => println!("{BAD}reads only{BAD:#}: {reason}"),
    }
    println!(
        "instances: {} waiting, {} running · calls open: {} · incidents open: {}",
        status.instances_resting, status.instances_running, status.calls_open, status.incidents_open
    );
    if status.messages_unread + status.events_untold + status.events_parked > 0 {
        println!(
            "inbox: {} unread · {} untold · {} wait for their document; see countersign inbox events",
            status.messages_unread, status.events_untold, status.events_parked
        );
    }
    gate::gates(&status.connections);
    let Some(restored) = &status.restored else { return };
    let since = time(restored.taken_at_ms);
    let what = match restored.missing_commits {
        None => format!("restored from a backup of {since}"),
        Some(missing) => format!("lost {missing} commits after {since}"),
    };
    match (&restored.warning, restored.acknowledged_at_ms) {
        (Some(warning), _) => println!("{BAD}careful{BAD:#}: {warning}"),
        (None, at_ms) => println!(
            "{what}, acknowledged {} by {}",
            at_ms.map(time).unwrap_or_default(),
            restored.acknowledged_by.as_deref().unwrap_or("nobody")
        ),
    }
}

/// One instance: where it is, its form, what can be done.
pub fn instance(instance: &InstanceView) {
    let state = match (&instance.outcome, instance.phase.as_str()) {
        (Some(EndOutcome::Success), _) => format!("{GOOD}ended well{GOOD:#}"),
        (Some(EndOutcome::Failure), _) => format!("{BAD}ended{BAD:#}"),
        (None, phase) => phase.to_owned(),
    };
    println!(
        "instance {} · {} · {NOTE}{}{NOTE:#} · {state}",
        instance.number, instance.workflow, instance.step_title
    );
    if let Some(connection) = &instance.delayed_by {
        println!("{NOTE}waits{NOTE:#} until connection `{connection}` works again; see countersign status");
    }
    form(instance);
    attachments(instance);
    if let Some(incident) = &instance.incident {
        println!("{BAD}incident{BAD:#} in {}: {}", incident.during, incident.message);
        println!("  next: countersign incident show {}", instance.number);
    }
    if let Some(waiting) = &instance.retry {
        retry(waiting);
        println!("  next: countersign incident show {}", instance.number);
    }
    choices("take", instance.number, &instance.paths);
    choices("press", instance.number, &instance.buttons);
    if let Some(redirect) = &instance.redirect {
        println!("go to {NOTE}{redirect}{NOTE:#}");
    }
}

/// A failed action that waits to be tried again.
pub fn retry(retry: &RetryView) {
    println!(
        "{NOTE}waits{NOTE:#} until {} to try {} again, after {} since {}: {}",
        time(retry.due_ms),
        retry.action,
        tries(retry.tries),
        time(retry.first_at_ms),
        retry.message
    );
}

fn tries(count: u32) -> String {
    if count == 1 { "1 try".to_owned() } else { format!("{count} tries") }
}

fn form(instance: &InstanceView) {
    let mut fields = table(&["field", "value"]);
    for (name, value) in instance.fields.iter().filter(|(_, value)| !value.is_null()) {
        fields.add_row([name.clone(), plain(value)]);
    }
    if fields.row_count() > 0 {
        println!("{fields}");
    }
    for (name, rows) in instance.lists.iter().filter(|(_, rows)| !rows.is_empty()) {
        list(name, rows);
    }
}

/// A list as a table; long values (links, references) follow below, a line each.
fn list(name: &str, rows: &[FormRow]) {
    let long = |column: &String| rows.iter().any(|row| cell(row, column).chars().count() > CELL_WIDTH_MAX);
    let columns: IndexSet<&String> = rows.iter().flat_map(|row| row.cells.keys()).collect();
    let (below, beside): (Vec<&String>, Vec<&String>) = columns.into_iter().partition(|column| long(column));
    let mut lines = table(&[]);
    lines.set_header(std::iter::once(name).chain(beside.iter().map(|column| column.as_str())));
    for row in rows {
        lines.add_row(std::iter::once(row.key.clone()).chain(beside.iter().map(|column| cell(row, column))));
    }
    println!("{lines}");
    for (row, column) in rows.iter().flat_map(|row| below.iter().map(move |column| (row, column))) {
        let value = cell(row, column);
        if !value.is_empty() {
            println!(" {} {FAINT}{column}{FAINT:#} {value}", row.key);
        }
    }
}

fn cell(row: &FormRow, column: &str) -> String {
    row.cells.get(column).map(plain).unwrap_or_default()
}

fn attachments(instance: &InstanceView) {
    let mut files = table(&["file", "name", "category", "bytes", "flags"]);
    for file in &instance.attachments {
        let deleted = file.deleted.then_some("deleted".to_owned());
        let flags = file.attributes.iter().cloned().chain(deleted).collect::<Vec<_>>().join(", ");
        files.add_row([
            file.id.to_string(),
            file.name.clone(),
            file.category.clone(),
            file.size.to_string(),
            flags,
        ]);
    }
    if files.row_count() > 0 {
        println!("{files}");
    }
}

fn choices(verb: &str, number: i64, choices: &[Choice]) {
    for choice in choices {
        let roles = if choice.roles.is_empty() {
            String::new()
        } else {
            format!(" (as {})", choice.roles.join(" or "))
        };
        println!("  {verb} {number} {}  {FAINT}{}{roles}{FAINT:#}", choice.name, choice.title);
    }
}

/// A history, oldest first.
pub fn history(entries: &[Entry]) {
    let mut lines = table(&["when", "who", "step", "what"]);
    for entry in entries {
        let who = if entry.actor.name.is_empty() { "host" } else { &entry.actor.name };
        lines.add_row([time(entry.at_ms), who.to_owned(), entry.step.clone(), happening(&entry.what)]);
    }
    println!("{lines}");
}

/// One history line in words.
pub fn happening(what: &Happening) -> String {
    match what {
        Happening::Started => "started".to_owned(),
        Happening::Edited { names } => format!("edited {}", names.join(", ")),
        Happening::Corrected { names, reason } => format!("corrected {}: {reason}", names.join(", ")),
        Happening::Attached { id, name, category } => format!("file {id} `{name}` added to {category}"),
        Happening::AttachmentChanged { id } => format!("file {id} changed"),
        Happening::PathChosen { path, comment: None } => format!("path `{path}`"),
        Happening::PathChosen { path, comment: Some(comment) } => format!("path `{path}`: “{comment}”"),
        Happening::ButtonPressed { button } => format!("button `{button}`"),
        Happening::TimerFired { timer } => format!("timer `{timer}`"),
        Happening::DocumentChanged => "the provider reports a change".to_owned(),
        Happening::ActionStarted { action, .. } => format!("{action} …"),
        Happening::ActionSkipped { action, reason: None } => format!("{action} skipped"),
        Happening::ActionSkipped { action, reason: Some(reason) } => format!("{action} skipped: {reason}"),
        Happening::DocumentCreated { document_id } => format!("document {document_id}"),
        Happening::ActionSucceeded { action, saved, .. } if saved.is_empty() => format!("{action} ok"),
        Happening::ActionSucceeded { action, saved, .. } => format!("{action} ok → {}", saved.join(", ")),
        Happening::ActionReused { action, document_id } => {
            format!("{action}: document {document_id} was sent before")
        }
        Happening::DocumentAbandoned { document_id, .. } => {
            format!("document {} given up", document_id.as_deref().unwrap_or("of unknown id"))
        }
        Happening::RowsSkipped { action, reasons } => {
            let reasons: Vec<String> =
                reasons.iter().map(|(row, reason)| format!("{row}: {reason}")).collect();
            format!("{action} skipped {}", reasons.join("; "))
        }
        Happening::TimerTooEarly { timer, reason } => format!("timer `{timer}` came too early: {reason}"),
        Happening::TimerErred { timer, errors, message } => {
            format!("timer `{timer}` failed ({errors}): {message}")
        }
        Happening::RetryPlanned { action, tries: count, due_ms } => {
            format!("{action} is tried again at {} ({} so far)", time(*due_ms), tries(*count))
        }
        Happening::RetryStopped { action, reason: None } => format!("{action} is not tried again"),
        Happening::RetryStopped { action, reason: Some(reason) } => {
            format!("{action} is not tried again: {reason}")
        }
        Happening::IncidentRetried => "tried again".to_owned(),
        Happening::ActionFailed { action, failure, .. } => format!("{action} failed: {failure}"),
        Happening::Decided { decision, to, .. } => format!("{decision}? → {to}"),
        Happening::Moved { from, to } => format!("{from} → {to}"),
        Happening::TimerStopped { timer } => format!("timer `{timer}` stopped after too many errors"),
        Happening::IncidentOpened { message } => format!("incident: {message}"),
        Happening::IncidentClosed { reason } => format!("incident closed: {reason}"),
        Happening::Ended { outcome: EndOutcome::Success } => "ended well".to_owned(),
        Happening::Ended { outcome: EndOutcome::Failure } => "ended".to_owned(),
    }
}

/// One call with its exchanges, a line each.
pub fn call(call: &CallView) {
    println!("{NOTE}{}.{}{NOTE:#} {FAINT}{}{FAINT:#}", call.connection, call.action, call.id);
    call.exchanges.iter().for_each(|exchange| println!("  {}", self::exchange(exchange)));
}

/// One exchange: method, path, status, time.
pub fn exchange(exchange: &ExchangeView) -> String {
    let answer = match (exchange.status, &exchange.failure) {
        (Some(status @ 200..=299), _) => format!("{GOOD}{status}{GOOD:#}"),
        (Some(status), _) => format!("{NOTE}{status}{NOTE:#}"),
        (None, Some(failure)) => format!("{BAD}{failure}{BAD:#}"),
        (None, None) => format!("{BAD}no answer yet{BAD:#}"),
    };
    let time = exchange.duration_ms.map(|ms| format!("{ms} ms")).unwrap_or_default();
    let path = shortened(&exchange.path);
    format!("{:<6} {path:<64} {answer} {FAINT}{time:>7}{FAINT:#}", exchange.method)
}

/// A path that fits a line: its middle gives way.
fn shortened(path: &str) -> String {
    const SIDE: usize = 30;
    let letters: Vec<char> = path.chars().collect();
    match (letters.get(..SIDE), letters.len().checked_sub(SIDE).and_then(|from| letters.get(from..))) {
        (Some(start), Some(end)) if letters.len() > 2 * SIDE + 3 => {
            format!("{}…{}", start.iter().collect::<String>(), end.iter().collect::<String>())
        }
        _ => path.to_owned(),
    }
}

/// A list of instances.
pub fn instances(rows: &[InstanceRowView]) {
    let mut lines = table(&["number", "workflow", "step", "phase", "changed", ""]);
    for row in rows {
        let mark = if row.incident { "incident" } else { "" };
        let cells =
            [&row.number.to_string(), &row.workflow, &row.step, &row.phase, &time(row.updated_at_ms), mark];
        lines.add_row(cells);
    }
    println!("{lines}");
}

/// Planned firings.
pub fn firings(firings: &[FiringView]) {
    let mut lines = table(&["instance", "timer", "fires"]);
    for firing in firings {
        lines.add_row([firing.instance.to_string(), firing.timer.clone(), time(firing.due_ms)]);
    }
    println!("{lines}");
}

/// Data sources.
pub fn sources(sources: &[Source]) {
    let mut lines = table(&["source", "name", "rows come from"]);
    for source in sources {
        let name = source.names.first().map(|n| n.text.as_str()).unwrap_or_default();
        let origin = if source.needs_connection { "the provider" } else { "the component" };
        lines.add_row([source.id.as_str(), name, origin]);
    }
    println!("{lines}");
}

/// Rows of one data source.
pub fn rows(rows: &[Row]) {
    let mut lines = table(&["id", "name", "in other languages"]);
    for row in rows {
        let others: Vec<String> =
            row.translations.iter().map(|t| format!("{}: {}", t.language, t.text)).collect();
        lines.add_row([row.id.clone(), row.name.clone(), others.join(" · ")]);
    }
    println!("{lines}");
}
