//! Reading a case's folder: every file must be known, every key, and everything that is named must be there.
//!
//! Not here: what is done with it (`run.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use countersign_sandbox::ActionInput;
use countersign_sandbox::contract::action::ACTIONS;
use serde_json::Value;

use super::files::{CASE, CONNECTION, file_name, files, files_below, folders, read, relative};
use super::{Case, CaseError, check};
use crate::format::body::RequestBody;
use crate::format::exchange::ExchangeFile;
use crate::format::{CaseFile, ConnectionFile};

/// The folder of messages that the provider posts.
pub const EVENTS: &str = "events";
/// The folder of data sources, each with a folder of its own.
pub const DATA_SOURCES: &str = "data-sources";
/// How the contract calls asking for rows.
const ROWS: &str = "rows";

/// Where a case stands.
pub(crate) struct Place {
    /// The provider's id.
    pub(crate) provider: String,
    /// The provider's folder.
    pub(crate) provider_folder: PathBuf,
    /// An action's name, `events`, or `data-sources`.
    pub(crate) group: String,
    /// The data source.
    pub(crate) source: Option<String>,
    /// `autenti/send-for-signature/happy-path`.
    pub(crate) name: String,
}

impl Place {
    /// Where this folder is.
    ///
    /// # Errors
    /// When no case can stand there.
    pub(crate) fn of(folder: &Path) -> Result<Self, CaseError> {
        let parts: Vec<String> =
            folder.components().rev().take(4).map(|part| part.as_os_str().to_string_lossy().into()).collect();
        let wrong = || {
            let message = "is no case; cases stand in `<provider>/<action>/<case>`, `<provider>/events/<case>` or `<provider>/data-sources/<source>/<case>`";
            CaseError::new(folder, message)
        };
        let up = |levels: usize| folder.ancestors().nth(levels).map(Path::to_owned).ok_or_else(wrong);
        match parts.as_slice() {
            [case, source, group, provider] if group == DATA_SOURCES => Ok(Self {
                name: format!("{provider}/{group}/{source}/{case}"),
                provider: provider.clone(),
                provider_folder: up(3)?,
                group: group.clone(),
                source: Some(source.clone()),
            }),
            [case, group, provider, ..] => Ok(Self {
                name: format!("{provider}/{group}/{case}"),
                provider: provider.clone(),
                provider_folder: up(2)?,
                group: group.clone(),
                source: None,
            }),
            _ => Err(wrong()),
        }
    }

    fn action(&self) -> &str {
        if self.source.is_some() { ROWS } else { &self.group }
    }
}

/// Every case folder of a provider, in order: actions and events, then data sources.
///
/// # Errors
/// When a folder cannot be listed, or stands where an action's folder should.
pub fn find_cases(provider: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let mut cases = Vec::new();
    for group in folders(provider)? {
        let name = file_name(&group);
        if name == DATA_SOURCES {
            for source in folders(&group)? {
                cases.extend(folders(&source)?);
            }
            continue;
        }
        let is_action = ACTIONS.contains(&name.as_str()) && name != ROWS;
        if !is_action && name != EVENTS {
            let actions: Vec<&str> = ACTIONS.into_iter().filter(|action| *action != ROWS).collect();
            let message = format!(
                "is no action of the contract; use one of {}, {EVENTS}, {DATA_SOURCES}",
                actions.join(", ")
            );
            return Err(CaseError::new(&group, message));
        }
        cases.extend(folders(&group)?);
    }
    Ok(cases)
}

/// What the cases of a provider share.
///
/// # Errors
/// When it is missing or wrong.
pub(crate) fn read_connection(provider: &Path) -> Result<ConnectionFile, CaseError> {
    let path = provider.join(CONNECTION);
    let connection = read(&path)?;
    check::check_connection(&path, &connection)?;
    Ok(connection)
}

pub(super) fn load(folder: &Path) -> Result<Case, CaseError> {
    let place = Place::of(folder)?;
    let path = folder.join(CASE);
    let file: CaseFile = read(&path)?;
    check::check_expectation(&path, place.action(), &file)?;
    check_source(&path, &place, &file.input)?;
    let input = ActionInput::from_json(place.action(), file.input.clone())
        .map_err(|problem| CaseError::new(&path, format!("key `input`: {problem}")))?;
    let connection = read_connection(&place.provider_folder)?;
    let exchanges = exchanges(folder)?;
    let named = named_files(folder, &file, &exchanges)?;
    let granted = granted(&path, &file, &named)?;
    Ok(Case {
        name: place.name,
        provider: place.provider,
        connection,
        file,
        input,
        exchanges,
        named,
        granted,
    })
}

