//! Reading a case's folder: every file must be known, every key, and everything that is named must be there.
//!
//! Not here: what is done with it (`run.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use countersign_sandbox::ActionInput;
use countersign_sandbox::contract::action::ACTIONS;
use serde::de::DeserializeOwned;

use super::{Case, CaseError};
use crate::format::CaseFile;
use crate::format::body::RequestBody;
use crate::format::exchange::ExchangeFile;

pub(super) const CASE: &str = "case.json";
pub(super) const CONNECTION: &str = "connection.json";

/// Every case folder of a provider, in order: `<provider>/<action>/<case>`.
///
/// # Errors
/// When a folder cannot be listed, or stands where an action's folder should.
pub fn find_cases(provider: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let mut cases = Vec::new();
    for action in folders(provider)? {
        let name = file_name(&action);
        if !ACTIONS.contains(&name.as_str()) {
            let message = format!("is no action of the contract; use one of {}", ACTIONS.join(", "));
            return Err(CaseError::new(&action, message));
        }
        cases.extend(folders(&action)?);
    }
    Ok(cases)
}

pub(super) fn load(folder: &Path) -> Result<Case, CaseError> {
    let place: Vec<String> =
        folder.components().rev().take(3).map(|part| part.as_os_str().to_string_lossy().into()).collect();
    let [case, action, provider] = place.as_slice() else {
        return Err(CaseError::new(folder, "is no case; cases stand in `<provider>/<action>/<case>`"));
    };
    let file: CaseFile = read(&folder.join(CASE))?;
    check_expectation(folder, &file)?;
    let input = ActionInput::from_json(action, file.input.clone())
        .map_err(|problem| CaseError::new(&folder.join(CASE), format!("key `input`: {problem}")))?;
    let connection = read(&folder.join("../..").join(CONNECTION))?;
    let exchanges = exchanges(folder)?;
    let granted: BTreeMap<u32, String> =
        file.attachments.iter().map(|granted| (granted.id, granted.file.clone())).collect();
    let named = named_files(folder, &file, &exchanges)?;
    let name = format!("{provider}/{action}/{case}");
    Ok(Case { name, provider: provider.clone(), connection, file, input, exchanges, named, granted })
}

fn check_expectation(folder: &Path, file: &CaseFile) -> Result<(), CaseError> {
    let path = folder.join(CASE);
    if file.docs.trim().is_empty() {
        return Err(CaseError::new(&path, "key `docs`: says nothing; say in a sentence what the case shows"));
    }
    match file.outcome.is_some() == file.failure.is_some() {
        true => Err(CaseError::new(&path, "give either `outcome` or `failure`")),
        false => Ok(()),
    }
}

fn exchanges(folder: &Path) -> Result<Vec<(String, ExchangeFile)>, CaseError> {
    let mut exchanges = Vec::new();
    for path in files(folder)?.iter().filter(|path| is_exchange(&file_name(path))) {
        let exchange: ExchangeFile = read(path)?;
        if exchange.response.status.is_some() == exchange.response.broken.is_some() {
            return Err(CaseError::new(path, "key `response`: give either `status` or `broken`"));
        }
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
) -> Result<BTreeMap<String, Vec<u8>>, CaseError> {
    let mut names: BTreeSet<&str> = file.attachments.iter().map(|granted| granted.file.as_str()).collect();
    names.extend(file.created.iter().map(|created| created.file.as_str()));
    for (_, exchange) in exchanges {
        names.extend(exchange.request.body.iter().flat_map(RequestBody::files));
        names.extend(exchange.response.body.iter().filter_map(|body| body.files()));
    }
    let known = |path: &Path| {
        let name = relative(folder, path);
        name == CASE || is_exchange(&name) || names.contains(name.as_str())
    };
    let present = files(folder)?.into_iter().chain(
        folders(folder)?
            .iter()
            .map(|inner| files(inner))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .flatten(),
    );
    if let Some(stranger) = present.into_iter().find(|path| !known(path)) {
        return Err(CaseError::new(&stranger, "is named nowhere in the case; name it or remove it"));
    }
    let bytes = |name: &&str| {
        let path = folder.join(name);
        fs::read(&path)
            .map(|bytes| ((*name).to_owned(), bytes))
            .map_err(|error| CaseError::unreadable(&path, &error))
    };
    names.iter().map(bytes).collect()
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, CaseError> {
    let text = fs::read_to_string(path).map_err(|error| CaseError::unreadable(path, &error))?;
    let mut json = serde_json::Deserializer::from_str(&text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let key = error.path().to_string();
        CaseError::new(path, format!("key `{key}`: {}", error.inner()))
    })?;
    json.end().map_err(|error| CaseError::new(path, format!("has more after its end: {error}")))?;
    Ok(value)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_file()).collect())
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let unreadable = |error| CaseError::unreadable(folder, &error);
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
