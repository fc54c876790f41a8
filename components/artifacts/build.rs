//! Builds the components to wasm32-wasip2 and hands their places to the library through environment variables.
//!
//! It runs under `cargo build`, `run`, `test`, `clippy` and `doc` alike, so nothing of the outer
//! cargo's flags may reach the inner one, and the inner one has its own target directory: the
//! outer holds the lock of its own.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const TARGET: &str = "wasm32-wasip2";

/// Package of each component that is built; the order is that of the sources.
const COMPONENTS: [&str; 5] = ["autenti", "docusign", "onespan", "paper", "hostile"];

/// What else decides the bytes, relative to the workspace.
const INPUTS: [&str; 8] = [
    "wit",
    "components/sdk",
    "components/autenti",
    "components/docusign",
    "components/onespan",
    "components/paper",
    "components/hostile",
    "Cargo.lock",
];

/// How a component is optimised: as one unit, for speed, without unwinding; set here because a profile of
/// the workspace would also change the host.
const PROFILE: [(&str, &str); 5] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3"),
    ("CARGO_PROFILE_RELEASE_LTO", "fat"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
    ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
];

/// A stack of 256 KiB: pages of a fresh instance cost time, and no provider recurses deeply.
const RUSTFLAGS: &str = "-Clink-arg=-zstack-size=262144";

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() {
    if let Err(error) = run() {
        println!("cargo::error={error}");
        std::process::exit(1);
    }
}

fn run() -> Outcome<()> {
    let workspace = workspace()?;
    for input in INPUTS {
        println!("cargo:rerun-if-changed={}", workspace.join(input).display());
    }
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let target_dir = component_target_dir(&out);
    ensure_target()?;
    build(&workspace, &target_dir)?;
    for component in COMPONENTS {
        let file = format!("{component}.wasm");
        let built = target_dir.join(TARGET).join("release").join(&file);
        let kept = out.join(&file);
        fs::copy(&built, &kept).map_err(|error| format!("cannot copy `{}`: {error}", built.display()))?;
        println!("cargo:rustc-env=COUNTERSIGN_COMPONENT_{}={}", component.to_uppercase(), kept.display());
    }
    Ok(())
}

fn workspace() -> Outcome<PathBuf> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root =
        here.ancestors().nth(2).ok_or("`components/artifacts` must lie two folders below the workspace")?;
    Ok(root.to_path_buf())
}

/// One directory for all profiles of the outer build, so that debug and release share the components.
/// Cargo marks its target directory with `CACHEDIR.TAG`; without one the build script's own folder serves.
fn component_target_dir(out: &Path) -> PathBuf {
    let target = out.ancestors().filter(|folder| folder.join("CACHEDIR.TAG").is_file()).last();
    target.unwrap_or(out).join("components")
}

/// Installs the target when it is missing, or says what to run.
fn ensure_target() -> Outcome<()> {
    if target_installed()? {
        return Ok(());
    }
    println!("cargo:warning=installing the {TARGET} target: rustup target add {TARGET}");
    let status = Command::new("rustup").args(["target", "add", TARGET]).status();
    if status.is_ok_and(|status| status.success()) && target_installed()? {
        return Ok(());
    }
    Err(format!(
        "the {TARGET} target is missing and could not be installed; run `rustup target add {TARGET}`"
    )
    .into())
}

fn target_installed() -> Outcome<bool> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output()?;
    let folder = String::from_utf8(output.stdout)?;
    Ok(output.status.success() && Path::new(folder.trim()).is_dir())
}

fn build(workspace: &Path, target_dir: &Path) -> Outcome<()> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(workspace)
        .args(["build", "--release", "--target", TARGET, "--target-dir"])
        .arg(target_dir);
    for component in COMPONENTS {
        cargo.args(["-p", component]);
    }
    for (name, _) in env::vars_os() {
        if is_of_outer_build(&name.to_string_lossy()) {
            cargo.env_remove(name);
        }
    }
    cargo.envs(PROFILE).env("CARGO_ENCODED_RUSTFLAGS", RUSTFLAGS);
    let status = cargo.status()?;
    if status.success() {
        return Ok(());
    }
    let by_hand = COMPONENTS.map(|component| format!("-p {component}")).join(" ");
    Err(format!(
        "the components do not build ({status}); see why with `cargo build --target {TARGET} {by_hand}`"
    )
    .into())
}

/// Variables that steer a cargo and would make the inner build another one: flags, wrappers (clippy,
/// doc), target choices, the outer package's own description. Where to find crates stays.
fn is_of_outer_build(name: &str) -> bool {
    const STAY: [&str; 6] =
        ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_TERM_"];
    const GO: [&str; 9] = [
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "MAKEFLAGS",
        "TARGET",
        "PROFILE",
        "OPT_LEVEL",
        "DEBUG",
    ];
    (name.starts_with("CARGO_") && !STAY.iter().any(|start| name.starts_with(start))) || GO.contains(&name)
}
