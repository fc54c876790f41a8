//! Reading secrets from where the operator keeps them.
//!
//! Not here: which secret a scheme needs (`config.rs`) and whether it is usable (`credentials.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::config::{ConnectionConfig, SecretReference};

/// No secret is larger; a path that names a device or a log must not be read to its end.
const SECRET_BYTES_MAX: u64 = 256 * 1024;

/// A secret file's content and how well it is guarded.
pub struct SecretFile {
    /// Its text, as it stands.
    pub text: SecretString,
    /// True when everybody on the machine may read it.
    pub world_readable: bool,
}

/// Where secrets are read from.
pub trait SecretReader: Send + Sync {
    /// The environment variable of this name.
    fn variable(&self, name: &str) -> Option<SecretString>;

    /// The file at this path.
    ///
    /// # Errors
    /// When it cannot be read, is not UTF-8 or is too large to be a secret.
    fn file(&self, path: &Path) -> io::Result<SecretFile>;
}

/// The secrets of this process: its environment, captured once at start, and the file system.
///
/// Capture it before other threads start, then take [`ProcessSecrets::captured`] out of the environment: child
/// processes inherit it. Reloading the configuration later still finds the captured values here.
#[derive(Default)]
pub struct ProcessSecrets {
    captured: BTreeMap<String, SecretString>,
}

/// The environment variables that these connections keep secrets in.
pub fn secret_variables<'a>(connections: impl IntoIterator<Item = &'a ConnectionConfig>) -> BTreeSet<String> {
    connections
        .into_iter()
        .flat_map(references)
        .filter_map(|reference| match reference {
            SecretReference::Env(name) => Some(name.clone()),
            SecretReference::File(_) | SecretReference::Connection(_) => None,
        })
        .collect()
}

fn references(connection: &ConnectionConfig) -> impl Iterator<Item = &SecretReference> {
    let of_roles = connection.roles.values().flat_map(|role| role.secrets()).map(|(_, reference)| reference);
    let of_webhook = connection.webhook.iter().flat_map(|webhook| webhook.authentication.secrets());
    of_roles.chain(of_webhook)
}

impl ProcessSecrets {
    /// Takes these variables out of the environment as it is now, see [`secret_variables`].
    #[must_use]
    pub fn capture(names: &BTreeSet<String>) -> Self {
        let read =
            |name: &String| std::env::var(name).ok().map(|value| (name.clone(), SecretString::from(value)));
        Self { captured: names.iter().filter_map(read).collect() }
    }

    /// The names that were found: what the binary must remove from the environment, its own and its children's.
    pub fn captured(&self) -> impl Iterator<Item = &str> {
        self.captured.keys().map(String::as_str)
    }
}

impl SecretReader for ProcessSecrets {
    fn variable(&self, name: &str) -> Option<SecretString> {
        let captured = self.captured.get(name).map(|value| SecretString::from(value.expose_secret()));
        captured.or_else(|| std::env::var(name).ok().map(SecretString::from))
    }

    fn file(&self, path: &Path) -> io::Result<SecretFile> {
        let file = std::fs::File::open(path)?;
        let world_readable = world_readable(&file.metadata()?);
        let mut text = String::new();
        file.take(SECRET_BYTES_MAX + 1).read_to_string(&mut text)?;
        let text = SecretString::from(text);
        if text.expose_secret().len() as u64 > SECRET_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than any secret (256 KiB)"));
        }
        Ok(SecretFile { text, world_readable })
    }
}

#[cfg(unix)]
fn world_readable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o004 != 0
}

#[cfg(not(unix))]
fn world_readable(_: &std::fs::Metadata) -> bool {
    false
}
