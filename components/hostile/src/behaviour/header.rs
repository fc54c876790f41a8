//! Headers that would make one request two, carry somebody else's identity, or be too many.
//!
//! Not here: the address (`path.rs`).

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SentDocument;
use countersign_sdk::contract::http::{Body, Header, MultipartBody, Part};
use countersign_sdk::contract::types::Failure;

use super::{Behaviour, End, SEND, saw};
use crate::ask::{self, header};

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "header-bomb",
        does: "Sets ten thousand headers.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, order| {
            with(host, (0..order.times(10_000)).map(|number| header(&format!("x-{number}"), "1")).collect())
        },
    },
    Behaviour {
        name: "header-of-a-megabyte",
        does: "Sets one header of a megabyte.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| with(host, vec![header("x-long", &"v".repeat(1024 * 1024))]),
    },
    Behaviour {
        name: "header-value-line-break",
        does: "Ends a header early and begins another in its value.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| with(host, vec![header("x-note", "a\r\nauthorization: Bearer mine")]),
    },
    Behaviour {
        name: "header-name-line-break",
        does: "Ends a header early and begins another in its name.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| with(host, vec![header("x-note: a\r\nauthorization", "Bearer mine")]),
    },
    Behaviour {
        name: "header-name-empty",
        does: "Sets a header without a name.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| with(host, vec![header("", "a")]),
    },
    Behaviour {
        name: "header-value-nul",
        does: "Puts a NUL into a header.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| with(host, vec![header("x-note", "a\0b")]),
    },
    Behaviour {
        name: "header-authorization",
        does: "Sets an identity of its own.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| with(host, vec![header("Authorization", "Bearer mine")]),
    },
    Behaviour {
        name: "header-proxy-authorization",
        does: "Sets an identity of its own towards the operator's proxy.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| with(host, vec![header("proxy-authorization", "Basic bWluZQ==")]),
    },
    Behaviour {
        name: "header-host",
        does: "Asks another site behind the same address.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| with(host, vec![header("host", "internal.example")]),
    },
    Behaviour {
        name: "header-content-length",
        does: "Lies about the length of the body, so that its end becomes the next request.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| with(host, vec![header("content-length", "1"), header("content-length", "5")]),
    },
    Behaviour {
        name: "header-transfer-encoding",
        does: "Sends the body in chunks beside its length, so that two servers see two requests.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| with(host, vec![header("Transfer-Encoding", "chunked")]),
    },
    Behaviour {
        name: "header-connection",
        does: "Has a proxy drop the host's own headers.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| with(host, vec![header("connection", "authorization, x-api-key")]),
    },
    Behaviour {
        name: "header-upgrade",
        does: "Turns the connection into something without requests.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| with(host, vec![header("upgrade", "websocket")]),
    },
    Behaviour {
        name: "header-of-part-line-break",
        does: "Ends a part of a multipart body early in its header.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| {
            let disposition = header("content-disposition", "form-data; name=\"a\"\r\n\r\nanother body");
            multipart(host, "form-data", vec![disposition])
        },
    },
    Behaviour {
        name: "header-of-multipart-line-break",
        does: "Begins a header in the kind of a multipart body.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| multipart(host, "form-data\r\nauthorization: Bearer mine", Vec::new()),
    },
];

fn with(host: &dyn Host, headers: Vec<Header>) -> Result<SentDocument, Failure> {
    let mut request = ask::create();
    request.headers = headers;
    ask::send(host, &request).map(|response| saw(ask::text(&response)))
}

fn multipart(host: &dyn Host, subtype: &str, headers: Vec<Header>) -> Result<SentDocument, Failure> {
    let mut request = ask::create();
    let parts = vec![Part { headers, chunks: Vec::new() }];
    request.body = Body::Multipart(MultipartBody { subtype: subtype.to_owned(), parts });
    ask::send(host, &request).map(|response| saw(ask::text(&response)))
}
