//! Looking for credentials in everything that comes of a call: nothing may hold one.
//!
//! The words are the fixture's own, so that finding one says where a real one would have gone. Not here: keeping
//! credentials away from components (the sandbox), which this checks.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use countersign_sandbox::{CallEnd, LogSource};
use memchr::memmem;
use serde_json::json;

use crate::run::result;
use crate::verdict::Difference;

/// The credentials of a connection, in the forms in which they are looked for.
pub(crate) struct Credentials {
    forms: Vec<(String, Vec<u8>)>,
}

impl Credentials {
    /// These, by name.
    pub(crate) fn of(words: &BTreeMap<String, String>) -> Self {
        let forms = words.iter().flat_map(|(name, word)| {
            let encoded = url::form_urlencoded::byte_serialize(word.as_bytes()).collect();
            let (standard, url) = (STANDARD_NO_PAD.encode(word), URL_SAFE_NO_PAD.encode(word));
            let all = [word.clone(), standard, url, hex::encode(word), encoded];
            all.map(|form| (name.clone(), form.into_bytes()))
        });
        Self { forms: forms.collect() }
    }

    /// Every place of the end of a call that holds a credential; files it made are given by name and content.
    pub(crate) fn found_in(&self, end: &CallEnd, files: &[(String, bytes::Bytes)]) -> Vec<Difference> {
        let mut places = vec![("result".to_owned(), result(end).to_string().into_bytes())];
        places.extend(end.document_id.iter().map(|id| ("document-created".to_owned(), id.clone().into())));
        places.extend(end.log.iter().map(|line| {
            let place = if line.source == LogSource::Console { "console" } else { "log" };
            (place.to_owned(), json!([line.message, line.pairs]).to_string().into_bytes())
        }));
        for exchange in &end.exchanges {
            let number = exchange.number;
            places.push((format!("request {number}"), json!(exchange.request).to_string().into_bytes()));
            places.push((format!("response {number}"), json!(exchange.response).to_string().into_bytes()));
        }
        let mut found: Vec<Difference> =
            places.iter().filter_map(|(place, bytes)| self.found(place, bytes)).collect();
        found.extend(files.iter().filter_map(|(name, bytes)| self.found(&format!("file {name}"), bytes)));
        found
    }

    fn found(&self, place: &str, bytes: &[u8]) -> Option<Difference> {
        let (name, _) = self.forms.iter().find(|(_, form)| memmem::find(bytes, form).is_some())?;
        let key = format!("credentials.{name}");
        let actual = format!("it stands in: {place}");
        Some(Difference::at(key, "a credential that leaves the host nowhere", actual).of("connection.json"))
    }
}
