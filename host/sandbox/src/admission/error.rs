//! Why a component is refused, in words and with a code.
//!
//! Not here: finding out (`admission/*`).

use std::fmt;

use crate::contract::{Failure, VERSION};

/// The first step of admission that refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdmissionError {
    /// The file is too large.
    #[error(
        "the component has {size} bytes, allowed are {max}; strip its debug sections (`wasm-tools strip`)"
    )]
    TooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        max: u64,
    },
    /// The file is no wasm at all.
    #[error("this is no WebAssembly: the file does not begin with `\\0asm`")]
    NotWasm,
    /// The file is broken or cut off.
    #[error("the component is broken or cut off: {0}; build or download it again")]
    Malformed(String),
    /// The file is a core module.
    #[error(
        "this is a core module, not a component; build it for `wasm32-wasip2`, or wrap it with `wasm-tools component new`"
    )]
    NotComponent,
    /// It speaks another version of the contract.
    #[error("the component was built for contract {found}, this host speaks {VERSION}: {advice}")]
    ContractVersion {
        /// What it was built for.
        found: String,
        /// What to do.
        advice: String,
    },
    /// Parts of the contract are missing.
    #[error("the component does not export {}; a provider exports all of the world `provider`", backticked(.0))]
    MissingExports(Vec<String>),
    /// It imports what no provider gets.
    #[error("the component imports what no provider gets: {}", listed(.0))]
    ForbiddenImports(Vec<ForbiddenImport>),
    /// Its strings are not UTF-8.
    #[error(
        "the component uses {0} strings; the host takes UTF-8 alone, which every current toolchain makes"
    )]
    StringEncoding(&'static str),
    /// It does not compile.
    #[error("the component does not compile: {0}")]
    Compile(String),
    /// An instance would take more than allowed.
    #[error(
        "an instance would take more than a call may: {0}; make it smaller, or raise the sandbox's limits"
    )]
    Resources(String),
    /// Its types are not the contract's.
    #[error("the component's types are not those of contract {VERSION}: {}; build it again with the current `wit/`", .0.join("; "))]
    Mismatched(Vec<String>),
    /// Its manifest cannot be read.
    #[error("the manifest could not be read: {0}")]
    Unreadable(Failure),
    /// Its manifest is wrong; all problems at once.
    #[error("the manifest is wrong: {}", .0.join("; "))]
    Manifest(Vec<String>),
}

/// An import that no provider gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForbiddenImport {
    /// Its name.
    pub name: String,
    /// Why, and what to use instead.
    pub why: &'static str,
}

impl AdmissionError {
    /// The code, for `countersign explain`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "CS0101",
            Self::NotWasm => "CS0102",
            Self::Malformed(_) => "CS0103",
            Self::NotComponent => "CS0104",
            Self::ContractVersion { .. } => "CS0105",
            Self::MissingExports(_) => "CS0106",
            Self::ForbiddenImports(_) => "CS0107",
            Self::StringEncoding(_) => "CS0108",
            Self::Compile(_) => "CS0109",
            Self::Resources(_) => "CS0110",
            Self::Mismatched(_) => "CS0111",
            Self::Unreadable(_) => "CS0112",
            Self::Manifest(_) => "CS0113",
        }
    }
}

impl fmt::Display for ForbiddenImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.name, self.why)
    }
}

fn backticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn listed(imports: &[ForbiddenImport]) -> String {
    imports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