/// The data source of the input is the folder's.
fn check_source(path: &Path, place: &Place, input: &Value) -> Result<(), CaseError> {
    let Some(source) = &place.source else { return Ok(()) };
    match input.get("source").and_then(Value::as_str) {
        Some(given) if given == source => Ok(()),
        _ => {
            let message = format!("key `input.source`: is not `{source}`, as the folder says");
            Err(CaseError::new(path, message))
        }
    }
}

fn exchanges(folder: &Path) -> Result<Vec<(String, ExchangeFile)>, CaseError> {
    let mut exchanges = Vec::new();
    for path in files(folder)?.iter().filter(|path| is_exchange(&file_name(path))) {
        let next = format!("{:02}-", exchanges.len() + 1);
        if !file_name(path).starts_with(&next) {
            let message =
                format!("is out of order: the next exchange is `{next}….json`; number them from 01");
            return Err(CaseError::new(path, message));
        }
        let exchange: ExchangeFile = read(path)?;
        check::check_exchange(path, &exchange)?;
        exchanges.push((file_name(path), exchange));
    }
    Ok(exchanges)
}

/// `01-create.json`
fn is_exchange(name: &str) -> bool {
    let numbered = name
        .split_once('-')
        .is_some_and(|(number, _)| number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit()));
    numbered && name.ends_with(".json")
}

/// Reads every file that is named, and refuses those that are not.
fn named_files(
    folder: &Path,
    file: &CaseFile,
    exchanges: &[(String, ExchangeFile)],
) -> Result<BTreeMap<String, Bytes>, CaseError> {
    let mut names: BTreeSet<&str> =
        file.attachments.iter().filter_map(|granted| granted.file.as_deref()).collect();
    names.extend(file.created.iter().filter_map(|created| created.file.as_deref()));
    for (_, exchange) in exchanges {
        names.extend(exchange.request.body.iter().flat_map(RequestBody::files));
        names.extend(exchange.response.body.iter().filter_map(|body| body.files()));
    }
    let known = |name: &str| name == CASE || is_exchange(name) || names.contains(name);
    read_named(folder, &names, &known)
}

/// The bytes of these files of a folder; a file that is not known is refused.
pub(super) fn read_named(
    folder: &Path,
    names: &BTreeSet<&str>,
    known: &dyn Fn(&str) -> bool,
) -> Result<BTreeMap<String, Bytes>, CaseError> {
    if let Some(stranger) = files_below(folder)?.into_iter().find(|path| !known(&relative(folder, path))) {
        return Err(CaseError::new(&stranger, "is named nowhere in the case; name it or remove it"));
    }
    let bytes = |name: &&str| {
        let path = folder.join(name);
        fs::read(&path)
            .map(|bytes| ((*name).to_owned(), bytes.into()))
            .map_err(|error| CaseError::unreadable(&path, &error))
    };
    names.iter().map(bytes).collect()
}

/// The bytes of the granted attachments, by number.
fn granted(
    path: &Path,
    file: &CaseFile,
    named: &BTreeMap<String, Bytes>,
) -> Result<BTreeMap<u32, Bytes>, CaseError> {
    let mut granted = BTreeMap::new();
    for (index, attachment) in file.attachments.iter().enumerate() {
        let key = format!("attachments[{index}]");
        check::check_content(path, &key, (attachment.file.is_some(), attachment.filled.is_some()))?;
        let kept = attachment.file.as_ref().and_then(|name| named.get(name).cloned());
        let made = || attachment.filled.as_ref().map(|filled| filled.made());
        if granted.insert(attachment.id, kept.or_else(made).unwrap_or_default()).is_some() {
            let message = format!("key `{key}.id`: {} is taken by another attachment", attachment.id);
            return Err(CaseError::new(path, message));
        }
    }
    for (index, created) in file.created.iter().enumerate() {
        let content = (created.file.is_some(), created.filled.is_some());
        check::check_content(path, &format!("created[{index}]"), content)?;
    }
    Ok(granted)
}
