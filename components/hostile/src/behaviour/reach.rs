//! Reaching for what was not granted.
//!
//! Not here: dressing it up as something granted (`path.rs`, `header.rs`).

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SentDocument;
use countersign_sdk::contract::http::{
    Body, Chunk, ComposedBody, Destination, NewAttachment, Repeat, Request,
};
use countersign_sdk::contract::types::Failure;

use super::{Behaviour, End, SEND, saw};
use crate::ask;

/// An attachment that no test grants.
const STRANGERS: u32 = 4_711;

/// Names under which a careless host might hand out a secret.
const SECRETS: [&str; 10] = [
    "authorization",
    "token",
    "access-token",
    "secret",
    "client-secret",
    "password",
    "private-key",
    "api-key",
    "identity",
    "proxy-authorization",
];

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "stranger-attachment",
        does: "Reads an attachment that was not granted.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| {
            let bytes = host.read_attachment(STRANGERS, 0, 1_024).map_err(ask::attachment_failure)?;
            Ok(saw(String::from_utf8_lossy(&bytes)))
        },
    },
    Behaviour {
        name: "stranger-attachment-described",
        does: "Asks for name and size of an attachment that was not granted.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| {
            let info = host.describe_attachment(STRANGERS).map_err(ask::attachment_failure)?;
            Ok(saw(info.name))
        },
    },
    Behaviour {
        name: "stranger-attachment-sent",
        does: "Has the host send an attachment that was not granted.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| sent_with(host, Chunk::Attachment(STRANGERS)),
    },
    Behaviour {
        name: "stranger-attachment-encoded",
        does: "Has the host send an attachment that was not granted, in base64.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| sent_with(host, Chunk::AttachmentBase64(STRANGERS)),
    },
    Behaviour {
        name: "attachment-outside",
        does: "Makes an attachment whose name climbs out of its folder.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| made(host, "../../etc/passwd", "text/plain"),
    },
    Behaviour {
        name: "attachment-line-break",
        does: "Begins a header in the media type of an attachment.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| made(host, "a.txt", "text/plain\r\nx-more: 1"),
    },
    Behaviour {
        name: "attachment-outside-from-answer",
        does: "Has a response stored under a name that climbs out of its folder.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| {
            let file = NewAttachment { name: "../a.pdf".to_owned(), media_type: String::new() };
            tried(
                host,
                &Request { destination: Destination::Attachment(file), ..ask::get(&["documents", "D-1"]) },
            )
        },
    },
    Behaviour {
        name: "undeclared-role",
        does: "Uses a connection role that its manifest does not name.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| tried(host, &Request { role: "vault".to_owned(), ..ask::get(&["documents", "D-1"]) }),
    },
    Behaviour {
        name: "uncovered-path",
        does: "Asks for a path that no egress rule covers.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| tried(host, &ask::get(&["accounts", "1"])),
    },
    Behaviour {
        name: "uncovered-method",
        does: "Deletes where it may only read.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| {
            tried(host, &Request { method: "DELETE".to_owned(), ..ask::get(&["documents", "D-1"]) })
        },
    },
    Behaviour {
        name: "create-from-read",
        does: "Creates a document from an action that only reads.",
        action: "get-document-status",
        end: End::Refused("denied"),
        run: |host, _| tried(host, &ask::create()),
    },
    Behaviour {
        name: "create-called-read",
        does: "Creates a document from an action that only reads, and calls it reading.",
        action: "get-document-status",
        end: End::Refused("denied"),
        run: |host, _| tried(host, &Request { repeat: Repeat::Read, ..ask::create() }),
    },
    Behaviour {
        name: "ask-for-secrets",
        does: "Asks for the connection's secrets as if they were settings.",
        action: SEND,
        end: End::Harmless,
        run: |host, _| {
            let found = SECRETS.iter().filter_map(|name| host.connection_setting(name)).collect::<Vec<_>>();
            Ok(saw(found.join(",")))
        },
    },
];

fn sent_with(host: &dyn Host, chunk: Chunk) -> Result<SentDocument, Failure> {
    let content_type = "application/pdf".to_owned();
    let body = Body::Composed(ComposedBody { content_type, chunks: vec![chunk] });
    tried(host, &Request { body, ..ask::create() })
}

fn made(host: &dyn Host, name: &str, media_type: &str) -> Result<SentDocument, Failure> {
    let id = host.create_attachment(name, media_type, b"text").map_err(ask::attachment_failure)?;
    Ok(saw(id.to_string()))
}

fn tried(host: &dyn Host, request: &Request) -> Result<SentDocument, Failure> {
    ask::send(host, request).map(|response| saw(ask::text(&response)))
}
