//! Admission: every refusal has its own words and code, and tells what could be read.
//!
//! Not here: manifests that make no sense (beside `admission/manifest.rs`) and the cache (`cache.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::sync::{Arc, OnceLock};

use countersign_sandbox::{Limits, Sandbox, SandboxConfig};

fn sandbox() -> Arc<Sandbox> {
    static SANDBOX: OnceLock<Arc<Sandbox>> = OnceLock::new();
    let limits = Limits { component_bytes_max: 8 * 1024 * 1024, ..Limits::default() };
    let config = SandboxConfig { limits, max_calls: 4, ..SandboxConfig::default() };
    Arc::clone(SANDBOX.get_or_init(|| Sandbox::new(config).unwrap()))
}

fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// A component that exports the contract's interfaces by name, with nothing in them.
fn hollow(version: &str, more: &str) -> Vec<u8> {
    let exports: String = ["manifest", "actions", "data-sources", "events"]
        .map(|name| format!("(export \"countersign:provider/{name}@{version}\" (instance $nothing))"))
        .concat();
    wasm(&format!("(component {more} (instance $nothing) {exports})"))
}

/// The refusal of these bytes must have this code and these words.
fn check(bytes: &[u8], code: &str, words: &[&str]) {
    let refusal = sandbox().admit(bytes).unwrap_err();
    let said = refusal.to_string();
    assert_eq!(refusal.code(), code, "{said}");
    for words in words {
        assert!(said.contains(words), "`{words}` is not said in: {said}");
    }
    let inspection = sandbox().inspect(bytes);
    assert_eq!((inspection.refusal, inspection.refusal_code), (Some(said), Some(code)));
}

#[test]
fn what_is_no_component_is_refused() {
    check(&[0; 9 * 1024 * 1024], "CS0101", &["9437184 bytes", "8388608", "strip"]);
    check(b"", "CS0102", &["no WebAssembly"]);
    check(b"%PDF-1.7", "CS0102", &["no WebAssembly"]);
    check(b"\0asm", "CS0103", &["cut off"]);
    check(&wasm("(module (memory 1))"), "CS0104", &["core module", "wasm32-wasip2"]);
}

#[test]
fn a_truncated_component_is_refused_wherever_it_ends() {
    let whole = countersign_components::hostile();
    for end in [9, 100, whole.len() / 2, whole.len() - 1] {
        check(&whole[..end], "CS0103", &["cut off"]);
    }
}

#[test]
fn another_contract_version_is_explained() {
    check(&hollow("0.2.0", ""), "CS0105", &["built for contract 0.2.0", "speaks 0.1.0", "newer host"]);
    check(&hollow("0.0.9", ""), "CS0105", &["built for contract 0.0.9", "older host"]);
    let section = |text: &str| format!("(@custom \"countersign:contract\" \"{text}\")");
    check(&hollow("0.1.0", &section("1.0.0")), "CS0105", &["built for contract 1.0.0"]);
    check(&hollow("0.1.0", &section("new")), "CS0105", &["that is no version"]);
    // A patch of the same generation is no other version: what is missing in it is told instead.
    check(&hollow("0.1.7", &section("0.1.7")), "CS0111", &["`manifest.describe`: it is missing"]);
}

#[test]
fn missing_exports_are_named() {
    let all = ["manifest", "actions", "data-sources", "events"]
        .map(|name| format!("`countersign:provider/{name}@0.1.0`"));
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    check(&wasm("(component)"), "CS0106", &all);
    let one =
        "(component (instance $nothing) (export \"countersign:provider/events@0.1.0\" (instance $nothing)))";
    let said = sandbox().admit(&wasm(one)).unwrap_err().to_string();
    assert!(said.contains("actions") && !said.contains("events"), "{said}");
}

#[test]
fn extra_imports_are_named_with_what_to_use_instead() {
    let import = |name: &str| format!("(import \"{name}\" (instance))");
    let cases = [
        ("wasi:sockets/tcp@0.2.0", "sockets bypass the operator's grant"),
        ("wasi:http/outgoing-handler@0.2.0", "countersign:provider/http"),
        ("wasi:filesystem/types@0.2.3", "countersign:provider/attachments"),
        ("wasi:clocks/monotonic-clock@0.3.0", "WASI 0.2"),
        ("countersign:provider/shell@0.1.0", "no such interface"),
        ("acme:tools/anything@1.0.0", "no part of the contract"),
        ("anything", "no part of the contract"),
    ];
    for (name, why) in cases {
        check(&hollow("0.1.0", &import(name)), "CS0107", &[&format!("`{name}`"), why]);
    }
    let both = hollow("0.1.0", &[import("a"), import("b")].concat());
    check(&both, "CS0107", &["`a`", "`b`"]);
    // Tolerated ones go on to the next step.
    check(
        &hollow("0.1.0", &import("wasi:cli/environment@0.2.6")),
        "CS0111",
        &["`actions.send-for-signature`"],
    );
}

