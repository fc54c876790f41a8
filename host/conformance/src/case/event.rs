//! Reading the folder of a message: `case.json`, `request.json`, and the file that may hold its body.
//!
//! Not here: what is done with it (`run.rs`).

use std::collections::BTreeSet;
use std::path::Path;

use countersign_sandbox::contract::events::{InboundHeader, InboundRequest};

use super::files::{CASE, read};
use super::folder::{Place, read_named};
use super::{CaseError, EventCase, check};
use crate::format::event::{EventCaseFile, InboundFile};

const REQUEST: &str = "request.json";

pub(super) fn load(folder: &Path) -> Result<EventCase, CaseError> {
    let place = Place::of(folder)?;
    let path = folder.join(CASE);
    let file: EventCaseFile = read(&path)?;
    check::check_words(&path, &file.docs, &file.covers)?;
    check::check_reading(&path, file.outcome.as_ref(), file.rejection.as_ref())?;
    let request = folder.join(REQUEST);
    let inbound: InboundFile = read(&request)?;
    check::check_words(&request, &inbound.docs, &[])?;
    let names: BTreeSet<&str> = inbound.body.iter().filter_map(|body| body.files()).collect();
    let known = |name: &str| name == CASE || name == REQUEST || names.contains(name);
    let named = read_named(folder, &names, &known)?;
    let file_bytes = |name: &str| named.get(name).cloned().unwrap_or_default();
    let (body, implied) = inbound.body.as_ref().map(|body| body.bytes(&file_bytes)).unwrap_or_default();
    let header = |name: &str, value: String| InboundHeader { name: name.to_ascii_lowercase(), value };
    let mut headers: Vec<InboundHeader> =
        inbound.headers.iter().map(|given| header(&given.name, given.value.written())).collect();
    if let Some(implied) = implied.filter(|_| headers.iter().all(|header| header.name != "content-type")) {
        headers.insert(0, header("content-type", implied.to_owned()));
    }
    let InboundFile { method, path, query, .. } = inbound;
    let request = InboundRequest { method, path, query, headers, body: body.to_vec() };
    Ok(EventCase { name: place.name, provider: place.provider, file, request })
}
