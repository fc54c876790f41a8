//! Incidents: the list, and the evidence of one.

use anstream::println;

use super::{BAD, FAINT, NOTE, exchange, table, time};
use crate::api::incidents::{Candidate, Case, Evidence, IncidentLine};
use crate::api::orphans::OrphanView;

/// Letters of a message in a list.
const MESSAGE_LETTERS_MAX: usize = 100;

/// A list, newest first.
pub fn list(lines: &[IncidentLine]) {
    let mut rows = table(&["instance", "workflow", "during", "what", "since", "state"]);
    for line in lines {
        let state = match (line.closed_at_ms, &line.closed, line.incident.in_doubt) {
            (Some(at_ms), reason, _) => {
                format!("closed {}: {}", time(at_ms), reason.as_deref().unwrap_or_default())
            }
            (None, _, true) => "in doubt".to_owned(),
            (None, _, false) => "open".to_owned(),
        };
        rows.add_row([
            line.instance.to_string(),
            line.workflow.clone(),
            line.incident.during.clone(),
            beginning(&line.incident.message),
            time(line.incident.opened_at_ms),
            state,
        ]);
    }
    println!("{rows}");
}

/// The beginning of a message: a line of a list, not the evidence.
fn beginning(message: &str) -> String {
    let shown: String = message.chars().take(MESSAGE_LETTERS_MAX).collect();
    if shown.len() < message.len() { format!("{shown}…") } else { shown }
}

/// Documents that no instance follows any more.
pub fn orphans(orphans: &[OrphanView]) {
    let mut rows = table(&["connection", "document", "reference", "instance", "standing", "since", "why"]);
    for orphan in orphans {
        rows.add_row([
            orphan.connection.clone(),
            orphan.document_id.clone().unwrap_or_else(|| "unknown".to_owned()),
            orphan.client_reference.clone(),
            orphan.instance.to_string(),
            orphan.standing.clone(),
            time(orphan.since_ms),
            orphan.why.clone(),
        ]);
    }
    println!("{rows}");
}

/// What a person needs to decide.
pub fn evidence(evidence: &Evidence) {
    println!("instance {} · {} · {NOTE}{}{NOTE:#}", evidence.instance, evidence.workflow, evidence.step);
    evidence.retry.iter().for_each(super::retry);
    if evidence.incidents.is_empty() && evidence.retry.is_none() {
        println!("no open incident");
    }
    evidence.incidents.iter().for_each(case);
    documents(&evidence.documents);
    for answer in &evidence.answers {
        println!("  {}", command(answer, evidence.instance));
    }
}

fn case(case: &Case) {
    let incident = &case.incident;
    let kind = if incident.in_doubt { "in doubt" } else { "incident" };
    println!("\n{BAD}{kind}{BAD:#} in {} since {}", incident.during, time(incident.opened_at_ms));
    println!("  {}", incident.message);
    if let Some((kind, _)) = incident.failure.as_object().and_then(|failure| failure.iter().next()) {
        println!("  {FAINT}failure{FAINT:#} {kind}");
    }
    let Some(call) = &case.call else { return };
    println!("  {FAINT}call{FAINT:#} {}.{} {FAINT}{}{FAINT:#}", call.connection, call.action, call.id);
    for line in &call.exchanges {
        println!("  {} {}", line.number, exchange(line));
        println!(
            "    {FAINT}{} · {} · request {}{FAINT:#}",
            time(line.started_at_ms),
            line.repeat,
            line.request_sha256
        );
    }
}

fn documents(documents: &[Candidate]) {
    let mut rows = table(&["document", "standing", "reference", "connection", "send"]);
    for document in documents {
        rows.add_row([
            document.document_id.as_deref().unwrap_or("unknown"),
            &document.standing,
            &document.client_reference,
            document.connection.as_deref().unwrap_or_default(),
            document.send.as_deref().unwrap_or_default(),
        ]);
    }
    if rows.row_count() > 0 {
        println!("\n{rows}");
    }
}

/// What to type for an answer.
fn command(answer: &str, instance: i64) -> String {
    let (verb, what) = match answer {
        "retry" => ("retry", "run it again now; a send goes on where it stopped"),
        "stop" => ("stop", "do not try it again by itself; the incident opens"),
        "skip" => ("skip", "the action is not needed: go on after it"),
        "set" => ("set", "correct a field, then retry"),
        "sent" => ("sent", "the provider has the document"),
        "not-sent" => ("not-sent", "the provider does not have it: send it now"),
        "dismiss" => ("dismiss", "close it; nothing is run"),
        "dismiss-abandon" => ("dismiss", "close it and give the document up: the next send is a new one"),
        other => (other, ""),
    };
    let more = match answer {
        "sent" => " DOCUMENT-ID",
        "set" => " FIELD=VALUE --reason …",
        "dismiss" | "skip" => " --reason …",
        "dismiss-abandon" => " --abandon --reason …",
        _ => "",
    };
    format!("countersign incident {verb} {instance}{more}  {FAINT}{what}{FAINT:#}")
}
