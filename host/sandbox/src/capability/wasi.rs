//! The inert part of WASI that language runtimes pull in: nothing of the outside is behind it.
//!
//! No arguments, environment, files or sockets; clocks stand still, random numbers come from the call's seed, and
//! output goes into the bounded log. Not here: which WASI interfaces are tolerated (`admission/surface.rs`).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chacha20::ChaCha8Rng;
use chacha20::rand_core::SeedableRng;
use wasmtime::component::Linker;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream, WasiCli, WasiCliView};
use wasmtime_wasi::p2::bindings::{cli, random};
use wasmtime_wasi::p2::{self, OutputStream, Pollable, StreamResult};
use wasmtime_wasi::random::WasiRandom;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxView, WasiView};

use crate::call::state::CallState;

/// Output of a call beyond this is dropped and counted.
const CONSOLE_BYTES_MAX: usize = 16 * 1024;
/// What a stream says it takes at once.
const STREAM_BYTES: usize = 4 * 1024;

/// What a component wrote to standard output and standard error.
#[derive(Debug, Clone, Default)]
pub(crate) struct Console(Arc<Mutex<Written>>);

#[derive(Debug, Default)]
struct Written {
    bytes: Vec<u8>,
    lost: u64,
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
struct Frozen {
    now_ms: u64,
}

/// Adds the tolerated interfaces. The list equals `admission/surface.rs`; files and sockets are left out.
pub(crate) fn link<T: WasiView>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    // wasi:io, wasi:clocks, wasi:random/random, wasi:cli/{stdin, stdout, stderr}
    p2::add_to_linker_proxy_interfaces_async(linker)?;
    random::insecure::add_to_linker::<T, WasiRandom>(linker, |state| state.ctx().ctx.random())?;
    random::insecure_seed::add_to_linker::<T, WasiRandom>(linker, |state| state.ctx().ctx.random())?;
    cli::exit::add_to_linker::<T, WasiCli>(linker, T::cli)?;
    cli::environment::add_to_linker::<T, WasiCli>(linker, T::cli)?;
    cli::terminal_input::add_to_linker::<T, WasiCli>(linker, T::cli)?;
    cli::terminal_output::add_to_linker::<T, WasiCli>(linker, T::cli)?;
    cli::terminal_stdin::add_to_linker::<T, WasiCli>(linker, T::cli)?;
    cli::terminal_stdout::add_to_linker::<T, WasiCli>(linker, T::cli)?;
    cli::terminal_stderr::add_to_linker::<T, WasiCli>(linker, T::cli)
}

impl WasiView for CallState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let (console, seed) = (&self.console, self.seed);
        let (now_ms, random_bytes_max) = (self.now_ms, self.limits.random_bytes_max);
        let ctx = self.wasi.get_or_insert_with(|| context(console, seed, now_ms, random_bytes_max));
        WasiCtxView { ctx, table: &mut self.table }
    }
}

fn context(console: &Console, seed: u64, now_ms: i64, random_bytes_max: u64) -> WasiCtx {
    let clock = Frozen { now_ms: u64::try_from(now_ms).unwrap_or(0) };
    let mut builder = WasiCtx::builder();
    builder
        .stdout(console.clone())
        .stderr(console.clone())
        .secure_random(ChaCha8Rng::seed_from_u64(seed))
        .insecure_random(ChaCha8Rng::seed_from_u64(!seed))
        .insecure_random_seed(u128::from(seed))
        .max_random_size(random_bytes_max)
        .wall_clock(clock)
        .monotonic_clock(clock)
        .allow_tcp(false)
        .allow_udp(false);
    builder.build()
}

impl HostWallClock for Frozen {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.now_ms)
    }
}

impl HostMonotonicClock for Frozen {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        self.now_ms.saturating_mul(1_000_000)
    }
}

impl Console {
    fn append(&self, bytes: &[u8]) {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = bytes.len().min(CONSOLE_BYTES_MAX.saturating_sub(written.bytes.len()));
        let (kept, lost) = bytes.split_at_checked(kept).unwrap_or((bytes, &[]));
        written.bytes.extend_from_slice(kept);
        written.lost = written.lost.saturating_add(lost.len() as u64);
    }

    /// What was written, and how many bytes were too much.
    pub(crate) fn into_text(self) -> (String, u64) {
        let written = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        (String::from_utf8_lossy(&written.bytes).into_owned(), written.lost)
    }
}

impl IsTerminal for Console {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Console {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        // Only WASI 0.3 asks for this one, and it is not linked.
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Console {
    async fn ready(&mut self) {}
}

impl OutputStream for Console {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.append(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(STREAM_BYTES)
    }
}
