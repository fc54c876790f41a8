//! The file `acknowledged`: the number of the last COMMIT that was confirmed to anybody, beside the database.
//!
//! SQLite drops the end of its log without a word when a checksum is wrong there (sqlite.org/walformat.html), so a disk
//! that does not keep what it confirmed leaves a database that is older than this file. It is overwritten in place after
//! each COMMIT and never synced: it outlives a killed host, and after an honest power cut it is merely older than the
//! database, which means nothing. Not here: what is done about a database that is older (`sqlite/turn.rs`).

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::directory;
use crate::error::OpenError;

/// The number, and its complement as a check.
const BYTES: usize = 16;

/// The open file; none once it could not be written.
#[derive(Debug)]
pub(crate) struct Acknowledged {
    file: Option<File>,
}

impl Acknowledged {
    /// Opens the file, or makes an empty one, and reads the number in it. A file that says nothing is a new one.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Option<i64>), OpenError> {
        let path = dir.join("acknowledged");
        let file = directory::open(&path).map_err(|error| OpenError::of_io(&path, &error))?;
        let mut bytes = [0; BYTES];
        let commits = file.read_exact_at(&mut bytes, 0).ok().and_then(|()| decoded(bytes));
        Ok((Self { file: Some(file) }, commits))
    }

    /// Overwrites the number. Without success the file stays older than the database, which means nothing.
    pub(crate) fn write(&mut self, commits: i64) {
        let Some(file) = &self.file else { return };
        if let Err(error) = file.write_all_at(&encoded(commits), 0) {
            tracing::warn!(%error, "the file `acknowledged` cannot be written; commits that the disk loses are not noticed");
            self.file = None;
        }
    }
}

fn encoded(commits: i64) -> [u8; BYTES] {
    let word = u128::from(commits.cast_unsigned());
    (word | u128::from(!commits.cast_unsigned()) << 64).to_le_bytes()
}

fn decoded(bytes: [u8; BYTES]) -> Option<i64> {
    let commits = (u128::from_le_bytes(bytes) & u128::from(u64::MAX)) as u64;
    let commits = i64::try_from(commits).ok()?;
    (encoded(commits) == bytes).then_some(commits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_back_and_anything_else_is_not() {
        for commits in [0, 1, 255, 256, i64::MAX] {
            let bytes = encoded(commits);
            assert_eq!(decoded(bytes), Some(commits));
            for place in 0..BYTES {
                let mut torn = bytes;
                torn[place] ^= 1;
                assert_eq!(decoded(torn), None, "{commits} with byte {place} changed");
            }
        }
        assert_eq!((decoded([0; BYTES]), decoded([0xff; BYTES])), (None, None));
    }
}
