//! Tables for `value.rs`.
