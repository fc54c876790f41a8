//! Fetching the signed document and the signature card.

use autenti::Autenti;
use countersign_sdk::Provider;
use countersign_sdk::contract::actions::{DocumentInput, DocumentPart, DownloadInput};
use countersign_sdk::fake::{Exchange, Fake, request};
use serde_json::{Value, json};

use crate::given::{PROCESS, code, document, reads_process};

const SIGNED: &str = "FILE-SIGNED_CONTENT_FILE:9/DTBS";

pub(crate) fn download(document: DocumentInput, parts: &[DocumentPart], name: Option<&str>) -> DownloadInput {
    DownloadInput { document, parts: parts.to_vec(), name: name.map(str::to_owned) }
}

fn completed(files: Value) -> Value {
    json!({ "id": PROCESS, "status": "COMPLETED", "files": files })
}

fn files() -> Value {
    json!([
        { "id": "FILE-SOURCE_FILE:1", "filename": "Umowa.pdf", "filePurpose": "SOURCE_FILE" },
        { "id": "FILE-ARCHIVE:1", "filename": "all.zip", "filePurpose": "CONTENT_ARCHIVE" },
        { "id": "FILE-PARTIAL:1", "filename": "part.pdf", "filePurpose": "PARTIALLY_SIGNED_CONTENT_FILE" },
        { "id": SIGNED, "filename": "Umowa-signed", "filePurpose": "SIGNED_CONTENT_FILE" },
        { "id": "FILE-CARD:1", "filename": "card.pdf", "filePurpose": "SIGNATURE_CARD" },
    ])
}

fn content(id: &str, bytes: &[u8]) -> Exchange {
    request("GET", &["document-processes", PROCESS, "files", id, "content"]).answer_bytes(bytes)
}

#[test]
fn the_signed_file_becomes_an_attachment() {
    let host =
        Fake::new().expect(reads_process(&completed(files()))).expect(content(SIGNED, b"%PDF-1.7 signed"));
    let found = Autenti::get_document(&host, &download(document(), &[], None)).unwrap();
    assert_eq!(found.status.unwrap().code, "COMPLETED");
    let [file] = found.files.as_slice() else { panic!("one file") };
    assert_eq!((file.part, file.name.as_str()), (DocumentPart::Signed, "Umowa-signed.pdf"));
    assert_eq!(host.bytes_of(file.attachment).unwrap(), b"%PDF-1.7 signed");
    assert_eq!(
        host.name_of(file.attachment).unwrap(),
        ("Umowa-signed.pdf".to_owned(), "application/pdf".to_owned())
    );
}

#[test]
fn the_card_comes_beside_it_under_its_own_name() {
    use DocumentPart::{Certificate, Signed};
    for (name, expected) in [
        (None, ["Umowa-signed.pdf", "card.pdf"]),
        (Some("Final.PDF"), ["Final.PDF", "Final-signature-card.pdf"]),
        (Some("x/Final"), ["Final.pdf", "Final-signature-card.pdf"]),
    ] {
        let host = Fake::new()
            .expect(reads_process(&completed(files())))
            .expect(content(SIGNED, b"%PDF-1.7 signed"))
            .expect(content("FILE-CARD:1", b"%PDF-1.7 card"));
        let found = Autenti::get_document(&host, &download(document(), &[Signed, Certificate, Signed], name))
            .unwrap();
        assert_eq!(found.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_card_that_does_not_exist_is_no_reason_to_withhold_the_document() {
    let only_signed = json!([{ "id": SIGNED, "filename": "u.pdf", "filePurpose": "SIGNED_CONTENT_FILE" }]);
    let both = [DocumentPart::Certificate, DocumentPart::Signed];
    let host =
        Fake::new().expect(reads_process(&completed(only_signed.clone()))).expect(content(SIGNED, b"%PDF-"));
    assert_eq!(Autenti::get_document(&host, &download(document(), &both, None)).unwrap().files.len(), 1);
    let host = Fake::new().expect(reads_process(&completed(only_signed)));
    let alone =
        Autenti::get_document(&host, &download(document(), &[DocumentPart::Certificate], None)).unwrap_err();
    assert_eq!(code(&alone), "no-signature-card");
}

#[test]
fn too_early_too_late_and_wrong_content() {
    let unfinished = json!([{ "id": "FILE-PARTIAL:1", "filePurpose": "PARTIALLY_SIGNED_CONTENT_FILE" }]);
    let nameless = json!([{ "id": " ", "filePurpose": "SIGNED_CONTENT_FILE" }]);
    let process = |status: &str| reads_process(&json!({ "status": status, "files": files() }));
    let done = || reads_process(&completed(files()));
    let cases: Vec<(&str, Vec<Exchange>, &str)> = vec![
        ("still signing", vec![process("PROCESSING")], "NotReady"),
        ("ambiguous word", vec![process("SUCCESS")], "NotReady"),
        ("unknown word", vec![process("NEW_WORD")], "NotReady"),
        ("refused", vec![process("REJECTED")], "REJECTED"),
        ("withdrawn", vec![process("WITHDRAWN")], "WITHDRAWN"),
        ("the file lags behind", vec![reads_process(&completed(unfinished))], "NotReady"),
        ("no files at all", vec![reads_process(&json!({ "status": "COMPLETED" }))], "NotReady"),
        ("no id", vec![reads_process(&completed(nameless))], "empty-file-id"),
        ("a web page", vec![done(), content(SIGNED, b"<html>maintenance</html>")], "not-a-pdf"),
        ("gone", vec![done(), content(SIGNED, b"").answers(404)], "NotFound"),
        ("busy", vec![done(), content(SIGNED, b"").answers(503)], "Transient"),
    ];
    for (name, script, expected) in cases {
        let host = script.into_iter().fold(Fake::new(), Fake::expect);
        let failure = Autenti::get_document(&host, &download(document(), &[], None)).unwrap_err();
        assert_eq!(code(&failure), expected, "{name}");
    }
}
