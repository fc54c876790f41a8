//! Typed access to the settings that came with an input.
//!
//! Which settings there are is declared in the manifest; settings of the connection are asked from the `Host`.

use crate::contract::types::{Failure, Setting};
use crate::failure::invalid;

/// The settings of one input.
#[derive(Clone, Copy)]
pub struct Settings<'a>(&'a [Setting]);

impl<'a> Settings<'a> {
    /// Looks at these settings.
    #[must_use]
    pub fn of(settings: &'a [Setting]) -> Self {
        Self(settings)
    }

    /// The text of a setting; blank counts as not set.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        let value = self.0.iter().find(|setting| setting.name == name)?.value.trim();
        (!value.is_empty()).then_some(value)
    }

    /// A truth value.
    ///
    /// # Errors
    /// `invalid` when it is neither `true` nor `false`.
    pub fn boolean(&self, name: &str, default: bool) -> Result<bool, Failure> {
        match self.text(name) {
            None => Ok(default),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(invalid(field(name), format!("`{text}` is neither `true` nor `false`"))),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// `invalid` when it is no whole number.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Failure> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| invalid(field(name), format!("`{text}` is no whole number")))
    }
}

fn field(name: &str) -> String {
    format!("settings.{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_typed() {
        let given = [("on", "TRUE"), ("off", "false"), ("blank", " "), ("count", "12"), ("word", "abc")]
            .map(|(name, value)| Setting { name: name.to_owned(), value: value.to_owned() });
        let settings = Settings::of(&given);
        assert_eq!(settings.boolean("on", false), Ok(true));
        assert_eq!(settings.boolean("off", true), Ok(false));
        assert_eq!(settings.boolean("blank", true), Ok(true));
        assert_eq!(settings.boolean("missing", false), Ok(false));
        assert_eq!(settings.integer("count"), Ok(Some(12)));
        assert_eq!(settings.integer("missing"), Ok(None));
        assert_eq!(settings.text("word"), Some("abc"));
        let wrong = settings.boolean("word", true).unwrap_err();
        assert_eq!(wrong, invalid("settings.word", "`abc` is neither `true` nor `false`"));
        assert!(settings.integer("word").is_err());
    }
}
