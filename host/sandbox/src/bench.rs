//! For `countersign bench dispatch` alone: the same component on bare wasmtime, without anything the sandbox adds.
