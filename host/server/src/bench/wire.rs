//! As little HTTP/1.1 as callers and stand-in need, so that they take little of the processor that is measured.
//!
//! Not here: anything for other purposes: no chunks, no redirects, one message at a time.

use std::net::SocketAddr;

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CAPACITY: usize = 16 * 1024;

/// A connection that is kept.
pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        Self::new(TcpStream::connect(address).await?)
    }

    /// Takes over a connection.
    pub fn new(stream: TcpStream) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(CAPACITY) })
    }

    /// Sends a POST of JSON and answers the body of a 2xx.
    pub async fn post(&mut self, path: &str, body: &str) -> anyhow::Result<String> {
        self.post_with(path, "", body).await
    }

    /// The same with further headers, each ended by a line break.
    pub async fn post_with(&mut self, path: &str, headers: &str, body: &str) -> anyhow::Result<String> {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        let (first, body) = self.read().await?.context("the connection ended")?;
        ensure!(first.starts_with("HTTP/1.1 2"), "`POST {path}` was answered with `{first}`: {body}");
        Ok(body)
    }

    /// Answers a request with 200 and JSON.
    pub async fn answer(&mut self, body: &str) -> anyhow::Result<()> {
        let length = body.len();
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        Ok(self.stream.write_all(response.as_bytes()).await?)
    }

    /// Reads one message: its first line and its body; none when the other side has ended.
    pub async fn read(&mut self) -> anyhow::Result<Option<(String, String)>> {
        loop {
            if let Some(message) = self.parse()? {
                return Ok(Some(message));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Takes a whole message out of the buffer.
    fn parse(&mut self) -> anyhow::Result<Option<(String, String)>> {
        let Some(end) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = std::str::from_utf8(self.buffer.get(..end).unwrap_or_default())?;
        let length = length(head)?;
        if self.buffer.len() < end + 4 + length {
            return Ok(None);
        }
        let first = head.lines().next().unwrap_or_default().to_owned();
        let message: Vec<u8> = self.buffer.drain(..end + 4 + length).collect();
        let body = String::from_utf8(message.get(end + 4..).unwrap_or_default().to_vec())?;
        Ok(Some((first, body)))
    }
}

/// The length of the body that follows a head.
fn length(head: &str) -> anyhow::Result<usize> {
    for line in head.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            return Ok(value.trim().parse()?);
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            bail!("a body in chunks is more than this reads");
        }
    }
    Ok(0)
}
