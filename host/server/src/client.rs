//! A caller of the API: what the command line and the demo use, and nothing they could not do with curl.
//!
//! Every change carries a fresh idempotency key, so that asking again after a broken connection repeats nothing.
//! Not here: the routes (`api.rs`).

use std::time::Duration;

use anyhow::{Context, anyhow};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::problem::Problem;

/// How often to ask for the answer of a request that goes on behind a broken connection, and how long between.
const ASKED_AT_MOST: usize = 240;
const BETWEEN: Duration = Duration::from_millis(500);

/// One caller: where the host is, and in whose name to act.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    actor: String,
    roles: String,
}

/// Newline-delimited JSON on its way in.
#[derive(Debug)]
pub struct Lines {
    response: Response,
    read: Vec<u8>,
}

impl Lines {
    /// The next line; none when the answer is over.
    pub async fn next<T: DeserializeOwned>(&mut self) -> anyhow::Result<Option<T>> {
        loop {
            if let Some(end) = self.read.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                let value = serde_json::from_slice(&line);
                return value
                    .map(Some)
                    .context("the host's answer is not what this version of the command line expects");
            }
            match self.response.chunk().await.context("the host stopped answering")? {
                Some(bytes) => self.read.extend_from_slice(&bytes),
                None => return Ok(None),
            }
        }
    }
}

impl Client {
    /// A caller of the host at `url`, acting as `actor` with comma-separated `roles`.
    pub fn new(url: &str, token: Option<String>, actor: &str, roles: &str) -> anyhow::Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http =
            reqwest::Client::builder().no_proxy().build().context("the HTTP client could not be set up")?;
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { http, url, token, actor: actor.to_owned(), roles: roles.to_owned() })
    }

    /// The same caller in another name.
    pub fn acting_as(&self, actor: &str, roles: &str) -> Self {
        Self { actor: actor.to_owned(), roles: roles.to_owned(), ..self.clone() }
    }

    /// Reads.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.ask(self.request(Method::GET, path)).await
    }

    /// Reads bytes; returns the file name beside them.
    pub async fn download(&self, path: &str) -> anyhow::Result<Response> {
        self.streamed(self.request(Method::GET, path)).await
    }

    /// Acts.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        self.ask(self.change(Method::POST, path).json(body)).await
    }

    /// Changes.
    pub async fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        self.ask(self.change(Method::PATCH, path).json(body)).await
    }

    /// Uploads bytes with their media type.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        media_type: &str,
        body: reqwest::Body,
    ) -> anyhow::Result<T> {
        self.ask(self.change(Method::POST, path).header("content-type", media_type).body(body)).await
    }

    fn change(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("idempotency-key", Uuid::new_v4().to_string())
    }

    /// Acts, and reads the answer line by line while it comes.
    pub async fn lines(&self, path: &str, body: &impl Serialize) -> anyhow::Result<Lines> {
        let response = self.streamed(self.request(Method::POST, path).json(body)).await?;
        Ok(Lines { response, read: Vec::new() })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}/api/v1{path}", self.url))
            .header("countersign-actor", &self.actor)
            .header("countersign-roles", &self.roles);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// An answer that is read while it comes; it is asked for once.
    async fn streamed(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let response = request.send().await.map_err(|e| self.unanswered(e))?;
        match response.status() {
            status if status.is_success() => Ok(response),
            status => Err(refusal(status, &response.text().await.unwrap_or_default())),
        }
    }

    /// Asks, and once more when the connection breaks on the way (a streamed body cannot be sent again).
    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> anyhow::Result<T> {
        let spare = request.try_clone();
        let (status, text) = match (whole(request).await, spare) {
            (Err(broken), Some(spare)) if !broken.is_connect() => self.ask_again(spare).await?,
            (answer, _) => answer.map_err(|e| self.unanswered(e))?,
        };
        if !status.is_success() {
            return Err(refusal(status, &text));
        }
        serde_json::from_str(&text)
            .context("the host's answer is not what this version of the command line expects")
    }

    /// The same request under the same key. While the first one goes on, the host says so.
    async fn ask_again(&self, request: RequestBuilder) -> anyhow::Result<(StatusCode, String)> {
        let mut answer = None;
        for _ in 0..ASKED_AT_MOST {
            let again = request.try_clone().context("the request cannot be sent twice")?;
            let (status, text) = whole(again).await.map_err(|e| self.unanswered(e))?;
            let under_way = serde_json::from_str::<Problem>(&text).is_ok_and(|p| p.code == "CS0302");
            answer = Some((status, text));
            if !under_way {
                break;
            }
            tokio::time::sleep(BETWEEN).await;
        }
        answer.context("the host was not asked")
    }

    fn unanswered(&self, error: reqwest::Error) -> anyhow::Error {
        let url = &self.url;
        let what = match error.is_connect() {
            true => format!("no host answers at `{url}`; start one with `countersign serve`, or give --url"),
            false => {
                format!("the host at `{url}` broke off; what was asked may be done, look before you repeat")
            }
        };
        anyhow::Error::from(error).context(what)
    }
}

/// A route with query values, encoded.
pub fn with_query<'a>(
    path: &str,
    values: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> anyhow::Result<String> {
    let query = reqwest::Url::parse_with_params("http://host/", values)?;
    Ok(format!("{path}?{}", query.query().unwrap_or_default()))
}

/// Status and body, or nothing: a connection may break within either.
async fn whole(request: RequestBuilder) -> reqwest::Result<(StatusCode, String)> {
    let response = request.send().await?;
    Ok((response.status(), response.text().await?))
}

fn refusal(status: StatusCode, text: &str) -> anyhow::Error {
    match serde_json::from_str::<Problem>(text) {
        Ok(problem) => problem.into(),
        Err(_) => anyhow!("the host answered {status}: {text}"),
    }
}
