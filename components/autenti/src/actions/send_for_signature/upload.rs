//! Uploads the files of a draft, each exactly once.
//!
//! A file uploaded twice would be signed twice, so an upload is not repeated before Autenti's list was read.

use countersign_sdk::contract::http::Repeat;
use countersign_sdk::contract::types::Failure;
use countersign_sdk::{Host, Part, failure};

use crate::challenge::fetch;
use crate::process::{at_process, read_files};
use crate::validation::SourceFile;
use crate::wire::file::{File, FileMeta, SOURCE_FILE};

const PDF: &str = "application/pdf";

/// One draft and what it is known to hold.
struct Uploads<'a> {
    host: &'a dyn Host,
    id: &'a str,
    /// Names of files that Autenti has, as often as it has them.
    held: Vec<String>,
}

/// Uploads the files, except those that Autenti already has.
pub(super) fn upload(
    host: &dyn Host,
    id: &str,
    files: &[SourceFile],
    present: &[File],
) -> Result<(), Failure> {
    let mut uploads = Uploads { host, id, held: source_names(present) };
    for (index, file) in files.iter().enumerate() {
        let earlier = files.iter().take(index).filter(|earlier| earlier.name == file.name).count();
        if uploads.held_count(&file.name) <= earlier {
            uploads.add(file).inspect_err(|failure| {
                // Files that went up before would make the host hold the call back, unless somebody looked since.
                if index > 0 && matches!(failure, Failure::Transient(_)) {
                    let _ = read_files(host, id);
                }
            })?;
        }
    }
    Ok(())
}

impl Uploads<'_> {
    fn held_count(&self, name: &str) -> usize {
        self.held.iter().filter(|held| *held == name).count()
    }

    /// One upload. When its fate is unknown, Autenti's list tells; when the file is not there after a second try,
    /// the next attempt goes on: the draft is not sent, so nothing is in doubt for people.
    fn add(&mut self, file: &SourceFile) -> Result<(), Failure> {
        let before = self.held_count(&file.name);
        let mut doubt = String::new();
        for _ in 0..2 {
            match self.post(file) {
                Err(Failure::InDoubt(what)) => doubt = what,
                Err(failure) => return Err(failure),
                Ok(()) => {
                    self.held.push(file.name.clone());
                    return Ok(());
                }
            }
            self.held = source_names(&read_files(self.host, self.id)?);
            if self.held_count(&file.name) > before {
                return Ok(());
            }
        }
        let message = format!("the upload of `{}` failed twice, and nothing was sent: {doubt}", file.name);
        Err(failure::transient(&message, None))
    }

    fn post(&self, file: &SourceFile) -> Result<(), Failure> {
        let meta = FileMeta { filename: &file.name, file_purpose: SOURCE_FILE, mime_type: PDF };
        let parts = vec![
            Part::field("fileMeta").json(&meta),
            Part::file("file", &file.name).content_type(PDF).attachment(file.attachment),
        ];
        let request = at_process("POST", self.id, Repeat::Once).segment("files").multipart(parts);
        fetch(self.host, request).map(drop)
    }
}

/// Names of the files that senders gave; a file without a purpose counts, an unknown purpose does not.
fn source_names(files: &[File]) -> Vec<String> {
    let given = files.iter().filter(|file| file.file_purpose.is_none() || file.is_for(SOURCE_FILE));
    given.filter_map(|file| file.filename.clone()).collect()
}
