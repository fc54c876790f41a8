//! Paths by segments: what a segment may hold, and how it is encoded (RFC 3986 section 2.3).
//!
//! Not here: which paths an action may use (`capability/http/grant.rs`).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::prepare::invalid;
use crate::contract::http::SendFailure;

/// Everything but the unreserved characters is encoded, so that an id with `/`, `:` or `=` stays one segment.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path below the role's base URL, starting with `/`.
pub(super) fn encode(segments: &[String]) -> String {
    let mut path =
        String::with_capacity(segments.iter().map(|segment| segment.len() + 1).sum::<usize>().max(1));
    for segment in segments {
        path.push('/');
        path.extend(utf8_percent_encode(segment, ENCODED));
    }
    if path.is_empty() {
        path.push('/');
    }
    path
}

/// Refuses what some server could read as another path, however it decodes.
pub(super) fn check(segments: &[String]) -> Result<(), SendFailure> {
    let last = segments.len().saturating_sub(1);
    for (position, segment) in segments.iter().enumerate() {
        let reason = match segment.as_str() {
            // A single empty segment at the end is a trailing slash, and a rule must spell it out.
            "" if position < last || position == 0 => "is empty",
            text if text.contains(char::is_control) => "holds a control character",
            text if text.contains("://") => "is an absolute address; requests stay below the role's base URL",
            text if text.split(['/', '\\']).any(|part| matches!(part, "." | "..")) => {
                "climbs out of its folder"
            }
            _ => continue,
        };
        return Err(invalid(format!(
            "path segment {} (`{}`) {reason}",
            position + 1,
            segment.escape_debug()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(segments: &[&str]) -> Vec<String> {
        segments.iter().map(|segment| (*segment).to_owned()).collect()
    }

    #[test]
    fn segments_are_encoded_one_by_one() {
        let cases: &[(&[&str], &str)] = &[
            (&[], "/"),
            (&["documents", "a/b:c=d"], "/documents/a%2Fb%3Ac%3Dd"),
            (&["zażółć", "a b", "~._-"], "/za%C5%BC%C3%B3%C5%82%C4%87/a%20b/~._-"),
            (&["100%", "%2e%2e"], "/100%25/%252e%252e"),
            (&["list", ""], "/list/"),
            (&["a?b#c;d@e"], "/a%3Fb%23c%3Bd%40e"),
        ];
        for (segments, expected) in cases {
            assert_eq!(encode(&owned(segments)), *expected);
        }
    }

    #[test]
    fn tricks_are_refused() {
        let refused: &[&[&str]] = &[
            &[""],
            &["a", "", "b"],
            &["."],
            &["a", ".."],
            &["../../admin"],
            &["a\\..\\b"],
            &["https://evil.example/"],
            &["a\r\nHost: evil"],
            &["a\0b"],
            &["a\u{85}b"],
        ];
        for segments in refused {
            assert!(check(&owned(segments)).is_err(), "{segments:?}");
        }
        let allowed: &[&[&str]] = &[&[], &["a"], &["a..b"], &["..."], &["a/b:c=d"], &["a", ""]];
        for segments in allowed {
            assert!(check(&owned(segments)).is_ok(), "{segments:?}");
        }
    }
}
