//! What a component shows before it is compiled: its contract version, imports, exports and string encoding.
//!
//! Not here: its types, which need the compiler (`admission/exports.rs`).

use semver::Version;
use wasmparser::{CanonicalFunction, CanonicalOption, Parser, Payload};

use super::error::{AdmissionError, ForbiddenImport};
use crate::contract::{PACKAGE, SECTION, VERSION};
use crate::limits::Limits;

/// The interfaces a provider exports.
const EXPORTS: [&str; 4] = ["manifest", "actions", "data-sources", "events"];

/// The interfaces a provider may import. `types` holds types alone.
const IMPORTS: [&str; 6] = ["http", "attachments", "clock", "log", "progress", "types"];

/// The inert interfaces of WASI 0.2 that language runtimes pull in by themselves.
const INERT: [&str; 18] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
];

/// The outside of a component.
#[derive(Debug, Default)]
pub(super) struct Surface {
    pub(super) imports: Vec<String>,
    pub(super) exports: Vec<String>,
    section: Option<String>,
    encoding: Option<&'static str>,
}

/// The first bound: nothing larger is even parsed.
pub(super) fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), AdmissionError> {
    let (size, max) = (bytes.len() as u64, limits.component_bytes_max);
    if size > max { Err(AdmissionError::TooLarge { size, max }) } else { Ok(()) }
}

impl Surface {
    /// Reads the whole binary once.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, AdmissionError> {
        match bytes {
            [0, b'a', b's', b'm', ..] => {}
            _ => return Err(AdmissionError::NotWasm),
        }
        if Parser::is_core_wasm(bytes) {
            return Err(AdmissionError::NotComponent);
        }
        let mut surface = Self::default();
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.map_err(|error| malformed(&error))?;
            match &payload {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                    depth = depth.saturating_add(1)
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                _ => surface.note(payload, depth == 0).map_err(|error| malformed(&error))?,
            }
        }
        Ok(surface)
    }

    fn note(&mut self, payload: Payload<'_>, outermost: bool) -> wasmparser::Result<()> {
        match payload {
            Payload::ComponentImportSection(imports) if outermost => {
                for import in imports {
                    self.imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(exports) if outermost => {
                for export in exports {
                    self.exports.push(export?.name.name.to_owned());
                }
            }
            Payload::CustomSection(section) if outermost && section.name() == SECTION => {
                self.section = Some(String::from_utf8_lossy(section.data()).trim().to_owned());
            }
            Payload::ComponentCanonicalSection(functions) => {
                for function in functions {
                    self.encoding = self.encoding.or(foreign_encoding(&function?));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The contract version it was built for: what its section says, else what its interfaces are named by.
    pub(super) fn contract(&self) -> Option<String> {
        let named = || self.versions().next().map(|(_, version)| version.to_owned());
        self.section.clone().or_else(named)
    }

    /// Checks version, exports, imports and encoding, in this order.
    pub(super) fn check(&self) -> Result<(), AdmissionError> {
        self.check_version()?;
        let missing: Vec<_> = EXPORTS
            .iter()
            .filter(|name| !self.exports.iter().any(|export| is_ours(export, name)))
            .map(|name| format!("{PACKAGE}/{name}@{VERSION}"))
            .collect();
        if !missing.is_empty() {
            return Err(AdmissionError::MissingExports(missing));
        }
        let forbidden: Vec<_> = self.imports.iter().filter_map(|name| forbidden(name)).collect();
        if !forbidden.is_empty() {
            return Err(AdmissionError::ForbiddenImports(forbidden));
        }
        self.encoding.map_or(Ok(()), |encoding| Err(AdmissionError::StringEncoding(encoding)))
    }

    /// Names and versions of the contract's interfaces, exports first.
    fn versions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.exports.iter().chain(&self.imports).filter_map(|name| {
            let (interface, version) = name.split_once('@')?;
            Some((interface.strip_prefix(PACKAGE)?.strip_prefix('/')?, version))
        })
    }

    fn check_version(&self) -> Result<(), AdmissionError> {
        let section = self.section.as_deref().map(|version| ("its section", version));
        let foreign = section.into_iter().chain(self.versions()).find(|(_, version)| !speaks(version));
        let Some((_, version)) = foreign else { return Ok(()) };
        let ours = Version::parse(VERSION).ok();
        let advice = match (Version::parse(version).ok(), ours) {
            (Some(theirs), Some(ours)) if theirs > ours => {
                "use a newer host, or build it with this host's `wit/`"
            }
            (Some(_), _) => "build it with this host's `wit/`, or use an older host",
            (None, _) => "that is no version; build it with this host's `wit/`",
        };
        Err(AdmissionError::ContractVersion {
            found: version.escape_debug().to_string(),
            advice: advice.to_owned(),
        })
    }
}

/// Whether this host speaks that version: within 0.x the minor must be equal (see `wit/README.md`).
fn speaks(version: &str) -> bool {
    match (Version::parse(version), Version::parse(VERSION)) {
        (Ok(theirs), Ok(ours)) => {
            (theirs.major, theirs.minor) == (ours.major, ours.minor) && theirs.pre.is_empty()
        }
        _ => false,
    }
}

fn is_ours(name: &str, interface: &str) -> bool {
    let (base, version) = name.split_once('@').unwrap_or((name, ""));
    base.strip_prefix(PACKAGE).and_then(|rest| rest.strip_prefix('/')) == Some(interface) && speaks(version)
}

fn forbidden(name: &str) -> Option<ForbiddenImport> {
    let (base, version) = name.split_once('@').unwrap_or((name, ""));
    let inert = INERT.contains(&base) && version.starts_with("0.2.");
    if inert || IMPORTS.iter().any(|interface| is_ours(name, interface)) {
        return None;
    }
    let why = match base.split('/').next().unwrap_or_default() {
        "wasi:sockets" => "sockets bypass the operator's grant; use `countersign:provider/http`",
        "wasi:http" => "it would choose its own addresses; use `countersign:provider/http`",
        "wasi:filesystem" => {
            "a provider sees no files but its call's; use `countersign:provider/attachments`"
        }
        "wasi:cli" | "wasi:io" | "wasi:clocks" | "wasi:random" => {
            "only the inert interfaces of WASI 0.2 are tolerated"
        }
        PACKAGE => "this contract has no such interface",
        _ => "it is no part of the contract",
    };
    Some(ForbiddenImport { name: name.to_owned(), why })
}

fn foreign_encoding(function: &CanonicalFunction) -> Option<&'static str> {
    let (CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. }) = function
    else {
        return None;
    };
    options.iter().find_map(|option| match option {
        CanonicalOption::UTF16 => Some("UTF-16"),
        CanonicalOption::CompactUTF16 => Some("Latin-1 or UTF-16"),
        _ => None,
    })
}

fn malformed(error: &wasmparser::Error) -> AdmissionError {
    AdmissionError::Malformed(error.to_string())
}
