//! Comparing JSON as JSON: the order of keys does not matter, `{"any": true}` stands for any value.
//!
//! Not here: what is compared.

use serde_json::{Map, Value};

use crate::verdict::Difference;

/// Every place in which two values differ.
pub(crate) fn json(key: &str, expected: &Value, got: &Value) -> Vec<Difference> {
    match (expected, got) {
        (expected, _) if is_any(expected) => Vec::new(),
        (Value::Object(expected), Value::Object(got)) => object(key, expected, got),
        (Value::Array(expected), Value::Array(got)) if expected.len() == got.len() => {
            let pairs = expected.iter().zip(got).enumerate();
            pairs
                .flat_map(|(index, (expected, got))| json(&format!("{key}[{index}]"), expected, got))
                .collect()
        }
        (expected, got) if expected == got => Vec::new(),
        (expected, got) => vec![Difference::at(key, expected, got)],
    }
}

/// The value without what only says that nothing is there: `null` and empty lists of the contract's records.
pub(crate) fn plain(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let said = object.into_iter().map(|(key, value)| (key, plain(value)));
            said.filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()))
                .collect()
        }
        Value::Array(list) => list.into_iter().map(plain).collect(),
        value => value,
    }
}

fn object(outer: &str, expected: &Map<String, Value>, got: &Map<String, Value>) -> Vec<Difference> {
    let at = |key: &str| if outer.is_empty() { key.to_owned() } else { format!("{outer}.{key}") };
    let missing = expected.iter().flat_map(|(key, expected)| match got.get(key) {
        Some(got) => json(&at(key), expected, got),
        None => vec![Difference::at(at(key), expected, "nothing")],
    });
    let unexpected = got.iter().filter(|(key, _)| !expected.contains_key(*key));
    missing.chain(unexpected.map(|(key, got)| Difference::at(at(key), "nothing", got))).collect()
}

/// Whether `{"any": true}` stands somewhere in the value.
pub(crate) fn has_any(value: &Value) -> bool {
    match value {
        value if is_any(value) => true,
        Value::Object(object) => object.values().any(has_any),
        Value::Array(list) => list.iter().any(has_any),
        _ => false,
    }
}

fn is_any(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.len() == 1 && object.get("any") == Some(&Value::Bool(true)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as value;

    #[test]
    fn differences_are_named_by_their_place() {
        let cases = [
            (value!({"a": 1, "b": [2]}), value!({"b": [2], "a": 1}), vec![]),
            (value!({"a": {"any": true}}), value!({"a": ["whatever"]}), vec![]),
            (value!({"a": 1}), value!({"a": 2}), vec!["x.a"]),
            (value!({"a": 1}), value!({}), vec!["x.a"]),
            (value!({}), value!({"a": 1}), vec!["x.a"]),
            (value!([1, 2]), value!([1, 3]), vec!["x[1]"]),
            (value!([1]), value!([1, 2]), vec!["x"]),
            (value!({"any": false}), value!(1), vec!["x"]),
            (value!("1"), value!(1), vec!["x"]),
        ];
        for (expected, got, places) in cases {
            let found: Vec<_> =
                json("x", &expected, &got).into_iter().map(|difference| difference.key).collect();
            assert_eq!(found, places, "{expected} {got}");
        }
    }

    #[test]
    fn nothing_is_the_same_however_it_is_written() {
        let written = value!({"a": null, "b": [], "c": {"d": null}, "e": [null], "f": ""});
        assert_eq!(plain(written), value!({"c": {}, "e": [null], "f": ""}));
    }
}
