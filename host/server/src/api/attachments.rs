//! Routes of attachments: add, change flags, fetch. Bytes are streamed; nothing is held in memory.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_workflow::event::What;
use countersign_workflow::form::Attachment;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::instances::act;
use crate::host::Host;
use crate::once::Answer;
use crate::problem::Problem;

/// Largest file taken.
pub const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// New flags of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AttachmentChange {
    /// Set or clear the deleted flag.
    #[serde(default)]
    pub deleted: Option<bool>,
    /// All attributes that shall be set.
    #[serde(default)]
    pub attributes: Option<Vec<String>>,
    /// The new category.
    #[serde(default)]
    pub category: Option<String>,
}

/// `POST /instances/{instance}/attachments?name=…&category=…&attribute=…` with the bytes as body.
pub async fn add(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path(instance): Path<String>,
    request: Request,
) -> Result<Answer, Problem> {
    host.find(&instance).await?;
    host.intake_allowed()?;
    let mut attachment = described(request.uri().query().unwrap_or_default(), request.headers())?;
    let bytes = request.into_body().into_data_stream().map_err(std::io::Error::other);
    (attachment.size, attachment.sha256) = host.store_file(Box::pin(bytes), FILE_BYTES_MAX).await?;
    act(&host, caller, &instance, What::Attach { attachment }).await
}

/// `PATCH /instances/{instance}/attachments/{attachment}`
pub async fn change(
    State(host): State<Arc<Host>>,
    caller: Caller,
    Path((instance, id)): Path<(String, u32)>,
    Json(change): Json<AttachmentChange>,
) -> Result<Answer, Problem> {
    let AttachmentChange { deleted, attributes, category } = change;
    act(&host, caller, &instance, What::ChangeAttachment { id, deleted, attributes, category }).await
}

/// `GET /instances/{instance}/attachments/{attachment}/content`
pub async fn fetch(
    State(host): State<Arc<Host>>,
    Path((instance, id)): Path<(String, u32)>,
) -> Result<Response, Problem> {
    let instance = host.find(&instance).await?;
    let known = instance.form.attachments.iter().find(|a| a.id == id);
    let attachment = known.ok_or_else(|| Problem::not_found(&format!("attachment `{id}`")))?;
    let bytes = host.open_file(&attachment.sha256).await?;
    let name: String =
        attachment.name.chars().filter(|c| c.is_ascii() && !c.is_control() && *c != '"').collect();
    let headers = [
        (header::CONTENT_TYPE, attachment.media_type.clone()),
        (header::CONTENT_LENGTH, attachment.size.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        // A stored file must never run as a page of this origin.
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}

/// Name, category and attributes from the query; media type from the header.
fn described(query: &str, headers: &HeaderMap) -> Result<Attachment, Problem> {
    let wrong = |detail: &str| Problem::new(StatusCode::BAD_REQUEST, "CS0002", detail);
    let url = reqwest::Url::parse(&format!("http://host/?{query}"))
        .map_err(|_| wrong("the query cannot be read"))?;
    let values = |wanted: &str| -> Vec<String> {
        url.query_pairs().filter(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).collect()
    };
    let first = |wanted: &str| {
        values(wanted)
            .into_iter()
            .next()
            .ok_or_else(|| wrong(&format!("`{wanted}` is missing; add `?{wanted}=…`")))
    };
    let name = first("name")?;
    if name.contains(['/', '\\', '\0']) || name.trim().is_empty() || name.len() > 255 {
        return Err(wrong("`name` must be a file name of at most 255 bytes, without a path"));
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    Ok(Attachment {
        id: 0,
        name,
        media_type: media_type.unwrap_or("application/octet-stream").to_owned(),
        size: 0,
        sha256: String::new(),
        category: first("category")?,
        attributes: values("attribute"),
        deleted: false,
    })
}
