//! Paper: a provider without a provider. It asks nobody, mails nobody, and signs by itself after a while.
//!
//! Made to be tried without an account and to be read first: this is a whole provider. A call runs in a fresh
//! instance of the component, so nothing can be remembered and checks cannot be counted. What Paper must know of a
//! document it writes into the id that it answers, `paper-<when it is signed>-<client reference>`, and compares that
//! with the clock of the call: with `signs-after-seconds: 7200`, the third of three hourly checks finds it signed.
//! Not here: the signed page (`page`), and `list-changes`: who remembers nothing has no list. A verb that is not
//! written answers `unsupported`, and is left out of the manifest.

mod page;

use countersign_sdk::contract::actions::{
    DocumentInput, DocumentPart, DownloadInput, DownloadedDocument, DownloadedFile, RecipientStatus,
    RecipientsInput, Reminded, ReminderInput, SendInput, SentDocument, SigningLinks, SkippedRow,
    WithdrawInput, Withdrawn,
};
use countersign_sdk::contract::data_sources::{Row, RowsInput, Source};
use countersign_sdk::contract::manifest::{Description, SettingDeclaration, SettingKind};
use countersign_sdk::contract::types::{
    DocumentState, DocumentStatus, Failure, Recipient, RecipientState, TimestampMs, Translation,
};
use countersign_sdk::recipients::choice_id;
use countersign_sdk::rows::{filter, row, translated};
use countersign_sdk::{Host, Provider, declare, export_provider, failure, pdf, unknown_source};

/// The provider. It has no fields: calls share nothing.
pub struct Paper;

/// The setting of a connection that says how long signing takes.
const SIGNS_AFTER: &str = "signs-after-seconds";

/// The words that Paper has for a document; the first two also for each of its recipients.
const SENT: &str = "SENT";
const SIGNED: &str = "SIGNED";
const WITHDRAWN: &str = "WITHDRAWN";

/// What a recipient can be.
const SIGNER: &str = "SIGNER";

/// An id and its name for people.
type Named = (&'static str, &'static str);

/// Each data source: id, name, and its rows.
const SOURCES: [(&str, &str, &[Named]); 4] = [
    ("document-status", "Document status", &[(SENT, "Sent"), (SIGNED, "Signed"), (WITHDRAWN, "Withdrawn")]),
    ("recipient-roles", "Recipient roles", &[(SIGNER, "Signer")]),
    ("recipient-status", "Recipient status", &[(SENT, "Sent"), (SIGNED, "Signed")]),
    ("signature-types", "Signature types", &[("BASIC", "By pen")]),
];

impl Provider for Paper {
    /// What a host reads before anything runs. Only what is declared here can be asked for, and only requests that
    /// an action declares as `egress` could leave; Paper has no connection, so none can.
    fn describe() -> Description {
        let action = |name, label| declare::action(name, english(label), Vec::new());
        Description {
            id: "paper".to_owned(),
            names: english("Paper"),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            publisher: "Countersign".to_owned(),
            licence: "Apache-2.0 OR MIT".to_owned(),
            contract_minimum: "0.1.0".to_owned(),
            deprecated: None,
            experimental: false,
            connections: Vec::new(),
            settings: vec![SettingDeclaration {
                default: Some("0".to_owned()),
                ..declare::setting(
                    SIGNS_AFTER,
                    &[("en", "Signs after")],
                    "How many seconds after sending everybody has signed; 0 is the first check.",
                    SettingKind::Integer,
                )
            }],
            actions: vec![
                action("send-for-signature", "(PAPER) Send for signature"),
                action("get-document-status", "(PAPER) Get document status"),
                action("get-recipient-statuses", "(PAPER) Get recipient statuses"),
                action("get-document", "(PAPER) Get document"),
                action("get-signing-link", "(PAPER) Get signing link"),
                action("send-reminders", "(PAPER) Send reminders"),
                action("withdraw-document", "(PAPER) Withdraw document"),
            ],
            webhooks: Vec::new(),
        }
    }

    /// A wrong input is the caller's fault and names its field. Then the id is told to the host at once, so that a
    /// crash right after does not lose it: the next attempt brings it back as `resume-document`.
    fn send_for_signature(host: &dyn Host, input: &SendInput) -> Result<SentDocument, Failure> {
        check(host, input)?;
        let signed_at = host.now().saturating_add(waits_ms(host)?);
        let fresh = || format!("paper-{signed_at}-{}", input.client_reference);
        let document_id = input.resume_document.clone().unwrap_or_else(fresh);
        host.document_created(&document_id);
        Ok(SentDocument {
            document_id,
            link: None,
            status: Some(document_status(false)),
            recipients: Vec::new(),
        })
    }

    fn get_document_status(host: &dyn Host, input: &DocumentInput) -> Result<DocumentStatus, Failure> {
        let signed = is_signed(host, &input.document_id)?;
        Ok(document_status(signed))
    }

    /// Everybody signs at the same moment. Paper does not know who took part, so every row is answered.
    fn get_recipient_statuses(
        host: &dyn Host,
        input: &RecipientsInput,
    ) -> Result<Vec<RecipientStatus>, Failure> {
        let signed = is_signed(host, &input.document.document_id)?;
        let (code, state) =
            if signed { (SIGNED, RecipientState::Done) } else { (SENT, RecipientState::Notified) };
        let status = |row_key: &String| RecipientStatus {
            row_key: row_key.clone(),
            code: code.to_owned(),
            state,
            reason: None,
            provider_reference: None,
        };
        Ok(input.recipients.iter().map(|recipient| status(&recipient.row_key)).collect())
    }

