//! `countersign.lock`: what the operator approved of each provider component, beside the configuration.
//!
//! The first start writes it; later ones take the same or less, and refuse more until `countersign approve`.
//! Not here: how two components differ (`sandbox/capabilities`).

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use countersign_sandbox::capabilities::Capabilities;
use countersign_sandbox::capabilities::difference::{Change, difference, widened};
use countersign_sandbox::provider::Provider;
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

/// The words above the file.
const HEADING: &str = "\
# What was approved of each provider component; keep it under version control.
# `countersign approve PROVIDER` shows what a component asks for beyond it and writes it here.
";

/// The form of the file.
const VERSION: u32 = 1;

/// The file, read.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: LockFile,
    /// True before the first start: whatever is configured counts as approved.
    fresh: bool,
    changed: bool,
}

/// What was approved of one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Approved {
    /// SHA-256 of the component that was last started.
    pub digest: String,
    /// Its own version.
    pub version: String,
    /// What it may ask for.
    pub capabilities: Capabilities,
}

/// Why a start stops at the lock file.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// A component asks for more than was approved.
    #[error(
        "{}: the component `{provider}` asks for more than was approved:{}\nlook at it, then `countersign approve {provider}`",
        self.code(), listed(changes)
    )]
    Widened {
        /// The provider, as configured.
        provider: String,
        /// Everything that differs.
        changes: Vec<Change>,
    },
    /// A component that nobody approved.
    #[error(
        "{}: the component `{provider}` is not in the lock file; look at it with `countersign inspect {provider}`, then `countersign approve {provider}`",
        self.code()
    )]
    Unapproved {
        /// The provider, as configured.
        provider: String,
    },
    /// The file cannot be read or written.
    #[error("{}: the lock file `{}` {why}", self.code(), path.display())]
    File {
        /// Where it is.
        path: PathBuf,
        /// What is wrong, and what to do.
        why: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct LockFile {
    version: u32,
    /// By provider, as the configuration names it.
    providers: BTreeMap<String, Approved>,
}

impl LockError {
    /// The code, for `countersign explain`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Widened { .. } => "CS0114",
            Self::Unapproved { .. } => "CS0115",
            Self::File { .. } => "CS0116",
        }
    }
}

impl Lock {
    /// Reads the file; none is the first start.
    pub fn open(path: &Path) -> Result<Self, LockError> {
        let wrong = |why| LockError::File { path: path.to_owned(), why };
        let (file, fresh) = match std::fs::read_to_string(path) {
            Ok(text) => {
                let broken = |e| wrong(format!("is broken: {e}; take its last version from version control"));
                (serde_saphyr::from_str::<LockFile>(&text).map_err(broken)?, false)
            }
            Err(e) if e.kind() == ErrorKind::NotFound => {
                (LockFile { version: VERSION, providers: BTreeMap::new() }, true)
            }
            Err(e) => return Err(wrong(format!("cannot be read: {e}; let the host read it"))),
        };
        if file.version != VERSION {
            let version = file.version;
            return Err(wrong(format!("has version {version}, this host knows {VERSION}; use a newer host")));
        }
        Ok(Self { path: path.to_owned(), file, fresh, changed: false })
    }

    /// What was approved of this provider.
    pub fn approved(&self, provider: &str) -> Option<&Approved> {
        self.file.providers.get(&self.key(provider))
    }

    /// Lets a component in that asks for no more than was approved, and notes what it asks for now.
    pub fn admit(&mut self, name: &str, provider: &Provider) -> Result<(), LockError> {
        let (capabilities, key) = (provider.capabilities(), self.key(name));
        let Some(approved) = self.file.providers.get(&key) else {
            if !self.fresh {
                return Err(LockError::Unapproved { provider: key });
            }
            self.approve(name, provider);
            return Ok(());
        };
        let changes = difference(&approved.capabilities, &capabilities);
        if widened(&changes) {
            return Err(LockError::Widened { provider: key, changes });
        }
        if approved.digest != provider.digest || !changes.is_empty() {
            let changes = listed(&changes);
            info!(
                provider = key,
                "the component was replaced and asks for no more than was approved{changes}"
            );
            self.approve(name, provider);
        }
        Ok(())
    }

    /// Takes what a component asks for as approved.
    pub fn approve(&mut self, name: &str, provider: &Provider) {
        let approved = Approved {
            digest: provider.digest.clone(),
            version: provider.manifest.version.clone(),
            capabilities: provider.capabilities(),
        };
        self.file.providers.insert(self.key(name), approved);
        self.changed = true;
    }

    /// Writes the file when anything changed. Where less is asked for than was approved, a file that cannot be written
    /// (a configuration mounted read-only) stops nothing: it allows no more than what an operator approved.
    pub fn keep_up(&self) -> Result<(), LockError> {
        match self.save() {
            Err(problem) if !self.fresh => {
                warn!("{problem}");
                Ok(())
            }
            done => done,
        }
    }

    /// Writes the file when anything changed, as a whole or not at all.
    pub fn save(&self) -> Result<(), LockError> {
        if !self.changed {
            return Ok(());
        }
        self.write().map_err(|e| {
            let why = format!(
                "cannot be written: {e:#}; let the host write its folder, or set `lock` in the configuration"
            );
            LockError::File { path: self.path.clone(), why }
        })
    }

    fn write(&self) -> anyhow::Result<()> {
        let folder = self.folder();
        let mut file = tempfile::Builder::new().prefix(".countersign-lock-").tempfile_in(folder)?;
        file.write_all(HEADING.as_bytes())?;
        file.write_all(serde_saphyr::to_string(&self.file)?.as_bytes())?;
        file.as_file().sync_all()?;
        // It holds no secret, and whoever keeps the configuration under version control reads it.
        std::fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    /// A path below the lock file's folder counts without it, so that the file is the same on every machine.
    fn key(&self, provider: &str) -> String {
        let below = Path::new(provider).strip_prefix(self.folder());
        below.map_or_else(|_| provider.to_owned(), |below| below.display().to_string())
    }
}

/// The lines of a difference, each on a line of its own.
fn listed(changes: &[Change]) -> String {
    changes.iter().map(|change| format!("\n  {change}")).collect()
}
