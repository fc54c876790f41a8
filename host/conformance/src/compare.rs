//! Comparing what happened with what a case expects; every difference is named by the key of the case's file.
//!
//! Not here: what is expected (`format/`) and when it is compared (`script.rs`, `run.rs`).

mod body;
mod json;
mod multipart;
mod recorded;

use countersign_sandbox::transport::Outgoing;
use serde_json::json as value;

use crate::format::exchange::ExpectedRequest;
use crate::format::header::Header;
use crate::verdict::Difference;

pub(crate) use body::{CaseFiles, body, bytes, shown};
pub(crate) use json::{has_any, json, plain};
pub(crate) use recorded::recorded;

/// Everything in which a request differs from the expected one; its body is given as it would go over the wire.
pub(crate) fn request(
    expected: &ExpectedRequest,
    got: &Outgoing,
    bytes: &[u8],
    files: &CaseFiles<'_>,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut same = |key: &str, expected: &str, got: &str| {
        if expected != got {
            differences.push(Difference::at(key, expected, got));
        }
    };
    same("connection", &expected.connection, &got.role);
    same("method", &expected.method, &got.method);
    same("path", &expected.path, &got.path);
    differences.extend(json("query", &value!(expected.query), &value!(got.query)));
    let sent: Vec<_> =
        got.headers.iter().map(|header| (header.name.as_str(), header.value.as_str())).collect();
    differences.extend(headers(&expected.headers, &sent));
    let content_type = sent.iter().find(|(name, _)| *name == "content-type").map(|(_, value)| *value);
    differences.extend(body(expected.body.as_ref(), (bytes, content_type), files));
    differences.into_iter().map(|difference| difference.within("request")).collect()
}

/// Each name listed must have exactly the listed values, in order; names not listed are free.
pub(crate) fn headers(expected: &[Header], got: &[(&str, &str)]) -> Vec<Difference> {
    let mut names: Vec<String> = Vec::new();
    for name in expected.iter().map(|header| header.name.to_ascii_lowercase()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.iter().flat_map(|name| one_header(name, expected, got)).collect()
}

fn one_header(name: &str, expected: &[Header], got: &[(&str, &str)]) -> Vec<Difference> {
    let key = format!("headers.{name}");
    let expected: Vec<_> = expected.iter().filter(|header| header.name.eq_ignore_ascii_case(name)).collect();
    let got: Vec<_> = got.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).collect();
    if expected.len() != got.len() {
        return vec![Difference::at(key, times(expected.len()), times(got.len()))];
    }
    let pairs = expected.iter().zip(got);
    pairs
        .flat_map(|(expected, (_, value))| json(&key, &expected.value.meant(), &expected.value.read(value)))
        .collect()
}

fn times(count: usize) -> String {
    match count {
        0 => "no header of this name".to_owned(),
        1 => "1 header of this name".to_owned(),
        count => format!("{count} headers of this name"),
    }
}
