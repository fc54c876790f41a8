//! Timers of a step: when they are armed, fire, err and rest (C27–C34).
//!
//! Not here: what a firing does (`apply/outside.rs`). No clock stands here either: now is the time of the event.

mod arming;
pub mod hours;
mod preview;
pub mod schedule;

pub(crate) use arming::{
    after_error, count_firing, first_states, follow_fields, forget_errors, rearm, resume,
};
pub use preview::{Planned, preview, preview_step};
