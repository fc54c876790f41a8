//! Bytes that are made instead of kept, so that a case can be about a large file without holding one.
//!
//! Not here: files of the case's folder (`case/folder.rs`).

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

/// As much as an attachment may have; more would only burden whoever runs the case.
const BYTES_MAX: u32 = 64 * 1024 * 1024;

/// A text, again and again, until there are exactly so many bytes: `{"with": "%PDF-1.7\n", "bytes": 20971520}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Filled {
    /// What is repeated; the last piece is cut.
    #[serde(deserialize_with = "text")]
    #[schemars(length(min = 1))]
    pub with: String,
    /// How many bytes there are in the end.
    #[serde(deserialize_with = "size")]
    #[schemars(range(max = 67_108_864))]
    pub bytes: u32,
}

impl Filled {
    /// The bytes.
    pub(crate) fn made(&self) -> Bytes {
        let bytes = usize::try_from(self.bytes).unwrap_or_default();
        let mut made = self.with.repeat(bytes.div_ceil(self.with.len().max(1))).into_bytes();
        made.truncate(bytes);
        made.into()
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match String::deserialize(deserializer)? {
        empty if empty.is_empty() => Err(de::Error::custom("is empty; give a text to repeat")),
        text => Ok(text),
    }
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        bytes if bytes > BYTES_MAX => {
            Err(de::Error::custom(format!("{bytes} bytes are too many; give at most {BYTES_MAX}")))
        }
        bytes => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_repeated_and_cut() {
        for (bytes, expected) in [(0, ""), (2, "ab"), (3, "abc"), (7, "abcabca")] {
            let filled = Filled { with: "abc".to_owned(), bytes };
            assert_eq!(filled.made(), expected.as_bytes(), "{bytes}");
        }
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        let read = |json: &str| serde_json::from_str::<Filled>(json).map_err(|error| error.to_string());
        assert!(read(r#"{"with": "a", "bytes": 1}"#).is_ok());
        assert!(read(r#"{"with": "", "bytes": 1}"#).unwrap_err().contains("is empty"));
        assert!(read(r#"{"with": "a", "bytes": 67108865}"#).unwrap_err().contains("at most 67108864"));
    }
}
