//! The cache of compiled components: a second start does not compile, and nothing foreign is ever loaded.
//!
//! Not here: admission without a cache (`admission.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use countersign_sandbox::{CompileWith, Limits, Sandbox, SandboxConfig, precompile_file};

/// One start of a host: whether the component came from the cache.
fn start(folder: &Path) -> bool {
    start_with(folder, Limits::default(), CompileWith::InProcess).unwrap()
}

fn start_with(folder: &Path, limits: Limits, compile_with: CompileWith) -> Result<bool, String> {
    let cache_dir = Some(folder.to_owned());
    let sandbox = Sandbox::new(SandboxConfig { cache_dir, limits, max_calls: 2, compile_with }).unwrap();
    let provider = sandbox.admit(countersign_components::hostile()).map_err(|refusal| refusal.to_string())?;
    assert_eq!(provider.manifest.id, "hostile");
    Ok(provider.compiled_from_cache())
}

fn artefact(folder: &Path) -> PathBuf {
    let mut found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    found.find(|path| path.extension().is_some_and(|extension| extension == "cwasm")).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_second_start_does_not_compile() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cache");
    assert!(!start(&folder), "nothing was there");
    // A program that cannot be started proves that nothing is compiled.
    let nobody = CompileWith::Command { program: "/nonexistent".into(), arguments: Vec::new() };
    assert_eq!(start_with(&folder, Limits::default(), nobody.clone()), Ok(true));
    fs::remove_file(artefact(&folder)).unwrap();
    let refusal = start_with(&folder, Limits::default(), nobody).unwrap_err();
    assert!(refusal.contains("does not compile") && refusal.contains("/nonexistent"), "{refusal}");
}

#[test]
fn only_the_hosts_user_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cache");
    start(&folder);
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("host.key")), 0o600);
    assert_eq!(mode(&artefact(&folder)), 0o600);
}

#[test]
fn what_this_host_did_not_write_is_built_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(!start(folder));
    let path = artefact(folder);
    let good = fs::read(&path).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let tampered = [
        flipped(0),
        flipped(20),
        flipped(48),
        flipped(good.len() - 1),
        good[..good.len() / 2].to_vec(),
        Vec::new(),
    ];
    for bytes in tampered {
        fs::write(&path, &bytes).unwrap();
        assert!(!start(folder), "{} bytes were taken", bytes.len());
        assert!(start(folder), "it was kept again");
    }
    fs::remove_file(folder.join("host.key")).unwrap();
    assert!(!start(folder), "another host's key");
}

#[test]
fn a_file_cannot_stand_for_another_component() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!start(folder.path()));
    let (own, stranger) = (artefact(folder.path()), folder.path().join("stranger"));
    let autenti = countersign_components::bundled_by_id("autenti").unwrap();
    let sandbox = || {
        let cache_dir = Some(folder.path().to_owned());
        Sandbox::new(SandboxConfig { cache_dir, max_calls: 2, ..SandboxConfig::default() }).unwrap()
    };
    let digest = sandbox().admit(autenti.bytes).unwrap().digest.clone();
    let name = own.file_name().unwrap().to_str().unwrap();
    let (hostile, engine) = name.split_once('-').unwrap();
    assert_ne!(hostile, digest);
    fs::rename(&own, &stranger).unwrap();
    fs::rename(folder.path().join(format!("{digest}-{engine}")), &own).unwrap();
    assert!(!start(folder.path()), "the file of `autenti` was taken for `hostile`");
}

#[test]
fn a_child_may_compile() {
    let folder = tempfile::tempdir().unwrap();
    let (wasm, made) = (folder.path().join("hostile.wasm"), folder.path().join("made.cwasm"));
    fs::write(&wasm, countersign_components::hostile()).unwrap();
    precompile_file(&wasm, &made, &Limits::default()).unwrap();
    let child = |script: &str| {
        let arguments = ["-c", script, "child"].map(str::to_owned).to_vec();
        let compile_with = CompileWith::Command { program: "/bin/sh".into(), arguments };
        start_with(&folder.path().join("cache"), Limits::default(), compile_with)
    };
    let refusal = child("exit 3").unwrap_err();
    assert!(refusal.contains("exit status: 3"), "{refusal}");
    let refusal = child("exit 0").unwrap_err();
    assert!(refusal.contains("the artefact of the compiling child"), "{refusal}");
    let good =
        format!("test -z \"$HOME\" && cmp \"$1\" '{}' && cp '{}' \"$2\"", wasm.display(), made.display());
    assert_eq!(child(&good), Ok(false));
    assert_eq!(child("exit 3"), Ok(true), "it was kept");
}
