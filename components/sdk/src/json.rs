//! Reads JSON of providers: one value, or several in any of the shapes they come in.
//!
//! Values of one field given as the wrong kind stand in `lenient`.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads one value. The error names the field's path, or the place in the text when that is no JSON.
///
/// # Errors
/// When the bytes are no JSON, or not of this type.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    shape(value)
}

/// Reads many values from an array, one object, or objects one after another (with or without line
/// breaks between them: NDJSON). Nothing at all is no value.
///
/// # Errors
/// When a piece is no JSON, or not of this type; the message counts from 0.
pub fn read_many<T: DeserializeOwned>(bytes: &[u8]) -> Result<Vec<T>, String> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return read(bytes);
    }
    let pieces = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>().enumerate();
    let read = |(index, piece): (usize, Result<Value, serde_json::Error>)| {
        let piece = piece.map_err(|error| format!("value {index}: {error}"))?;
        shape(piece).map_err(|problem| format!("value {index}: {problem}"))
    };
    pieces.map(read).collect()
}

/// Always from a `Value`, never from text: each type is then compiled for one source of JSON, which is a
/// third of a component's size.
fn shape<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| describe(&error))
}

fn describe(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        path => format!("at `{path}`: {}", error.inner()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct File {
        id: String,
    }

    fn ids(text: &str) -> Result<Vec<String>, String> {
        read_many::<File>(text.as_bytes()).map(|files| files.into_iter().map(|file| file.id).collect())
    }

    #[test]
    fn every_shape_of_a_list_is_read() {
        for text in [
            r#"[{"id":"a"},{"id":"b"}]"#,
            "{\"id\":\"a\"}\n{\"id\":\"b\"}\n",
            r#"{"id":"a"}{"id":"b"}"#,
            "\n {\"id\":\"a\"} \r\n\r\n{\"id\":\"b\"}",
        ] {
            assert_eq!(ids(text).unwrap(), ["a", "b"], "{text}");
        }
        assert_eq!(ids(r#"{"id":"a"}"#).unwrap(), ["a"]);
        assert!(ids("").unwrap().is_empty());
        assert!(ids("[]").unwrap().is_empty());
    }

    #[test]
    fn errors_name_the_place() {
        #[derive(serde::Deserialize, Debug)]
        struct Page {
            #[allow(dead_code, reason = "only the error matters")]
            files: Vec<File>,
        }
        let error = read::<Page>(br#"{"files":[{"id":"a"},{"id":7}]}"#).unwrap_err();
        assert!(error.starts_with("at `files[1].id`: invalid type: integer `7`"), "{error}");
        let error = ids("{\"id\":\"a\"}\n{\"nr\":1}").unwrap_err();
        assert!(error.starts_with("value 1: missing field `id`"), "{error}");
        assert!(read::<File>(br#"{"id":"a"} {"id":"b"}"#).unwrap_err().contains("line 1 column 12"));
        assert!(read::<File>(b"<html>").unwrap_err().contains("line 1 column 1"));
    }
}
