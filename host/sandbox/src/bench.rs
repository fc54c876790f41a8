//! For `countersign bench dispatch` alone: the same component on bare wasmtime, without anything the sandbox adds.
//!
//! Not here: the benchmark and its figures (`host/server`).

use anyhow::{Context, Result, anyhow};
use wasmtime::component::{InstancePre, Linker};
use wasmtime::{Store, StoreContextMut};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxView, WasiView};

use crate::attachment::AttachmentInfo;
use crate::call::invoke::perform;
use crate::capability::wasi;
use crate::contract::attachments::AttachmentFailure;
use crate::contract::http::{Request, Response, SendFailure};
use crate::contract::log::Level;
use crate::contract::{ActionInput, ActionOutcome, Failure, PACKAGE, VERSION};
use crate::engine::compile::plain;
use crate::provider::Provider;

/// A component linked to imports that do the least there is: every request is answered at once, in process.
pub struct Bare<'a> {
    provider: &'a Provider,
    pre: InstancePre<BareState>,
    response: Response,
}

struct BareState {
    response: Response,
    wasi: Option<WasiCtx>,
    table: ResourceTable,
}

impl<'a> Bare<'a> {
    /// Links a provider's component, in the same engine and pool.
    ///
    /// # Errors
    /// When it does not link.
    pub fn new(provider: &'a Provider, response: Response) -> Result<Self> {
        let linker = link(provider).map_err(plain).context("linking the bare imports")?;
        let pre = linker.instantiate_pre(provider.pre.component()).map_err(plain)?;
        Ok(Self { provider, pre, response })
    }

    /// A fresh instance and one typed call, nothing else.
    ///
    /// # Errors
    /// When the component traps.
    pub async fn call(&self, action: &ActionInput) -> Result<Result<ActionOutcome, Failure>> {
        let state = BareState { response: self.response.clone(), wasi: None, table: ResourceTable::new() };
        let mut store = Store::new(&self.provider.sandbox.engine, state);
        store.set_epoch_deadline(u64::MAX / 2);
        perform(&self.pre, &self.provider.functions, &mut store, action).await.map_err(plain)
    }

    /// Instantiation alone.
    ///
    /// # Errors
    /// When the pool is full or the component traps at its start.
    pub async fn instantiate(&self) -> Result<()> {
        let state = BareState { response: self.response.clone(), wasi: None, table: ResourceTable::new() };
        let mut store = Store::new(&self.provider.sandbox.engine, state);
        store.set_epoch_deadline(u64::MAX / 2);
        self.pre.instantiate_async(&mut store).await.map_err(|error| anyhow!("{error:#}")).map(|_| ())
    }
}

impl WasiView for BareState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let ctx = self.wasi.get_or_insert_with(|| WasiCtx::builder().build());
        WasiCtxView { ctx, table: &mut self.table }
    }
}

type Data<'a> = StoreContextMut<'a, BareState>;
type Line = (Level, String, Vec<(String, String)>);

fn link(provider: &Provider) -> wasmtime::Result<Linker<BareState>> {
    let mut linker = Linker::new(&provider.sandbox.engine);
    wasi::link(&mut linker)?;
    let name = |interface: &str| format!("{PACKAGE}/{interface}@{VERSION}");
    let mut http = linker.instance(&name("http"))?;
    http.func_wrap("send", |store: Data<'_>, (_,): (Request,)| {
        Ok((Ok::<_, SendFailure>(store.data().response.clone()),))
    })?;
    http.func_wrap("connection-setting", |_: Data<'_>, (_,): (String,)| Ok((None::<String>,)))?;
    let mut files = linker.instance(&name("attachments"))?;
    files.func_wrap("describe", |_: Data<'_>, (_,): (u32,)| {
        Ok((Err::<AttachmentInfo, _>(AttachmentFailure::Denied),))
    })?;
    files.func_wrap("read", |_: Data<'_>, (_, _, _): (u32, u64, u32)| {
        Ok((Err::<Vec<u8>, _>(AttachmentFailure::Denied),))
    })?;
    files.func_wrap("create", |_: Data<'_>, (_, _, _): (String, String, Vec<u8>)| {
        Ok((Err::<u32, _>(AttachmentFailure::Denied),))
    })?;
    linker.instance(&name("clock"))?.func_wrap("now", |_: Data<'_>, (): ()| Ok((0_u64,)))?;
    linker.instance(&name("log"))?.func_wrap("write", |_: Data<'_>, _: Line| Ok(()))?;
    linker
        .instance(&name("progress"))?
        .func_wrap("document-created", |_: Data<'_>, (_,): (String,)| Ok(()))?;
    Ok(linker)
}
