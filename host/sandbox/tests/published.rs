//! The contract keeps what was published: `wit/` against the newest text under `wit/published/`.
//!
//! A change is told in words with the version it demands; what is compatible is accepted with `BLESS=1`.
//! Not here: what components are held to (`admission.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "published/change.rs"]
mod change;
#[path = "published/shape.rs"]
mod shape;

use std::path::{Path, PathBuf};

use change::{Weight, changes, demanded};
use semver::Version;
use shape::Contract;

/// What became of a look at the contract.
#[derive(Debug, PartialEq)]
enum Look {
    /// It is what was published.
    Same,
    /// It may be published under its version.
    ToBePublished,
    /// It may not, and why.
    Refused(String),
}

fn look(published: &Contract, now: &Contract) -> Look {
    let found = changes(published, now);
    let demanded = demanded(&published.version, &found);
    if now.version == published.version && found.is_empty() {
        return Look::Same;
    }
    if now.version >= demanded && now.version > published.version {
        return Look::ToBePublished;
    }
    let line = |change: &change::Change| match change.weight {
        Weight::Compatible => format!("  compatible: {}", change.words),
        Weight::Breaking => format!("  breaking: {}", change.words),
    };
    let lines: Vec<String> = found.iter().map(line).collect();
    Look::Refused(format!(
        "`wit/` differs from the published {} and says {}:\n{}\nit demands {demanded}; undo the change, or write \
         `package {}@{demanded};` in `wit/world.wit` and publish it with `BLESS=1 cargo test --workspace --test published`",
        published.version,
        now.version,
        lines.join("\n"),
        now.package,
    ))
}

fn wit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")
}

fn newest(published: &Path) -> PathBuf {
    let folders = std::fs::read_dir(published).unwrap().map(|entry| entry.unwrap().path());
    let version = |folder: &PathBuf| Version::parse(&folder.file_name().unwrap().to_string_lossy()).unwrap();
    folders.max_by_key(version).expect("at least one text is published")
}

/// Keeps the text of `wit/` under its version.
fn publish(now: &Contract, published: &Path) {
    let folder = published.join(now.version.to_string());
    std::fs::create_dir(&folder).unwrap();
    for entry in std::fs::read_dir(wit()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "wit") {
            std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
    }
}

#[test]
fn the_contract_keeps_what_was_published() {
    let folder = newest(&wit().join("published"));
    let (published, now) = (Contract::of_folder(&folder), Contract::of_folder(&wit()));
    assert_eq!(folder.file_name().unwrap().to_string_lossy(), published.version.to_string(), "{folder:?}");
    let (spoken, written) = (countersign_sandbox::contract::VERSION, now.version.to_string());
    let both = "`VERSION` in `host/sandbox/src/contract.rs` and `wit/world.wit` differ; change both";
    assert_eq!(spoken, written, "{both}");
    match look(&published, &now) {
        Look::Same => {}
        Look::ToBePublished if std::env::var_os("BLESS").is_some() => publish(&now, &wit().join("published")),
        Look::ToBePublished => panic!(
            "`wit/` says {} and that is not published yet; publish it with `BLESS=1 cargo test --workspace --test published`",
            now.version
        ),
        Look::Refused(words) => panic!("{words}"),
    }
}

#[test]
fn what_is_published_is_found_again_and_the_newest_counts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("0.0.9")).unwrap();
    let now = Contract::of_folder(&wit());
    publish(&now, folder.path());
    let published = Contract::of_folder(&newest(folder.path()));
    assert_eq!(look(&published, &now), Look::Same);
    assert!(now.parts.len() > 10 && now.parts["actions"].types.len() > 15, "the whole contract was read");
}

/// A small contract with one of its lines replaced.
fn text(from: &str, to: &str) -> Contract {
    let text = "package a:b@0.1.0;
interface types {
    type number = u32;
    record row { name: string, count: option<number> }
    enum state { draft, done }
    variant fault { other(string), lost }
}
interface verbs {
    use types.{row, fault};
    send: func(rows: list<row>) -> result<tuple<string, bool>, fault>;
}
interface clock { now: func() -> u64; }
world provider {
    import clock;
    export verbs;
}
";
    assert!(from.is_empty() || text.contains(from), "{from}");
    Contract::of_text(&if from.is_empty() { text.to_owned() } else { text.replace(from, to) })
}

