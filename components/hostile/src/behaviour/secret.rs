//! Getting hold of secrets: by way of a provider that repeats them, and by looking through the whole memory.
//!
//! Not here: asking for them (`reach.rs`).

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SentDocument;
use countersign_sdk::contract::http::{Destination, NewAttachment, Request, Response, ResponseBody};
use countersign_sdk::contract::log::Level;
use countersign_sdk::contract::types::Failure;

use super::{Behaviour, End, Order, SEND, saw};
use crate::{ask, raw};

/// So much of a stored answer is read at once.
const PIECE_BYTES: u32 = 64 * 1024;

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "secret-reflection",
        does: "Copies what a provider repeats of the request's credentials into log, console, attachment and outcome.",
        action: SEND,
        end: End::Harmless,
        run: |host, _| {
            let reflected = reflected(host)?;
            host.log(Level::Info, &reflected, &[("reflected", &reflected)]);
            println!("{reflected}");
            let file = host.create_attachment("reflected.txt", "text/plain", reflected.as_bytes());
            file.map_err(ask::attachment_failure)?;
            Ok(SentDocument { document_id: format!("echo:{reflected}"), ..saw(reflected) })
        },
    },
    Behaviour {
        name: "secret-reflection-in-failure",
        does: "Copies what a provider repeats of the request's credentials into a failure.",
        action: SEND,
        end: End::Refused("locked"),
        run: |host, _| Err(Failure::Locked(reflected(host)?)),
    },
    Behaviour {
        name: "secret-reflection-as-id",
        does: "Tells what a provider repeats of the request's credentials as the document's id.",
        action: SEND,
        end: End::Harmless,
        run: |host, _| {
            let document_id = reflected(host)?;
            host.document_created(&document_id);
            Ok(SentDocument { document_id, ..saw("") })
        },
    },
    Behaviour {
        name: "secret-scan",
        does: "Has the provider repeat the credentials, then looks through its whole memory for secrets.",
        action: SEND,
        end: End::Harmless,
        run: scan,
    },
];

/// Everything that comes back of the request: headers and body, inline and by way of an attachment.
fn reflected(host: &dyn Host) -> Result<String, Failure> {
    let inline = ask::send(host, &ask::get(&["documents", "echo"]))?;
    let file = NewAttachment { name: "echo.txt".to_owned(), media_type: "text/plain".to_owned() };
    let destination = Destination::Attachment(file);
    let stored = ask::send(host, &Request { destination, ..ask::get(&["documents", "echo"]) })?;
    Ok(format!("{:?} {} | {}", inline.headers, ask::text(&inline), read(host, &stored)?))
}

fn read(host: &dyn Host, response: &Response) -> Result<String, Failure> {
    let ResponseBody::Stored(stored) = &response.body else { return Ok(ask::text(response)) };
    let bytes = host.read_attachment(stored.attachment, 0, PIECE_BYTES).map_err(ask::attachment_failure)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The numbers of the needles that lie in memory, counted from 0.
fn scan(host: &dyn Host, order: &Order<'_>) -> Result<SentDocument, Failure> {
    let kept = reflected(host)?;
    let needles = order.setting("needles").unwrap_or_default().lines();
    let found = needles.enumerate().filter(|(_, needle)| raw::memory_holds_reversed(needle.as_bytes()));
    let found: Vec<String> = found.map(|(number, _)| number.to_string()).collect();
    drop(std::hint::black_box(kept));
    Ok(saw(found.join(",")))
}
