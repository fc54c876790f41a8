//! The files of a case: what was granted, what was made, and bodies that stand beside their exchange.
//!
//! Not here: small valid bytes of a kind of file (`placeholder.rs`).

use std::collections::BTreeMap;

use bytes::Bytes;
use countersign_sandbox::attachment::{AttachmentInfo, Shelf};

use super::Files;
use super::placeholder::{self, extension};
use crate::format::{CreatedFile, GrantedFile};
use crate::recording::Recording;
use crate::redact::Redaction;

/// The files of a case while it is made.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// Bytes by the name the case gives them.
    pub(super) named: BTreeMap<String, Bytes>,
    /// What the case cannot say as it was recorded.
    pub(super) notes: Vec<String>,
    granted: Vec<(u32, GrantedFile)>,
    created: Vec<(u32, CreatedFile)>,
}

/// The files of a recorded call, those it made with the numbers they get in the case.
pub(super) fn of(
    recording: &Recording,
    redaction: &Redaction,
    (shelf, files, numbers): (&Shelf, Files, &BTreeMap<u32, u32>),
) -> Made {
    let mut made = Made::default();
    let mut standing = Vec::new();
    let mut put = |made: &mut Made, place: String, info: &AttachmentInfo, number: u32| {
        let extension = extension(&info.name, &info.media_type);
        let file = format!("{place}.{extension}");
        let recorded = shelf.get(&info.sha256).filter(|_| files == Files::Recorded);
        let bytes = match recorded {
            Some(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => redaction.text(text).into_bytes(),
                Err(_) => bytes.to_vec(),
            },
            None => {
                standing.push(file.clone());
                placeholder::bytes(extension, number)
            }
        };
        made.named.insert(file.clone(), bytes.into());
        file
    };
    for info in &recording.granted {
        let file = put(&mut made, format!("attachments/{}", info.id), info, info.id);
        let (name, media_type) = (redaction.text(&info.name), info.media_type.clone());
        made.granted
            .push((info.id, GrantedFile { id: info.id, name, media_type, file: Some(file), filled: None }));
    }
    for info in &recording.created {
        let number = numbers.get(&info.id).copied().unwrap_or(info.id);
        let file = put(&mut made, format!("expected/{number}"), info, number);
        let (name, media_type) = (redaction.text(&info.name), info.media_type.clone());
        made.created.push((info.id, CreatedFile { name, media_type, file: Some(file), filled: None }));
    }
    if !standing.is_empty() {
        made.notes.push(format!("The bytes of {} are stand-ins.", standing.join(", ")));
    }
    made
}

impl Made {
    /// Keeps bytes that are too many or no text to stand inline; answers their name.
    pub(super) fn keep(&mut self, name: &str, bytes: Bytes) -> String {
        let name = format!("bodies/{name}");
        self.named.insert(name.clone(), bytes);
        name
    }

    /// Says once what the case cannot.
    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Whether this attachment was granted.
    pub(super) fn is_granted(&self, id: u32) -> bool {
        self.granted.iter().any(|(known, _)| *known == id)
    }

    /// The file that holds what became of an answer.
    pub(super) fn created(&self, id: u32) -> Option<&str> {
        self.created.iter().find(|(known, _)| *known == id).and_then(|(_, file)| file.file.as_deref())
    }

    pub(super) fn granted_files(&self) -> Vec<GrantedFile> {
        self.granted.iter().map(|(_, file)| file.clone()).collect()
    }

    pub(super) fn created_files(&self) -> Vec<CreatedFile> {
        self.created.iter().map(|(_, file)| file.clone()).collect()
    }
}
