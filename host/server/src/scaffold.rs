//! The files of a new provider, embedded from `components/templates`, `components/sdk` and `wit`.
//!
//! A template is a provider as it stands, named `example-sign`; naming it otherwise is all that is done to it. Not here:
//! the command (`cli/new.rs`), and whether this machine can build one (`scaffold/machine.rs`).

pub mod machine;
mod sdk;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use include_dir::{Dir, File, include_dir};
use serde::Serialize;

static TEMPLATES: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../components/templates");
static WIT: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../wit");

/// How the provider of the templates is named, in ids and for people.
const EXAMPLE: (&str, &str) = ("example-sign", "Example Sign");

/// The longest id that a host admits.
const ID_CHARS_MAX: usize = 64;

/// Languages that there is a template for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// With the SDK, whose sources come along.
    Rust,
    /// With componentize-js.
    Js,
    /// With componentize-py.
    Python,
}

/// The files of a provider, by their path in its folder.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

impl Language {
    /// The template's folder.
    fn folder(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Js => "js",
            Self::Python => "python",
        }
    }

    /// What to type in the new folder, up to the component.
    pub fn commands(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["cargo build --release --target wasm32-wasip2"],
            Self::Js => &["npm install", "npm run build"],
            Self::Python => &[
                "python3 -m venv .venv",
                ".venv/bin/pip install -r requirements.txt",
                ".venv/bin/componentize-py -d wit -w provider componentize --stub-wasi provider -o provider.wasm",
            ],
        }
    }

    /// Where they leave the component.
    pub fn component(self) -> &'static str {
        match self {
            Self::Rust => "target/wasm32-wasip2/release/provider.wasm",
            Self::Js | Self::Python => "provider.wasm",
        }
    }
}

/// Whether a manifest may have this id.
///
/// # Errors
/// What would be right.
pub fn check_id(id: &str) -> anyhow::Result<()> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.bytes().all(plain)
        && id.len() <= ID_CHARS_MAX
    {
        return Ok(());
    }
    bail!(
        "`{id}` is no provider id: at most {ID_CHARS_MAX} lower-case letters, digits and `-`, a letter first, \
         such as `acme-sign`"
    )
}

/// Everything a new provider begins with.
///
/// # Errors
/// When what the SDK's manifest inherits is not in the workspace this binary was built of.
pub fn files(language: Language, id: &str) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for file in all(&TEMPLATES) {
        // A language's files become those of the provider; the fixtures stay in their folder.
        let own = file.path().strip_prefix(language.folder()).ok();
        if let Some(path) = own.or_else(|| file.path().starts_with("fixtures").then(|| file.path())) {
            let path = named(&path.to_string_lossy(), id);
            files.insert(path.into(), named(&String::from_utf8_lossy(file.contents()), id).into());
        }
    }
    // What was published before stands below `wit/published`; a new provider begins with the contract of now.
    let contract = WIT.files().filter(|file| file.path().extension().is_some_and(|it| it == "wit"));
    files.extend(contract.map(|file| (Path::new("wit").join(file.path()), file.contents().to_vec())));
    if language == Language::Rust {
        files.extend(sdk::files()?);
    }
    Ok(files)
}

/// Writes them into a folder that is new or empty.
///
/// # Errors
/// When there is something in the folder, or it cannot be written.
pub fn write(folder: &Path, files: &Files) -> anyhow::Result<()> {
    let taken = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if taken || folder.is_file() {
        bail!("`{}` is there already and not empty; choose another name or `--folder`", folder.display());
    }
    for (path, bytes) in files {
        let path = folder.join(path);
        let above = path.parent().unwrap_or(folder);
        fs::create_dir_all(above).with_context(|| format!("making the folder `{}`", above.display()))?;
        fs::write(&path, bytes).with_context(|| format!("writing `{}`", path.display()))?;
    }
    Ok(())
}

/// The files of a folder and of the folders in it.
fn all(folder: &'static Dir<'static>) -> Vec<&'static File<'static>> {
    folder.files().chain(folder.dirs().flat_map(all)).collect()
}

/// A template's text, of the provider with this id.
fn named(text: &str, id: &str) -> String {
    let words = id.split('-').filter(|word| !word.is_empty()).map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    let name = words.collect::<Vec<_>>().join(" ");
    let (example_id, example_name) = EXAMPLE;
    text.replace(example_name, &name).replace(example_id, id)
}