/// A line of the contract, what takes its place, and what must be said of it; nothing where nothing changed.
const CHANGES: [(&str, &str, Option<&str>); 20] = [
    ("send: func", "/// Sends.\n    send: func", None),
    (
        "now: func() -> u64;",
        "now: func() -> u64; zone: func() -> s32;",
        Some("compatible: `clock`: `zone` is new"),
    ),
    (
        "interface clock",
        "interface more { all: func(); }\ninterface clock",
        Some("compatible: `more` is new"),
    ),
    ("enum state", "flags marks { red }\n    enum state", Some("compatible: `types`: `marks` is new")),
    ("import clock;", "import clock;\n    import types;", None),
    ("now: func() -> u64;", "", Some("breaking: `clock`: `now` is gone")),
    (
        "now: func() -> u64",
        "now: func() -> s64",
        Some("breaking: `clock`: `now` was `func() -> u64` and is `func() -> s64`"),
    ),
    ("rows: list<row>", "all: list<row>", Some("breaking: `verbs`: `send` was `func(rows: list<types.row>)")),
    ("tuple<string, bool>, fault", "tuple<string, bool>", Some("breaking: `verbs`: `send` was")),
    (
        "count: option<number>",
        "count: number",
        Some("breaking: `types.row`: `count` was `option<number>` and is `number`"),
    ),
    (
        "count: option<number>",
        "count: option<number>, more: bool",
        Some("breaking: `types.row`: the field `more` is new"),
    ),
    ("name: string, ", "", Some("breaking: `types.row`: the field `name` is gone")),
    (
        "name: string, count: option<number>",
        "count: option<number>, name: string",
        Some("breaking: `types.row`: the fields stand in another order"),
    ),
    ("draft, done", "draft, done, gone", Some("breaking: `types.state`: the case `gone` is new")),
    ("other(string), lost", "other(string)", Some("breaking: `types.fault`: the case `lost` is gone")),
    (
        "other(string), lost",
        "other(bool), lost",
        Some("breaking: `types.fault`: `other` was `string` and is `bool`"),
    ),
    ("type number = u32", "type number = u64", Some("breaking: `types.number`: `it` was `u32` and is `u64`")),
    (
        "enum state { draft, done }",
        "flags state { draft, done }",
        Some("breaking: `types.state` was `enum` and is `flags`"),
    ),
    ("    export verbs;\n", "", Some("breaking: `world provider`: `export verbs` is gone")),
    ("package a:b", "package a:c", Some("breaking: the package `a:b` is called `a:c`")),
];

#[test]
fn every_change_is_weighed_and_told() {
    for (from, to, expected) in CHANGES {
        let told = match look(&text("", ""), &text(from, to)) {
            Look::Same => None,
            Look::Refused(words) => Some(words),
            Look::ToBePublished => panic!("{from} → {to} has no new version"),
        };
        let fits = expected.is_none_or(|words| told.as_deref().unwrap_or_default().contains(words));
        assert!(told.is_some() == expected.is_some() && fits, "{from} → {to}: {told:?}");
        let demand =
            if expected.is_some_and(|words| words.starts_with("breaking")) { "0.2.0" } else { "0.1.1" };
        assert!(told.is_none_or(|words| words.contains(&format!("it demands {demand}"))), "{from} → {to}");
    }
}

#[test]
fn a_version_high_enough_may_be_published() {
    let with_version = |version: &str, from: &str, to: &str| {
        let mut now = text(from, to);
        now.version = Version::parse(version).unwrap();
        look(&text("", ""), &now)
    };
    let (compatible, breaking) = ("import clock;", "draft, done");
    for (version, publishable) in [("0.1.0", false), ("0.1.1", true), ("0.2.0", true), ("0.0.9", false)] {
        let look = with_version(version, "now: func() -> u64;", "now: func() -> u64; zone: func() -> s32;");
        assert_eq!(look == Look::ToBePublished, publishable, "{compatible} {version}");
    }
    for (version, publishable) in [("0.1.1", false), ("0.2.0", true), ("1.0.0", true)] {
        let look = with_version(version, breaking, "draft");
        assert_eq!(look == Look::ToBePublished, publishable, "{version}");
    }
}

#[test]
fn versions_rise_where_linkers_look() {
    let change = |weight| change::Change { weight, words: String::new() };
    let table = [
        ("0.1.0", None, "0.1.0"),
        ("0.1.3", Some(Weight::Compatible), "0.1.4"),
        ("0.1.3", Some(Weight::Breaking), "0.2.0"),
        ("1.2.3", Some(Weight::Compatible), "1.3.0"),
        ("1.2.3", Some(Weight::Breaking), "2.0.0"),
    ];
    for (published, weight, expected) in table {
        let found: Vec<_> = weight.into_iter().map(change).collect();
        assert_eq!(demanded(&Version::parse(published).unwrap(), &found).to_string(), expected);
    }
}
