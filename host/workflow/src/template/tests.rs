//! Tables for `template.rs`.
