//! The workflow: definitions, instances, forms, conditions, and the pure
//! `apply(definition, instance, event) -> (instance, effects)`.
//!
//! Not here: time, IO, async, wasm, SQL and HTTP. The same input always gives the same output.

pub mod apply;
mod automation;
mod binding;
pub mod check;
pub mod condition;
pub mod contract;
pub mod definition;
pub mod effect;
pub mod event;
pub mod failure;
pub mod form;
pub mod instance;
pub mod load;
mod outcome;
pub mod position;
pub mod refusal;
pub mod schema;
pub mod scope;
pub mod template;
pub mod timer;
pub mod value;
