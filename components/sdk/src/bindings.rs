//! The bindings of `wit/`, made once for all providers written in Rust. Nothing is written by hand here.
#![allow(missing_docs, unreachable_pub, unsafe_code, clippy::all)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "provider",
    pub_export_macro: true,
    generate_all,
    generate_unused_types: true,
    additional_derives: [PartialEq, Eq],
});
