//! Compiled components on disk, so that a second start does not compile again.
//!
//! Loading compiled code runs it, so a file is loaded only when its HMAC-SHA-256 proves that this host wrote it;
//! anything else is ignored and rebuilt. Not here: compiling (`engine/compile.rs`).

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use wasmtime::Engine;

const KEY_FILE: &str = "host.key";
const MAGIC: &[u8; 16] = b"countersign aot1";
const MAC_BYTES: usize = 32;

/// A folder of compiled components and the key that proves they are ours.
pub(crate) struct Cache {
    folder: PathBuf,
    key: [u8; 32],
    engine: u64,
}

impl Cache {
    /// Opens the folder, making it and its key when missing.
    pub(crate) fn open(folder: &Path, engine: &Engine) -> Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("making the cache folder `{}`", folder.display()))?;
        close_to_others(folder, 0o700)?;
        let key = load_key(&folder.join(KEY_FILE))?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self { folder: folder.to_owned(), key, engine: hasher.finish() })
    }

    /// The artefact of the component with this digest, when it is there and ours.
    pub(crate) fn load(&self, digest: &str) -> Option<Vec<u8>> {
        let path = self.path(digest);
        let mut file = fs::read(&path).ok()?;
        let header = MAGIC.len() + MAC_BYTES;
        let (front, artefact) = file.split_at_checked(header)?;
        let (magic, mac) = front.split_at_checked(MAGIC.len())?;
        if magic != MAGIC || self.mac(digest, artefact).ok()?.verify_slice(mac).is_err() {
            tracing::warn!(path = %path.display(), "a cached artefact was not written by this host; compiling again");
            return None;
        }
        file.drain(..header);
        Some(file)
    }

    /// Keeps an artefact: a temporary file, made durable, then renamed over the old one.
    pub(crate) fn store(&self, digest: &str, artefact: &[u8]) -> Result<()> {
        let path = self.path(digest);
        let mut file = tempfile::Builder::new()
            .prefix(".new-")
            .tempfile_in(&self.folder)
            .with_context(|| format!("making a file in `{}`", self.folder.display()))?;
        let mac = self.mac(digest, artefact)?.finalize().into_bytes();
        file.write_all(MAGIC)?;
        file.write_all(&mac)?;
        file.write_all(artefact)?;
        file.as_file().sync_all()?;
        file.persist(&path).with_context(|| format!("writing `{}`", path.display()))?;
        Ok(())
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(format!("{digest}-{:016x}.cwasm", self.engine))
    }

    /// Covers the digest and the engine too, so that a file cannot be renamed to stand for another component.
    fn mac(&self, digest: &str, artefact: &[u8]) -> Result<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).context("using the host key")?;
        mac.update(digest.as_bytes());
        mac.update(&self.engine.to_le_bytes());
        mac.update(artefact);
        Ok(mac)
    }
}

/// Reads the key, or makes one that only this user can read.
fn load_key(path: &Path) -> Result<[u8; 32]> {
    if let Ok(found) = fs::read(path) {
        close_to_others(path, 0o600)?;
        let Ok(key) = <[u8; 32]>::try_from(found) else {
            bail!("`{}` is no host key of 32 bytes; delete it to make a new one", path.display());
        };
        return Ok(key);
    }
    let key: [u8; 32] = Sha256::new()
        .chain_update(uuid::Uuid::new_v4().as_bytes())
        .chain_update(uuid::Uuid::new_v4().as_bytes())
        .chain_update(uuid::Uuid::new_v4().as_bytes())
        .finalize()
        .into();
    let folder = path.parent().unwrap_or(Path::new("."));
    // `tempfile` creates with mode 0600; linking never replaces a key that another process made meanwhile.
    let mut file = tempfile::NamedTempFile::new_in(folder).context("making the host key")?;
    file.write_all(&key)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(key),
        Err(_) if path.exists() => load_key(path),
        Err(error) => Err(error).with_context(|| format!("writing the host key `{}`", path.display())),
    }
}

#[cfg(unix)]
fn close_to_others(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("closing `{}` to other users", path.display()))
}

#[cfg(not(unix))]
fn close_to_others(_path: &Path, _mode: u32) -> Result<()> {
    Ok(())
}
