//! Reading the contract's `failure` in its JSON form, and making one where the engine itself finds the fault.
//!
//! Not here: what follows from a failure (`apply/failing.rs`).

use serde_json::{Value, json};

/// One failure: `{"not-ready": "…"}`, `"not-found"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure(Value);

impl Failure {
    /// A failure as the host reports it.
    #[must_use]
    pub fn new(json: Value) -> Self {
        Self(json)
    }

    /// The form or the definition is wrong.
    #[must_use]
    pub fn invalid(field: &str, reason: impl Into<String>) -> Self {
        Self(json!({"invalid": {"field": field, "reason": reason.into()}}))
    }

    /// It is too early.
    #[must_use]
    pub fn not_ready(reason: impl Into<String>) -> Self {
        Self(json!({"not-ready": reason.into()}))
    }

    /// The provider's or the component's fault.
    #[must_use]
    pub fn other(code: &str, message: impl Into<String>) -> Self {
        Self(json!({"other": {"code": code, "message": message.into()}}))
    }

    /// The case: `not-ready`.
    #[must_use]
    pub fn kind(&self) -> &str {
        match &self.0 {
            Value::String(kind) => kind,
            Value::Object(object) => object.keys().next().map_or("other", String::as_str),
            _ => "other",
        }
    }

    /// Whether it may have happened all the same: said by the component, or a deadline of the host after the
    /// request may have left (`{"timeout": {"request-sent": "maybe"}}`).
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        match self.kind() {
            "in-doubt" => true,
            "timeout" => self.text("request-sent").is_none_or(|sent| sent != "no"),
            _ => false,
        }
    }

    /// Whether nothing was done, and another try may go better without anybody doing anything.
    #[must_use]
    pub fn passes(&self) -> bool {
        matches!(self.kind(), "transient" | "timeout") && !self.is_in_doubt()
    }

    /// Whether a later try is all it needs.
    #[must_use]
    pub fn is_not_ready(&self) -> bool {
        self.kind() == "not-ready"
    }

    /// How long the provider asked to wait.
    #[must_use]
    pub fn retry_after_ms(&self) -> Option<i64> {
        self.payload()?.get("retry-after-ms")?.as_i64()
    }

    /// What a person reads: what happened, whose fault it is, and what helps.
    #[must_use]
    pub fn message(&self) -> String {
        let said = self.said();
        match self.kind() {
            "invalid" => format!(
                "`{}` is not right: {}",
                self.text("field").unwrap_or("input"),
                self.text("reason").unwrap_or(said)
            ),
            "rejected" => format!(
                "the provider refused ({}): {}",
                self.text("code").unwrap_or("no code"),
                self.text("message").unwrap_or(said)
            ),
            "unauthorized" => self.unauthorized(),
            "not-entitled" => {
                format!("the account at the provider lacks what this needs: {said}; ask the operator")
            }
            "not-found" => "the provider does not know the document".to_owned(),
            "not-ready" => format!("it is too early: {said}; try again later"),
            "locked" => format!("it is locked: {said}; only the recipient can open it"),
            "transient" => {
                format!("a passing fault: {}; try again later", self.text("message").unwrap_or(said))
            }
            "in-doubt" | "timeout" if self.is_in_doubt() => {
                format!("it may have happened or not: {said}; look at the provider before anything else")
            }
            "denied" => format!("the sandbox refused it: {said}; ask the operator to grant it"),
            "unsupported" => "this provider cannot do that".to_owned(),
            _ => format!(
                "failed ({}): {}",
                self.text("code").unwrap_or("no code"),
                self.text("message").unwrap_or(said)
            ),
        }
    }

    /// The failure as JSON.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.0
    }

    fn unauthorized(&self) -> String {
        let message = format!(
            "the connection is not accepted: {}; ask the operator to mend it",
            self.text("message").unwrap_or_else(|| self.said())
        );
        match self.text("consent-url") {
            Some(url) => format!("{message}, an administrator can consent at {url}"),
            None => message,
        }
    }

    fn said(&self) -> &str {
        self.payload()
            .and_then(|payload| payload.as_str().or_else(|| payload.get("message")?.as_str()))
            .unwrap_or("no reason was given")
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.payload()?.get(key)?.as_str()
    }

    fn payload(&self) -> Option<&Value> {
        self.0.as_object()?.values().next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_of_the_contract_is_read() {
        for (json, kind, in_doubt, words) in [
            (
                json!({"invalid": {"field": "title", "reason": "is empty"}}),
                "invalid",
                false,
                "`title` is not right: is empty",
            ),
            (json!({"rejected": {"code": "409", "message": "twice"}}), "rejected", false, "(409): twice"),
            (
                json!({"unauthorized": {"message": "expired", "consent-url": "https://c.example"}}),
                "unauthorized",
                false,
                "https://c.example",
            ),
            (json!({"not-entitled": "no package"}), "not-entitled", false, "no package"),
            (json!("not-found"), "not-found", false, "does not know"),
            (json!({"not-ready": "not signed"}), "not-ready", false, "too early: not signed"),
            (json!({"locked": "sms code"}), "locked", false, "sms code"),
            (json!({"transient": {"message": "503", "retry-after-ms": 5}}), "transient", false, "503"),
            (json!({"in-doubt": "no answer"}), "in-doubt", true, "no answer"),
            (
                json!({"timeout": {"request-sent": "maybe", "message": "too slow"}}),
                "timeout",
                true,
                "too slow",
            ),
            (json!({"timeout": {"request-sent": "no", "message": "too slow"}}), "timeout", false, "too slow"),
            (json!({"denied": "host x"}), "denied", false, "host x"),
            (json!("unsupported"), "unsupported", false, "cannot do"),
            (json!({"other": {"code": "500", "message": "oops"}}), "other", false, "(500): oops"),
        ] {
            let failure = Failure::new(json.clone());
            assert_eq!((failure.kind(), failure.is_in_doubt()), (kind, in_doubt), "{json}");
            assert!(failure.message().contains(words), "{}", failure.message());
        }
    }

    #[test]
    fn the_wait_is_read() {
        let failure = Failure::new(json!({"transient": {"message": "busy", "retry-after-ms": 5_000}}));
        assert_eq!(failure.retry_after_ms(), Some(5_000));
        assert_eq!(Failure::new(json!("not-found")).retry_after_ms(), None);
    }
}
