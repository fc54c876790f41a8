//! What the running action may request: the connection's roles, narrowed by the manifest's egress rules.
//!
//! Not here: which addresses a role may reach (`network.rs`), and whether the rules make sense (`admission/manifest.rs`).

use super::prepare::{denied, invalid};
use crate::call::state::Work;
use crate::contract::http::{Request, SendFailure};
use crate::contract::manifest::EgressRule;

/// Methods a component may use. `CONNECT` and `TRACE` are none of its business.
pub(crate) const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

/// One egress rule, its path taken apart once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    role: String,
    method: String,
    path: String,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    /// Exactly this.
    Text(String),
    /// Exactly one segment, whatever it holds.
    Any,
}

impl Rule {
    /// Takes a rule of the manifest apart.
    ///
    /// # Errors
    /// What is wrong with its method or its path.
    pub(crate) fn parse(rule: &EgressRule) -> Result<Self, String> {
        if !METHODS.contains(&rule.method.as_str()) {
            return Err(format!("method `{}` is none of {}", rule.method, METHODS.join(", ")));
        }
        let Some(below) = rule.path.strip_prefix('/') else {
            return Err(format!("path `{}` does not start with `/`", rule.path));
        };
        let segments = match below {
            "" => Vec::new(),
            _ => below.split('/').map(segment).collect::<Result<_, _>>()?,
        };
        let (role, method, path) = (rule.role.clone(), rule.method.clone(), rule.path.clone());
        Ok(Self { role, method, path, segments })
    }

    fn allows(&self, request: &Request) -> bool {
        self.role == request.role && self.method == request.method && self.covers(&request.path)
    }

    fn covers(&self, path: &[String]) -> bool {
        self.segments.len() == path.len()
            && self.segments.iter().zip(path).all(|(segment, text)| match segment {
                Segment::Any => !text.is_empty(),
                Segment::Text(expected) => expected == text,
            })
    }
}

fn segment(text: &str) -> Result<Segment, String> {
    let named = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match named {
        Some(name) if !name.is_empty() && !name.contains(['{', '}']) => Ok(Segment::Any),
        None if !text.contains(['{', '}']) => Ok(Segment::Text(text.to_owned())),
        _ => Err(format!("`{text}` is no path segment; `{{name}}` stands for a whole one")),
    }
}

/// The operator's grant: the connection must have the role.
pub(super) fn check_role(work: &Work, role: &str) -> Result<(), SendFailure> {
    let connection = &work.connection;
    if connection.roles.contains_key(role) {
        return Ok(());
    }
    let (name, role) = (&connection.name, role.escape_debug());
    Err(denied(format!(
        "connection `{name}` has no role `{role}`; an operator allows it with `connections: {{{name}: {{roles: {{{role}: \
         {{base-url: \"https://…\"}}}}}}}}`"
    )))
}

/// The manifest's rule: what the running action may not do, no operator needs to allow.
pub(super) fn check_rule(work: &Work, request: &Request) -> Result<(), SendFailure> {
    if !METHODS.contains(&request.method.as_str()) {
        let method = request.method.escape_debug();
        return Err(invalid(format!("method `{method}` is none of {}", METHODS.join(", "))));
    }
    if work.rules.iter().any(|rule| rule.allows(request)) {
        return Ok(());
    }
    let (action, method, role) = (work.action, &request.method, &request.role);
    let path = super::path::encode(&request.path);
    let allowed: Vec<_> = work.rules.iter().map(|r| format!("{} {} {}", r.role, r.method, r.path)).collect();
    let allowed = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
    Err(denied(format!(
        "action `{action}` may not `{role} {method} {path}`: its manifest allows {allowed}; the component's author \
         allows it with `{{role: \"{role}\", method: \"{method}\", path: \"{path}\"}}` in the egress of `{action}`"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_stand_for_whole_segments() {
        let cases: &[(&str, &[&str], bool)] = &[
            ("/documents", &["documents"], true),
            ("/documents", &["documents", "1"], false),
            ("/documents/{id}", &["documents", "1"], true),
            ("/documents/{id}", &["documents", "a/b"], true),
            ("/documents/{id}", &["documents", ""], false),
            ("/documents/{id}", &["documents"], false),
            ("/documents/{id}/files", &["documents", "1", "send"], false),
            ("/documents/", &["documents", ""], true),
            ("/documents/", &["documents"], false),
            ("/", &[], true),
            ("/", &["documents"], false),
        ];
        for (template, path, expected) in cases {
            let rule = EgressRule { role: "api".into(), method: "GET".into(), path: (*template).into() };
            let path: Vec<String> = path.iter().map(|text| (*text).to_owned()).collect();
            assert_eq!(Rule::parse(&rule).unwrap().covers(&path), *expected, "{template} {path:?}");
        }
    }

    #[test]
    fn wrong_rules_are_explained() {
        for (method, path) in [("get", "/a"), ("TRACE", "/a"), ("GET", "a"), ("GET", "/{}"), ("GET", "/{a}b")]
        {
            let rule = EgressRule { role: "api".into(), method: method.into(), path: path.into() };
            assert!(Rule::parse(&rule).is_err(), "{method} {path}");
        }
    }
}
