//! Tables for `condition.rs`.
