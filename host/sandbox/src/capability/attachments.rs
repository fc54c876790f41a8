//! `attachments`: the files granted to this call, and those it made itself.
//!
//! Not here: where files are kept (the call's attachment store).

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::time::timeout_at;

use crate::attachment::AttachmentInfo;
use crate::call::state::CallState;
use crate::contract::attachments::AttachmentFailure;

/// The longest file name that every file system takes.
const NAME_BYTES_MAX: usize = 255;

/// `attachments.describe`
pub(crate) fn describe(
    state: &mut CallState,
    id: u32,
) -> wasmtime::Result<Result<AttachmentInfo, AttachmentFailure>> {
    Ok(state.work("attachments.describe")?.attachment(id).cloned().ok_or(AttachmentFailure::Denied))
}

/// `attachments.read`
pub(crate) async fn read(
    state: &mut CallState,
    id: u32,
    offset: u64,
    length: u32,
) -> wasmtime::Result<Result<Vec<u8>, AttachmentFailure>> {
    let (deadline, piece_max) = (state.deadline, state.limits.attachment_piece_bytes_max);
    let work = state.work("attachments.read")?;
    let Some(info) = work.attachment(id) else { return Ok(Err(AttachmentFailure::Denied)) };
    if u64::from(length) > piece_max {
        return Ok(Err(AttachmentFailure::TooLarge(piece_max)));
    }
    let length = u64::from(length).min(info.size.saturating_sub(offset));
    if length == 0 {
        return Ok(Ok(Vec::new()));
    }
    let piece = async {
        let mut bytes = work.attachments.open(&info.sha256, offset).await?;
        let mut piece = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        while (piece.len() as u64) < length {
            let Some(next) = bytes.next().await else { break };
            let next = next?;
            let wanted = usize::try_from(length - piece.len() as u64).unwrap_or(usize::MAX).min(next.len());
            piece.extend_from_slice(next.get(..wanted).unwrap_or_default());
        }
        Ok::<_, std::io::Error>(piece)
    };
    match timeout_at(deadline, piece).await {
        Ok(piece) => Ok(piece.map_err(storage)),
        Err(_) => Err(state.time_out()),
    }
}

/// `attachments.create`
pub(crate) async fn create(
    state: &mut CallState,
    name: String,
    media_type: String,
    bytes: Vec<u8>,
) -> wasmtime::Result<Result<u32, AttachmentFailure>> {
    let (deadline, piece_max, made_max) =
        (state.deadline, state.limits.attachment_piece_bytes_max, state.limits.attachments_made_max);
    let work = state.work("attachments.create")?;
    if bytes.len() as u64 > piece_max {
        return Ok(Err(AttachmentFailure::TooLarge(piece_max)));
    }
    let checked = check_room(work.created.len(), made_max)
        .and_then(|()| check_name(&name))
        .and_then(|()| check_media_type(&media_type));
    if let Err(reason) = checked {
        return Ok(Err(AttachmentFailure::Invalid(reason)));
    }
    let whole = stream::once(std::future::ready(Ok(Bytes::from(bytes)))).boxed();
    match timeout_at(deadline, work.attachments.store(whole, piece_max)).await {
        Ok(Ok(stored)) => Ok(Ok(work.keep(name, media_type, stored))),
        Ok(Err(error)) => Ok(Err(storage(error))),
        Err(_) => Err(state.time_out()),
    }
}

fn storage(error: std::io::Error) -> AttachmentFailure {
    AttachmentFailure::Storage(error.to_string())
}

/// Whether the call may make one more file.
pub(crate) fn check_room(made: usize, made_max: u32) -> Result<(), String> {
    match made as u64 >= u64::from(made_max) {
        true => Err(format!("this call already made {made_max} attachments, and may make no more")),
        false => Ok(()),
    }
}

/// A file name that means one file in one folder on every system.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let reason = match name {
        "" => "is empty",
        "." | ".." => "names a folder",
        _ if name.len() > NAME_BYTES_MAX => "is longer than 255 bytes",
        _ if name.contains(['/', '\\']) => "holds a path separator",
        _ if name.contains(char::is_control) => "holds a control character",
        _ => return Ok(()),
    };
    Err(format!("the file name `{}` {reason}", name.escape_debug()))
}

/// `type/subtype` (RFC 9110 section 8.3.1), parameters allowed.
pub(crate) fn check_media_type(media_type: &str) -> Result<(), String> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let token = |text: &str| !text.is_empty() && text.bytes().all(super::http::headers::is_token_byte);
    match essence.split_once('/') {
        Some((kind, sub)) if token(kind) && token(sub) && !media_type.contains(char::is_control) => Ok(()),
        _ => {
            Err(format!("`{}` is no media type; write one like `application/pdf`", media_type.escape_debug()))
        }
    }
}
