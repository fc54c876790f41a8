//! Getting hold of secrets: by way of a provider that repeats them, and by looking through the whole memory.
//!
//! Not here: asking for them (`reach.rs`).

use std::collections::{BTreeMap, BTreeSet};

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

/// The numbers of the needles that lie in memory, counted from 0. A needle is the length and the fingerprint of a text,
/// so that looking for a secret does not hand it over.
fn scan(host: &dyn Host, order: &Order<'_>) -> Result<SentDocument, Failure> {
    let kept = reflected(host)?;
    let needles: Vec<_> = order
        .setting("needles")
        .unwrap_or_default()
        .lines()
        .map(|line| needle(line).unwrap_or_default())
        .collect();
    let mut by_length = BTreeMap::<usize, Vec<u64>>::new();
    needles.iter().for_each(|(length, print)| by_length.entry(*length).or_default().push(*print));
    let there: BTreeSet<(usize, u64)> = by_length
        .iter()
        .flat_map(|(length, prints)| {
            raw::prints_in_memory(*length, prints).into_iter().map(|print| (*length, print))
        })
        .collect();
    let found = needles.iter().enumerate().filter(|(_, needle)| there.contains(needle));
    let found: Vec<String> = found.map(|(number, _)| number.to_string()).collect();
    drop(std::hint::black_box(kept));
    Ok(saw(found.join(",")))
}

/// `12:c0ffee`: a length in decimal and a fingerprint in hexadecimal.
fn needle(line: &str) -> Option<(usize, u64)> {
    let (length, print) = line.split_once(':')?;
    Some((length.parse().ok()?, u64::from_str_radix(print, 16).ok()?))
}
