//! Settings of the connection, as the operator wrote them. A wrong one is the operator's to mend, so it is no `invalid`
//! input.
//!
//! Settings that come with an input stand in `settings`, how both are declared in `declare`.

use crate::contract::types::Failure;
use crate::failure;
use crate::host::Host;

/// A setting of the connection, unless blank.
#[must_use]
pub fn setting(host: &dyn Host, name: &str) -> Option<String> {
    let value = host.connection_setting(name)?.trim().to_owned();
    (!value.is_empty()).then_some(value)
}

/// The failure for a setting of the connection that cannot be right.
#[must_use]
pub fn misconfigured(name: &str, words: &str) -> Failure {
    failure::unauthorized(&format!("the connection's setting `{name}` {words}"))
}

/// A setting that is one of these words, in any case.
///
/// # Errors
/// `unauthorized` for any other word.
pub fn choice<T: Copy>(host: &dyn Host, name: &str, words: &[(&str, T)], default: T) -> Result<T, Failure> {
    let Some(given) = setting(host, name) else { return Ok(default) };
    let known = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&given));
    known.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        misconfigured(name, &format!("is `{given}`; write one of {}", words.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;

    #[test]
    fn words_are_found_in_any_case() {
        let words = [("off", 0), ("on", 1)];
        let of = |value: &str| choice(&Fake::new().setting("link", value), "link", &words, 7);
        assert_eq!(of(" ON "), Ok(1));
        assert_eq!(of(" "), Ok(7));
        let expected = "the connection's setting `link` is `maybe`; write one of off, on";
        assert_eq!(of("maybe"), Err(failure::unauthorized(expected)));
    }
}
