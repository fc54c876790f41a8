//! Addresses that would leave the connection, or the path a rule allows.
//!
//! Not here: roles and rules (`reach.rs`).

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SentDocument;
use countersign_sdk::contract::http::Request;
use countersign_sdk::contract::types::Failure;

use super::{Behaviour, End, SEND, saw};
use crate::ask;

pub(super) const MEMBERS: &[Behaviour] = &[
    Behaviour {
        name: "path-absolute-url",
        does: "Gives a whole address instead of a path.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| at(host, &["http://169.254.169.254/latest/meta-data"]),
    },
    Behaviour {
        name: "path-absolute-url-as-id",
        does: "Gives a whole address instead of a document id.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| at(host, &["documents", "http://169.254.169.254/latest"]),
    },
    Behaviour {
        name: "path-authority",
        does: "Begins the path like an authority.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| at(host, &["", "169.254.169.254", "latest"]),
    },
    Behaviour {
        name: "path-user-info",
        does: "Makes the base URL's host look like a user name.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| at(host, &["@169.254.169.254"]),
    },
    Behaviour {
        name: "path-climb",
        does: "Climbs out of the allowed path.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| at(host, &["documents", "..", "accounts"]),
    },
    Behaviour {
        name: "path-climb-as-id",
        does: "Gives two dots instead of a document id, which a server would read as the folder above.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| at(host, &["documents", ".."]),
    },
    Behaviour {
        name: "path-empty-id",
        does: "Gives an empty document id, which turns one document into the list of all.",
        action: SEND,
        end: End::Refused("denied"),
        run: |host, _| at(host, &["documents", ""]),
    },
    Behaviour {
        name: "path-slash-as-id",
        does: "Climbs within one segment, hoping that the slash is not encoded.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| at(host, &["documents", "../accounts"]),
    },
    Behaviour {
        name: "path-encoded-slash",
        does: "Gives an encoded slash, hoping that somebody decodes it; the percent sign is encoded again.",
        action: SEND,
        end: End::Refused("rejected"),
        run: |host, _| at(host, &["documents", "..%2faccounts"]),
    },
    Behaviour {
        name: "path-query",
        does: "Gives a query and a fragment in a document id; they stay part of the id.",
        action: SEND,
        end: End::Refused("rejected"),
        run: |host, _| at(host, &["documents", "D-1?admin=1#top"]),
    },
    Behaviour {
        name: "path-nul",
        does: "Puts a NUL into a document id.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| at(host, &["documents", "D-1\0.pdf"]),
    },
    Behaviour {
        name: "path-line-break",
        does: "Begins a second request in a document id.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| at(host, &["documents", "D-1 HTTP/1.1\r\nhost: internal.example\r\n\r\n"]),
    },
    Behaviour {
        name: "path-of-a-megabyte",
        does: "Gives a document id of a megabyte.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| at(host, &["documents", &"d".repeat(1024 * 1024)]),
    },
    Behaviour {
        name: "method-line-break",
        does: "Begins a second request in the method.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| {
            ask_for(
                host,
                &Request {
                    method: "GET / HTTP/1.1\r\n\r\nDELETE".to_owned(),
                    ..ask::get(&["documents", "D-1"])
                },
            )
        },
    },
    Behaviour {
        name: "method-connect",
        does: "Opens a tunnel.",
        action: SEND,
        end: End::Refused("invalid"),
        run: |host, _| {
            ask_for(host, &Request { method: "CONNECT".to_owned(), ..ask::get(&["documents", "D-1"]) })
        },
    },
];

fn at(host: &dyn Host, path: &[&str]) -> Result<SentDocument, Failure> {
    ask_for(host, &ask::get(path))
}

fn ask_for(host: &dyn Host, request: &Request) -> Result<SentDocument, Failure> {
    ask::send(host, request).map(|response| saw(ask::text(&response)))
}
