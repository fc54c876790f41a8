//! The inbox: messages of providers, and the events in them.

use anstream::println;

use super::{FAINT, NOTE, table, time};
use crate::api::inbox::{EventView, MessageLine, MessageView};

/// Messages, newest first.
pub fn messages(lines: &[MessageLine]) {
    let mut rows = table(&["message", "connection", "state", "came", "times", "bytes", "why"]);
    for line in lines {
        rows.add_row([
            line.message.to_string(),
            line.connection.clone(),
            line.state.clone(),
            time(line.last_at_ms),
            line.times.to_string(),
            line.body_bytes.to_string(),
            line.reason.clone().unwrap_or_default(),
        ]);
    }
    println!("{rows}");
}

/// Events, newest first.
pub fn events(events: &[EventView]) {
    let mut rows = table(&["event", "came", "name", "document", "instance", "what became of it", "times"]);
    for event in events {
        let became = match &event.answer {
            Some(answer) => format!("{}: {answer}", event.disposition),
            None => event.disposition.clone(),
        };
        rows.add_row([
            event.event.to_string(),
            time(event.at_ms),
            event.name.clone(),
            event.document_id.clone().or_else(|| event.client_reference.clone()).unwrap_or_default(),
            event.instance.map(|number| number.to_string()).unwrap_or_default(),
            became,
            event.times.to_string(),
        ]);
    }
    println!("{rows}");
}

/// One message: how it came, and what it says.
pub fn message(message: &MessageView) {
    let MessageLine { message: number, connection, state, times, reason, .. } = &message.line;
    let came = time(message.line.received_at_ms);
    println!("message {number} · {connection} · {NOTE}{state}{NOTE:#} · came {times} times, first {came}");
    if let Some(reason) = reason {
        println!("  {reason}");
    }
    let head = &message.head;
    let path: String = head.path.iter().map(|segment| format!("/{segment}")).collect();
    println!("{} …{path}", head.method);
    for header in &head.headers {
        println!("{FAINT}{}: {}{FAINT:#}", header.name, header.value);
    }
    match &message.body {
        Some(body) => println!("\n{body}\n"),
        None => println!("\n{} bytes that are no text\n", message.line.body_bytes),
    }
    if !message.events.is_empty() {
        events(&message.events);
    }
}
