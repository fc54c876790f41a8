//! The one engine of a process: what components may use of WebAssembly, how instances are pooled, how time is told.
//!
//! Not here: what a component may import (`engine/linker.rs`) and what it costs to compile (`engine/compile.rs`).

pub(crate) mod cache;
pub(crate) mod compile;
pub(crate) mod linker;
mod ticker;

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails,
};

use crate::limits::Limits;

/// Pages of a linear memory that a pooled slot keeps between calls. A Rust component touches far less, so that a
/// fresh call pays neither `madvise` nor page faults; a JavaScript one pays for the rest.
const MEMORY_KEPT_BYTES: usize = 1024 * 1024;
/// The same for a table.
const TABLE_KEPT_BYTES: usize = 64 * 1024;

/// Builds the engine and starts its clock.
pub(crate) fn build(limits: &Limits, max_calls: u32) -> wasmtime::Result<Engine> {
    let mut config = base();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits, max_calls)));
    let engine = Engine::new(&config)?;
    ticker::start(&engine)?;
    Ok(engine)
}

/// Everything that decides what compiled code looks like. A compiling child process uses the same.
fn base() -> Config {
    let mut config = Config::new();
    config.wasm_component_model(true);
    // Off: WASI 0.3 tasks and streams. One-shot exchanges can be recorded and replayed; a bare call is faster too.
    config.concurrency_support(false);
    // A guest that computes is interrupted; host calls have their own deadline, since epochs do not reach them.
    config.epoch_interruption(true);
    // The same input gives the same output on every machine, or a replay would differ.
    config.cranelift_nan_canonicalization(true);
    config.relaxed_simd_deterministic(true);
    // Names of functions in a trap are enough; line numbers would need the component's debug sections.
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable);
    // `threads`, `gc`, `stack-switching`, `winch` and the debug builtins are not compiled in, so they need no switch.
    config
}

/// Slots for so many calls at once.
fn pool(limits: &Limits, max_calls: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(max_calls);
    pool.total_stacks(max_calls);
    pool.total_core_instances(max_calls.saturating_mul(limits.core_instances_max));
    // A provider has one memory and two or three tables; a component with more of them takes more slots.
    pool.total_memories(max_calls.saturating_add(limits.memories_max));
    pool.total_tables(max_calls.saturating_mul(4).saturating_add(limits.tables_max));
    pool.max_core_instances_per_component(limits.core_instances_max);
    pool.max_memories_per_component(limits.memories_max);
    pool.max_tables_per_component(limits.tables_max);
    pool.max_memory_size(usize::try_from(limits.memory_bytes_max).unwrap_or(usize::MAX));
    pool.table_elements(usize::try_from(limits.table_elements_max).unwrap_or(usize::MAX));
    pool.linear_memory_keep_resident(MEMORY_KEPT_BYTES);
    pool.table_keep_resident(TABLE_KEPT_BYTES);
    // Linux 6.7 and later: resets only the pages that a call touched.
    pool.pagemap_scan(Enabled::Auto);
    pool
}