#[test]
fn only_utf_8_strings_are_taken() {
    let lowered = r#"
        (import "countersign:provider/log@0.1.0" (instance $log (export "write" (func (param "m" string)))))
        (core module $memory (memory (export "memory") 1))
        (core instance $memory (instantiate $memory))
        (core func (canon lower (func $log "write") (memory (core memory $memory "memory")) string-encoding=utf16))"#;
    check(&hollow("0.1.0", lowered), "CS0108", &["UTF-16"]);
    let compact = lowered.replace("utf16", "latin1+utf16");
    check(&hollow("0.1.0", &compact), "CS0108", &["Latin-1"]);
}

#[test]
fn code_that_is_not_valid_does_not_compile() {
    let wrong = "(core module (func (result i32) (i64.const 1)))";
    check(&hollow("0.1.0", wrong), "CS0109", &["does not compile", "type mismatch"]);
}

#[test]
fn an_instance_may_not_take_more_than_a_call() {
    let instance = |fields: &str| format!("(core module $m {fields}) (core instance (instantiate $m))");
    check(&hollow("0.1.0", &instance("(memory 2000)")), "CS0110", &["memory", "131072000", "0x4000000"]);
    check(&hollow("0.1.0", &instance("(table 70000 funcref)")), "CS0110", &["table", "70000", "65536"]);
    let memories = instance("(memory 1)") + &"(core instance (instantiate $m))".repeat(4);
    check(&hollow("0.1.0", &memories), "CS0110", &["memories", "5", "4"]);
}

#[test]
fn types_that_are_not_the_contracts_are_named() {
    check(
        &hollow("0.1.0", ""),
        "CS0111",
        &["`manifest.describe`: it is missing", "`events.read`", "`actions.list-changes`", "build it again"],
    );
    let clock =
        "(import \"countersign:provider/clock@0.1.0\" (instance (export \"now\" (func (result u32)))))";
    check(
        &hollow("0.1.0", clock),
        "CS0111",
        &["countersign:provider/clock@0.1.0", "expected `u64` found `u32`"],
    );
    let unknown = "(import \"countersign:provider/clock@0.1.0\" (instance (export \"later\" (func))))";
    check(&hollow("0.1.0", unknown), "CS0111", &["later"]);
}

#[test]
fn a_good_component_is_told_in_full() {
    let bytes = countersign_components::hostile();
    let inspection = sandbox().inspect(bytes);
    assert_eq!((inspection.refusal.as_deref(), inspection.size), (None, bytes.len() as u64));
    assert_eq!(inspection.contract.as_deref(), Some("0.1.0"));
    assert_eq!(inspection.manifest.as_ref().map(|manifest| manifest.id.as_str()), Some("hostile"));
    assert_eq!(inspection.data_sources.len(), 1);
    assert!(inspection.imports.contains(&"countersign:provider/http@0.1.0".to_owned()));
    assert!(
        inspection.resources.is_some_and(|resources| resources.memories == 1 && resources.memory_bytes > 0)
    );

    let provider = sandbox().admit(bytes).unwrap();
    assert_eq!((&provider.digest, provider.size), (&inspection.digest, inspection.size));
    assert_eq!(provider.data_sources(), inspection.data_sources);
    assert!(!provider.compiled_from_cache());
}

#[test]
fn a_refused_component_still_shows_its_surface() {
    let inspection = sandbox().inspect(&hollow("0.2.0", "(import \"acme:tools/anything@1.0.0\" (instance))"));
    assert_eq!(inspection.contract.as_deref(), Some("0.2.0"));
    assert_eq!(inspection.imports, ["acme:tools/anything@1.0.0"]);
    assert_eq!(inspection.exports.len(), 4);
    assert!(inspection.manifest.is_none() && inspection.resources.is_none());
}