    /// Too early is `not-ready`: the host may ask again later.
    fn get_document(host: &dyn Host, input: &DownloadInput) -> Result<DownloadedDocument, Failure> {
        let id = &input.document.document_id;
        if !is_signed(host, id)? {
            return Err(Failure::NotReady(format!(
                "the document is `{SENT}`; the page exists from {SIGNED} on"
            )));
        }
        if !input.parts.is_empty() && !input.parts.contains(&DocumentPart::Signed) {
            return Err(failure::rejected("no-certificate", "Paper keeps no list of signatures"));
        }
        let name = pdf::file_name(input.name.as_deref().unwrap_or_default(), "signed.pdf");
        let attachment = host
            .create_attachment(&name, "application/pdf", &page::page(id))
            .map_err(|problem| failure::of_attachment(problem, "files"))?;
        let files = vec![DownloadedFile { part: DocumentPart::Signed, attachment, name }];
        Ok(DownloadedDocument { files, status: Some(document_status(true)) })
    }

    /// Paper has no page to sign on. That is no failure: each row says why it has no link.
    fn get_signing_link(host: &dyn Host, input: &RecipientsInput) -> Result<SigningLinks, Failure> {
        is_signed(host, &input.document.document_id)?;
        let reason = || "Paper is signed by itself, without a link".to_owned();
        let skipped = |row: &Recipient| SkippedRow { row_key: row.row_key.clone(), reason: reason() };
        Ok(SigningLinks { links: Vec::new(), skipped: input.recipients.iter().map(skipped).collect() })
    }

    /// A reminder that reached nobody must not look like one that did.
    fn send_reminders(host: &dyn Host, input: &ReminderInput) -> Result<Reminded, Failure> {
        is_signed(host, &input.document.document_id)?;
        Err(Failure::NotReady("Paper mails nobody, so nobody can be reminded".to_owned()))
    }

    /// Only what is not signed can be taken back. Who took it back must remember it: Paper cannot, and would find the
    /// document signed later on.
    fn withdraw_document(host: &dyn Host, input: &WithdrawInput) -> Result<Withdrawn, Failure> {
        if is_signed(host, &input.document.document_id)? {
            return Err(failure::rejected(SIGNED, "the document is signed; nothing is left to take back"));
        }
        let status = DocumentStatus { code: WITHDRAWN.to_owned(), state: DocumentState::Cancelled };
        Ok(Withdrawn { status: Some(status) })
    }

    fn sources() -> Vec<Source> {
        let source = |(id, name, _): &(&str, &str, _)| Source {
            id: (*id).to_owned(),
            names: english(name),
            columns: Vec::new(),
            needs_connection: false,
        };
        SOURCES.iter().map(source).collect()
    }

    fn rows(_host: &dyn Host, input: &RowsInput) -> Result<Vec<Row>, Failure> {
        let found = SOURCES.iter().find(|(id, ..)| *id == input.source);
        let (.., values) = found.ok_or_else(|| unknown_source(&input.source))?;
        let rows = values.iter().map(|(id, name)| row(id, name, &[])).collect();
        Ok(filter(rows, input.filter.as_deref()))
    }
}

// Makes the exports of the component, when it is built for wasm.
export_provider!(Paper);

fn check(host: &dyn Host, input: &SendInput) -> Result<(), Failure> {
    if input.recipients.is_empty() {
        return Err(failure::invalid("recipients", "is empty; add at least one signer"));
    }
    for (index, recipient) in input.recipients.iter().enumerate() {
        if choice_id(&recipient.role) != SIGNER {
            let reason = format!("`{}` is no role; Paper knows only `{SIGNER}`", recipient.role);
            return Err(failure::invalid(format!("recipients[{index}].role"), reason));
        }
    }
    if input.documents.is_empty() {
        return Err(failure::invalid("documents", "is empty; attach at least one file"));
    }
    for (index, id) in input.documents.iter().enumerate() {
        let field = format!("documents[{index}]");
        host.describe_attachment(*id).map_err(|problem| failure::of_attachment(problem, &field))?;
    }
    Ok(())
}

/// How long signing takes, as the operator set it.
fn waits_ms(host: &dyn Host) -> Result<u64, Failure> {
    let Some(text) = host.connection_setting(SIGNS_AFTER) else { return Ok(0) };
    let seconds: u64 = text.trim().parse().map_err(|_| {
        failure::invalid(format!("settings.{SIGNS_AFTER}"), format!("`{text}` is no number of seconds"))
    })?;
    Ok(seconds.saturating_mul(1000))
}

/// Whether the moment that the id names has come.
fn is_signed(host: &dyn Host, id: &str) -> Result<bool, Failure> {
    if id.trim().is_empty() {
        return Err(failure::invalid(
            "document-id",
            "is empty: nothing was sent yet; send it for signature first",
        ));
    }
    let moment = id.strip_prefix("paper-").and_then(|rest| rest.split_once('-'));
    let signed_at: Option<TimestampMs> = moment.and_then(|(moment, _)| moment.parse().ok());
    Ok(signed_at.ok_or(Failure::NotFound)? <= host.now())
}

fn document_status(signed: bool) -> DocumentStatus {
    let (code, state) =
        if signed { (SIGNED, DocumentState::Completed) } else { (SENT, DocumentState::InProgress) };
    DocumentStatus { code: code.to_owned(), state }
}

fn english(text: &str) -> Vec<Translation> {
    translated(&[("en", text)])
}
