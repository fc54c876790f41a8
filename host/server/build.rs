//! Has the binary built again when a file is added to what `countersign new` embeds (`src/scaffold.rs`).
//!
//! The compiler itself notices only changes within files that were there before.

use std::path::Path;

fn main() {
    for folder in ["components/templates", "components/sdk/src", "wit"] {
        println!("cargo:rerun-if-changed=../../{folder}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    for made in ["js/node_modules", "python/.venv", "rust/target"] {
        if Path::new("../../components/templates").join(made).exists() {
            println!(
                "cargo::error=`components/templates/{made}` would be embedded; remove it, and build a template where `countersign new` made it"
            );
        }
    }
}
