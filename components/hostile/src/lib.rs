//! A provider that misbehaves on purpose: one misbehaviour per call, chosen by the setting `behaviour`.
//!
//! It shows what a sandbox is for, and that it holds. The misbehaviours stand in [`behaviour`], each with a sentence
//! and with the way a sound sandbox ends it; the data source `behaviours` lists them for hosts.
//! Not here: what the host does about them.

mod ask;
pub mod behaviour;
mod manifest;
mod raw;

use behaviour::{BEHAVIOURS, Order};
use countersign_sdk::contract::actions::{
    DocumentInput, DocumentPart, DownloadInput, DownloadedDocument, DownloadedFile, SendInput, SentDocument,
};
use countersign_sdk::contract::data_sources::{Row, RowsInput, Source};
use countersign_sdk::contract::events::{InboundRequest, Reading, Rejection};
use countersign_sdk::contract::manifest::Description;
use countersign_sdk::contract::types::{DocumentState, DocumentStatus, Failure};
use countersign_sdk::{Host, Provider, export_provider, unknown_source};

/// The provider.
pub struct Hostile;

impl Provider for Hostile {
    fn describe() -> Description {
        manifest::description()
    }

    fn send_for_signature(host: &dyn Host, input: &SendInput) -> Result<SentDocument, Failure> {
        let order = Order { settings: &input.settings, otherwise: &input.title };
        order.run(host)
    }

    fn get_document_status(host: &dyn Host, input: &DocumentInput) -> Result<DocumentStatus, Failure> {
        let order = Order { settings: &input.settings, otherwise: &input.document_id };
        let answer = order.run(host)?;
        Ok(DocumentStatus { code: answer.link.unwrap_or(answer.document_id), state: DocumentState::Other })
    }

    fn get_document(host: &dyn Host, input: &DownloadInput) -> Result<DownloadedDocument, Failure> {
        let order = Order { settings: &input.document.settings, otherwise: &input.document.document_id };
        let attachment = order.run(host)?.link.and_then(|number| number.parse().ok()).unwrap_or_default();
        let name = "signed.pdf".to_owned();
        let files = vec![DownloadedFile { part: DocumentPart::Signed, attachment, name }];
        Ok(DownloadedDocument { files, status: None })
    }

    fn sources() -> Vec<Source> {
        vec![manifest::behaviours_source()]
    }

    fn rows(_host: &dyn Host, input: &RowsInput) -> Result<Vec<Row>, Failure> {
        if input.source != manifest::SOURCE {
            return Err(unknown_source(&input.source));
        }
        Ok(BEHAVIOURS
            .iter()
            .flat_map(|family| family.members.iter().map(|member| member.row(family.name)))
            .collect())
    }

    /// Reaches for the network from a function that must be pure.
    fn read_event(_request: &InboundRequest) -> Result<Reading, Rejection> {
        raw::reach_out();
        Ok(Reading { events: Vec::new(), reply: None })
    }
}

export_provider!(Hostile);
