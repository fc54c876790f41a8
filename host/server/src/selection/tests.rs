//! The two queries of WEBCON's article on Autenti, as they stand there, and what no query may do.

use countersign_workflow::form::Attachment;

use super::{check, select};

/// All files of the instance that are not deleted (WEBCON article on Autenti, 2026-04).
const ALL: &str = "SELECT
ATT_ID
FROM WFDataAttachmets
WHERE
ATT_WFDID = {WFD_ID}
AND ATT_IsDeleted = 0";

/// Those whose first attribute is set (WEBCON article on Autenti, 2026-04).
const BY_ATTRIBUTE: &str = "SELECT
ATT_ID
FROM WFDataAttachmets
WHERE
ATT_WFDID = {WFD_ID}
AND dbo.ClearWFElemID(ATT_Attribute1) = 1
AND ATT_IsDeleted = 0";

fn files() -> Vec<Attachment> {
    let file = |id: u32, name: &str, attributes: &[&str], deleted| Attachment {
        id,
        name: name.to_owned(),
        media_type: "application/pdf".to_owned(),
        size: 10,
        sha256: String::new(),
        category: "to-sign".to_owned(),
        attributes: attributes.iter().map(|name| (*name).to_owned()).collect(),
        deleted,
    };
    vec![
        file(1, "contract.pdf", &["for-signature"], false),
        file(2, "annex.pdf", &[], false),
        file(3, "old.pdf", &["for-signature"], true),
        file(4, "price list.pdf", &["confidential", "for-signature"], false),
    ]
}

#[test]
fn queries_select_files_of_this_instance() {
    let cases: [(&str, &[u32]); 8] = [
        (ALL, &[1, 2, 4]),
        (BY_ATTRIBUTE, &[1, 4]),
        ("select id from attachments where name like '%annex%'", &[2]),
        ("SELECT id FROM attachments WHERE instance = {WFD_ID} ORDER BY name DESC", &[4, 3, 1, 2]),
        ("SELECT ATT_ID FROM WFDataAttachmets WHERE ATT_WFDID = 8", &[]),
        ("SELECT ATT_ID FROM WFDataAttachmets WHERE dbo.ClearWFElemID(ATT_Attribute2) = 1", &[4]),
        (
            "SELECT a.ATT_ID FROM WFDataAttachmets a, attachments b WHERE a.ATT_ID = b.id AND b.deleted = 0",
            &[1, 2, 4],
        ),
        (
            "SELECT ATT_ID FROM WFDataAttachmets WHERE ATT_ID IN (SELECT id FROM attachments WHERE size > 9)",
            &[1, 2, 3, 4],
        ),
    ];
    let attributes = ["for-signature".to_owned(), "confidential".to_owned()];
    for (query, expected) in cases {
        assert_eq!(select(query, 7, &files(), &attributes).as_deref(), Ok(expected), "{query}");
    }
}

#[test]
fn everything_else_is_refused_in_words() {
    let cases = [
        ("", "exactly one `SELECT`"),
        ("SELEC id", "cannot be read"),
        ("DELETE FROM attachments", "plain `SELECT`"),
        ("SELECT 1; DROP TABLE attachments", "exactly one `SELECT`"),
        ("SELECT id INTO x FROM attachments", "plain `SELECT`"),
        ("WITH x AS (SELECT 1 AS id) SELECT id FROM x", "plain `SELECT`"),
        ("SELECT id FROM attachments UNION SELECT id FROM attachments", "plain `SELECT`"),
        ("SELECT name FROM sqlite_master", "reads `sqlite_master`"),
        (
            "SELECT id FROM attachments WHERE id IN (SELECT rootpage FROM sqlite_master)",
            "reads `sqlite_master`",
        ),
        ("SELECT id FROM other.attachments", "reads `other.attachments`"),
    ];
    for (query, expected) in cases {
        let refused = check(query).unwrap_err();
        assert!(refused.contains(expected), "{query}: {refused}");
    }
    let long = format!("SELECT id FROM attachments WHERE name = '{}'", "x".repeat(9_000));
    assert!(check(&long).unwrap_err().contains("longer than"));
}

#[test]
fn a_query_that_fails_or_runs_away_is_stopped() {
    let no_column = select("SELECT missing FROM attachments", 7, &files(), &[]).unwrap_err();
    assert!(no_column.contains("no such column") && no_column.contains("SELECT missing"), "{no_column}");
    let no_number = select("SELECT name FROM attachments", 7, &files(), &[]).unwrap_err();
    assert!(no_number.contains("failed"), "{no_number}");
    let wide = (0..16).map(|n| format!("attachments t{n}")).collect::<Vec<_>>().join(", ");
    let endless = select(&format!("SELECT count(*) FROM {wide}"), 7, &files(), &[]).unwrap_err();
    assert!(endless.contains("interrupted"), "{endless}");
}
