//! The SDK's sources, as a crate that stands by itself: it is on no registry, and a new provider needs no checkout.
//!
//! They are the repository's own bytes, and so is what its manifest inherits. Not here: the rest of a new provider.

use anyhow::{Context, bail};
use include_dir::{Dir, File, include_dir};

use super::{Files, all};

static SOURCES: Dir = include_dir!("$CARGO_MANIFEST_DIR/../../components/sdk/src");
const README: &str = include_str!("../../../../components/sdk/README.md");
const APACHE: &str = include_str!("../../../../LICENSE-APACHE");
const MIT: &str = include_str!("../../../../LICENSE-MIT");
const MANIFEST: &str = include_str!("../../../../components/sdk/Cargo.toml");
const WORKSPACE: &str = include_str!("../../../../Cargo.toml");

/// Where it lies in a provider's folder. The bindings look for `../../wit` from there, as they do in the repository.
const FOLDER: &str = "vendor/countersign-sdk";

pub(super) fn files() -> anyhow::Result<Files> {
    let place = |file: &File<'_>| format!("{FOLDER}/src/{}", file.path().display()).into();
    let mut files: Files =
        all(&SOURCES).into_iter().map(|file| (place(file), file.contents().to_vec())).collect();
    let manifest = standing_alone(MANIFEST, WORKSPACE)?;
    let others =
        [("README.md", README), ("LICENSE-APACHE", APACHE), ("LICENSE-MIT", MIT), ("Cargo.toml", &manifest)];
    files.extend(others.map(|(name, text)| (format!("{FOLDER}/{name}").into(), text.into())));
    Ok(files)
}

/// A member's manifest with the workspace's values in the place of what it inherits; its lints are the repository's.
fn standing_alone(manifest: &str, workspace: &str) -> anyhow::Result<String> {
    let mut lines = Vec::new();
    let manifest = manifest.replace("[lints]\nworkspace = true\n\n", "");
    for line in manifest.lines() {
        let (key, inherits) = match line.split_once(" = { workspace = true }") {
            Some((key, "")) => (key, true),
            _ => {
                (line.strip_suffix(".workspace = true").unwrap_or(line), line.ends_with(".workspace = true"))
            }
        };
        if !inherits && line.contains("workspace") {
            bail!("the line `{line}` of the SDK's manifest inherits in a way that is not known");
        }
        let value = workspace.lines().find(|line| line.starts_with(&format!("{key} = ")));
        lines.push(if inherits {
            value.with_context(|| format!("the workspace has no `{key}`"))?
        } else {
            line
        });
    }
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inherited_is_written_out() {
        let manifest = standing_alone(MANIFEST, WORKSPACE).unwrap();
        assert!(!manifest.contains("workspace"), "{manifest}");
        for inherited in ["version", "edition", "rust-version", "license", "wit-bindgen", "serde", "base64"] {
            let written = manifest.lines().find(|line| line.starts_with(&format!("{inherited} = ")));
            assert!(WORKSPACE.lines().any(|line| Some(line) == written), "{inherited}: {written:?}");
        }
    }

    #[test]
    fn what_cannot_be_written_out_is_told() {
        for (line, expected) in [
            ("serde = { workspace = true, features = [\"rc\"] }", "in a way that is not known"),
            ("nothing.workspace = true", "the workspace has no `nothing`"),
        ] {
            let error = standing_alone(line, WORKSPACE).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
