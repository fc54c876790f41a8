//! Reads fields that a provider gives now as one kind, now as another (P26); for `#[serde(deserialize_with)]`.
//!
//! Nothing is written here: what is sent is strict.

use serde::{Deserialize, Deserializer, de::Error};

#[derive(Deserialize)]
#[serde(untagged)]
enum Loose {
    Flag(bool),
    Whole(i64),
    Text(String),
}

/// A truth value given as `true`, `"true"`, `"1"` or `1`; null and nothing are `None`.
///
/// # Errors
/// When it is anything else.
pub fn boolean<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<bool>, D::Error> {
    Ok(match Option::<Loose>::deserialize(reader)? {
        None => None,
        Some(Loose::Flag(flag)) => Some(flag),
        Some(Loose::Whole(0)) => Some(false),
        Some(Loose::Whole(1)) => Some(true),
        Some(Loose::Whole(number)) => return Err(Error::custom(format!("`{number}` is no truth value"))),
        Some(Loose::Text(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "" => None,
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => return Err(Error::custom(format!("`{text}` is no truth value"))),
        },
    })
}

/// A whole number given as a number or as text; null, blank text and nothing are `None`.
///
/// # Errors
/// When it is anything else.
pub fn integer<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<i64>, D::Error> {
    Ok(match Option::<Loose>::deserialize(reader)? {
        None => None,
        Some(Loose::Whole(number)) => Some(number),
        Some(Loose::Text(text)) if text.trim().is_empty() => None,
        Some(Loose::Text(text)) => {
            Some(text.trim().parse().map_err(|_| Error::custom(format!("`{text}` is no whole number")))?)
        }
        Some(Loose::Flag(flag)) => return Err(Error::custom(format!("`{flag}` is no whole number"))),
    })
}

/// Text given as text, a number or a truth value; null and nothing are `None`.
///
/// # Errors
/// When it is an array or an object.
pub fn text<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Loose>::deserialize(reader)?.map(|loose| match loose {
        Loose::Flag(flag) => flag.to_string(),
        Loose::Whole(number) => number.to_string(),
        Loose::Text(text) => text,
    }))
}

/// A list that may be missing or null.
///
/// # Errors
/// When an item cannot be read.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(reader: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(reader)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Loose {
        #[serde(default, deserialize_with = "super::boolean")]
        flag: Option<bool>,
        #[serde(default, deserialize_with = "super::integer")]
        number: Option<i64>,
        #[serde(default, deserialize_with = "super::text")]
        text: Option<String>,
        #[serde(default, deserialize_with = "super::list")]
        list: Vec<u8>,
    }

    fn read(json: &str) -> Option<Loose> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn kinds_are_forgiven() {
        let full =
            Some(Loose { flag: Some(true), number: Some(12), text: Some("7".to_owned()), list: vec![1] });
        assert_eq!(read(r#"{"flag":true,"number":12,"text":"7","list":[1]}"#), full);
        assert_eq!(read(r#"{"flag":"True","number":" 12","text":7,"list":[1]}"#), full);
        assert_eq!(read(r#"{"flag":"1","number":"12","text":"7","list":[1]}"#), full);
        let empty = Some(Loose { flag: None, number: None, text: None, list: Vec::new() });
        assert_eq!(read("{}"), empty);
        assert_eq!(read(r#"{"flag":null,"number":null,"text":null,"list":null}"#), empty);
        assert_eq!(read(r#"{"flag":"","number":" "}"#), empty);
    }

    #[test]
    fn nonsense_is_not() {
        for json in [
            r#"{"flag":"maybe"}"#,
            r#"{"flag":2}"#,
            r#"{"number":"twelve"}"#,
            r#"{"number":true}"#,
            r#"{"text":{}}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
