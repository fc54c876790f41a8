//! A caller of the API: what the command line and the demo use, and nothing they could not do with curl.
//!
//! Not here: the routes (`api.rs`).

use anyhow::{Context, bail};
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

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
        json(self.send(self.request(Method::GET, path)).await?).await
    }

    /// Reads bytes; returns the file name beside them.
    pub async fn download(&self, path: &str) -> anyhow::Result<Response> {
        self.send(self.request(Method::GET, path)).await
    }

    /// Acts.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        json(self.send(self.request(Method::POST, path).json(body)).await?).await
    }

    /// Changes.
    pub async fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        json(self.send(self.request(Method::PATCH, path).json(body)).await?).await
    }

    /// Uploads bytes with their media type.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        media_type: &str,
        body: reqwest::Body,
    ) -> anyhow::Result<T> {
        let request = self.request(Method::POST, path).header("content-type", media_type).body(body);
        json(self.send(request).await?).await
    }

    /// Acts, and reads the answer line by line while it comes.
    pub async fn lines(&self, path: &str, body: &impl Serialize) -> anyhow::Result<Lines> {
        let response = self.send(self.request(Method::POST, path).json(body)).await?;
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

    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let response = request.send().await.with_context(|| {
            format!("no host answers at `{}`; start one with `countersign serve`, or give --url", self.url)
        })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let text = response.text().await.unwrap_or_default();
        match serde_json::from_str::<Problem>(&text) {
            Ok(problem) => Err(problem.into()),
            Err(_) => bail!("the host answered {status}: {text}"),
        }
    }
}

async fn json<T: DeserializeOwned>(response: Response) -> anyhow::Result<T> {
    response.json().await.context("the host's answer is not what this version of the command line expects")
}
