//! Taking a multipart body apart (RFC 2046 section 5.1), as strictly as the host puts it together.
//!
//! Not here: comparing the parts (`body.rs`).

use memchr::memmem::find;

/// One part.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// Its headers, in order.
    pub(crate) headers: Vec<(&'a str, &'a str)>,
    /// Its content.
    pub(crate) body: &'a [u8],
}

/// The parts of a body; nothing when it is not put together as its content type says.
pub(crate) fn split<'a>(body: &'a [u8], content_type: &str) -> Option<Vec<Part<'a>>> {
    let (kind, boundary) = content_type.split_once("boundary=")?;
    if !kind.starts_with("multipart/") {
        return None;
    }
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    let (delimiter, end) = (format!("--{boundary}\r\n"), format!("\r\n--{boundary}--\r\n"));
    let between = format!("\r\n--{boundary}\r\n");
    let mut rest = body.strip_prefix(delimiter.as_bytes())?.strip_suffix(end.as_bytes())?;
    let mut parts = Vec::new();
    while let Some(at) = find(rest, between.as_bytes()) {
        let (first, others) = rest.split_at_checked(at)?;
        parts.push(part(first)?);
        rest = others.get(between.len()..)?;
    }
    parts.push(part(rest)?);
    Some(parts)
}

fn part(bytes: &[u8]) -> Option<Part<'_>> {
    let (head, body) = match bytes.strip_prefix(b"\r\n") {
        Some(body) => (&b""[..], body),
        None => {
            let at = find(bytes, b"\r\n\r\n")?;
            (bytes.get(..at)?, bytes.get(at + 4..)?)
        }
    };
    let lines = std::str::from_utf8(head).ok()?.split("\r\n").filter(|line| !line.is_empty());
    let headers = lines.map(|line| line.split_once(": ")).collect::<Option<_>>()?;
    Some(Part { headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=b1";

    #[test]
    fn parts_come_apart() {
        let body = b"--b1\r\na: 1\r\nc: 2\r\n\r\nfirst\r\nline\r\n--b1\r\n\r\n\r\n--b1--\r\n";
        let parts = split(body, TYPE).unwrap();
        let first = Part { headers: vec![("a", "1"), ("c", "2")], body: b"first\r\nline" };
        assert_eq!(parts, [first, Part { headers: vec![], body: b"" }]);
    }

    #[test]
    fn other_bodies_are_none() {
        for body in
            ["", "--b1--\r\n", "--b2\r\n\r\na\r\n--b2--\r\n", "--b1\r\nno header\r\n\r\na\r\n--b1--\r\n"]
        {
            assert_eq!(split(body.as_bytes(), TYPE), None, "{body:?}");
        }
        assert_eq!(split(b"--b1\r\n\r\na\r\n--b1--\r\n", "application/json"), None);
    }
}
