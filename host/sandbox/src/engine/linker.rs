//! What a component may import: the contract's interfaces and the inert part of WASI.
//!
//! Not here: what the imports do (`capability/`), and refusing other imports by name (`admission/surface.rs`).

use std::future::Future;

use wasmtime::component::{Linker, LinkerInstance};
use wasmtime::{Engine, StoreContextMut};

use crate::attachment::AttachmentInfo;
use crate::call::state::CallState;
use crate::capability::{attachments, clock, http, log, progress, wasi};
use crate::contract::attachments::AttachmentFailure;
use crate::contract::http::{Request, Response, SendFailure};
use crate::contract::log::Level;
use crate::contract::{PACKAGE, VERSION};

type Hosted<'a, T> = Box<dyn Future<Output = wasmtime::Result<T>> + Send + 'a>;

/// Builds the linker of this contract generation.
pub(crate) fn build(engine: &Engine) -> wasmtime::Result<Linker<CallState>> {
    let mut linker = Linker::new(engine);
    wasi::link(&mut linker)?;
    link_http(&mut interface(&mut linker, "http")?)?;
    link_attachments(&mut interface(&mut linker, "attachments")?)?;
    interface(&mut linker, "clock")?.func_wrap(
        "now",
        |mut store: StoreContextMut<'_, CallState>, (): ()| {
            clock::now(store.data_mut()).map(|now_ms| (now_ms,))
        },
    )?;
    interface(&mut linker, "log")?.func_wrap(
        "write",
        |mut store: StoreContextMut<'_, CallState>, line: Line| {
            let (level, message, pairs) = line;
            log::write(store.data_mut(), level, message, pairs);
            Ok(())
        },
    )?;
    interface(&mut linker, "progress")?.func_wrap_async(
        "document-created",
        |mut store: StoreContextMut<'_, CallState>, (document_id,): (String,)| -> Hosted<'_, ()> {
            Box::new(async move {
                progress::document_created(store.data_mut(), document_id).await?;
                store.set_epoch_deadline(1);
                Ok(())
            })
        },
    )?;
    Ok(linker)
}

type Line = (Level, String, Vec<(String, String)>);

fn interface<'a>(
    linker: &'a mut Linker<CallState>,
    name: &str,
) -> wasmtime::Result<LinkerInstance<'a, CallState>> {
    linker.instance(&format!("{PACKAGE}/{name}@{VERSION}"))
}

fn link_http(http_instance: &mut LinkerInstance<'_, CallState>) -> wasmtime::Result<()> {
    http_instance.func_wrap_async(
        "send",
        |mut store: StoreContextMut<'_, CallState>,
         (request,): (Request,)|
         -> Hosted<'_, (Result<Response, SendFailure>,)> {
            Box::new(async move {
                let answer = http::send(store.data_mut(), request).await?;
                // Epochs went on while the host waited; they are not the guest's.
                store.set_epoch_deadline(1);
                Ok((answer,))
            })
        },
    )?;
    http_instance.func_wrap(
        "connection-setting",
        |mut store: StoreContextMut<'_, CallState>, (name,): (String,)| {
            http::connection_setting(store.data_mut(), &name).map(|value| (value,))
        },
    )
}

fn link_attachments(instance: &mut LinkerInstance<'_, CallState>) -> wasmtime::Result<()> {
    instance.func_wrap("describe", |mut store: StoreContextMut<'_, CallState>, (id,): (u32,)| {
        attachments::describe(store.data_mut(), id).map(|info: Result<AttachmentInfo, _>| (info,))
    })?;
    instance.func_wrap_async(
        "read",
        |mut store: StoreContextMut<'_, CallState>,
         (id, offset, length): (u32, u64, u32)|
         -> Hosted<'_, (Result<Vec<u8>, AttachmentFailure>,)> {
            Box::new(async move {
                let piece = attachments::read(store.data_mut(), id, offset, length).await?;
                store.set_epoch_deadline(1);
                Ok((piece,))
            })
        },
    )?;
    instance.func_wrap_async(
        "create",
        |mut store: StoreContextMut<'_, CallState>,
         (name, media_type, bytes): (String, String, Vec<u8>)|
         -> Hosted<'_, (Result<u32, AttachmentFailure>,)> {
            Box::new(async move {
                let id = attachments::create(store.data_mut(), name, media_type, bytes).await?;
                store.set_epoch_deadline(1);
                Ok((id,))
            })
        },
    )
}
