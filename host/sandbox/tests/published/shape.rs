//! A contract as far as components depend on it: names and types, without words and order of files.
//!
//! Not here: comparing two of them (`change.rs`).

use std::collections::BTreeMap;
use std::path::Path;

use semver::Version;
use wit_parser::{
    Function, FunctionKind, Handle, InterfaceId, PackageId, Resolve, Type, TypeDefKind, TypeOwner, WorldItem,
    WorldKey,
};

/// One text of the contract.
pub(crate) struct Contract {
    pub(crate) package: String,
    pub(crate) version: Version,
    /// Interfaces and worlds by name; a world's are `world provider`.
    pub(crate) parts: BTreeMap<String, Part>,
}

/// An interface or a world.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) types: BTreeMap<String, Shape>,
    /// Functions, and what a world imports and exports: name and type.
    pub(crate) offers: BTreeMap<String, String>,
}

/// A type: what it is made of, in order.
pub(crate) struct Shape {
    /// `record`, `enum`, `variant`, …
    pub(crate) kind: &'static str,
    /// Fields or cases with their types.
    pub(crate) members: Vec<(String, String)>,
}

impl Contract {
    /// Reads the `.wit` files of a folder.
    pub(crate) fn of_folder(folder: &Path) -> Self {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(folder).unwrap_or_else(|e| panic!("{}: {e:#}", folder.display()));
        Self::of(&resolve, package)
    }

    /// Reads one text.
    pub(crate) fn of_text(text: &str) -> Self {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("contract.wit", text).unwrap_or_else(|e| panic!("{e:#}"));
        Self::of(&resolve, package)
    }

    fn of(resolve: &Resolve, package: PackageId) -> Self {
        let package = &resolve.packages[package];
        let mut parts = BTreeMap::new();
        for (name, id) in &package.interfaces {
            parts.insert(name.clone(), interface(resolve, *id));
        }
        for (name, id) in &package.worlds {
            let world = &resolve.worlds[*id];
            let mut part = Part::default();
            for (word, items) in [("import", &world.imports), ("export", &world.exports)] {
                part.offers.extend(items.iter().map(|(key, item)| offer(resolve, word, key, item)));
            }
            parts.insert(format!("world {name}"), part);
        }
        let name = format!("{}:{}", package.name.namespace, package.name.name);
        let version = package.name.version.clone().expect("the package names its version");
        Self { package: name, version, parts }
    }
}

fn interface(resolve: &Resolve, id: InterfaceId) -> Part {
    let found = &resolve.interfaces[id];
    let mut part = Part::default();
    for (name, ty) in &found.types {
        // `use` only makes a name known; whoever uses it is spelled by where it comes from.
        if origin(resolve, *ty) == *ty {
            part.types.insert(name.clone(), shape(resolve, &resolve.types[*ty].kind, id));
        }
    }
    part.offers.extend(
        found.functions.iter().map(|(name, function)| (name.clone(), signature(resolve, function, id))),
    );
    part
}

fn offer(resolve: &Resolve, word: &str, key: &WorldKey, item: &WorldItem) -> (String, String) {
    let name = match key {
        WorldKey::Name(name) => name.clone(),
        WorldKey::Interface(id) => resolve.interfaces[*id].name.clone().unwrap_or_default(),
    };
    let kind = match item {
        WorldItem::Interface { .. } => "interface",
        WorldItem::Function(_) => "function",
        WorldItem::Type { .. } => "type",
    };
    (format!("{word} {name}"), kind.to_owned())
}

fn signature(resolve: &Resolve, function: &Function, home: InterfaceId) -> String {
    let params: Vec<String> = function
        .params
        .iter()
        .map(|param| format!("{}: {}", param.name, spelled(resolve, &param.ty, home)))
        .collect();
    let result = function.result.as_ref().map(|ty| format!(" -> {}", spelled(resolve, ty, home)));
    let kind = match function.kind {
        FunctionKind::AsyncFreestanding | FunctionKind::AsyncMethod(_) | FunctionKind::AsyncStatic(_) => {
            "async func"
        }
        _ => "func",
    };
    format!("{kind}({}){}", params.join(", "), result.unwrap_or_default())
}

fn shape(resolve: &Resolve, kind: &TypeDefKind, home: InterfaceId) -> Shape {
    let typed = |name: &str, ty: &Type| (name.to_owned(), spelled(resolve, ty, home));
    let bare = |name: &String| (name.clone(), String::new());
    let (kind, members) = match kind {
        TypeDefKind::Record(record) => {
            ("record", record.fields.iter().map(|f| typed(&f.name, &f.ty)).collect())
        }
        TypeDefKind::Variant(variant) => {
            let case = |name: &String, ty: &Option<Type>| {
                ty.as_ref().map_or_else(|| bare(name), |ty| typed(name, ty))
            };
            ("variant", variant.cases.iter().map(|c| case(&c.name, &c.ty)).collect())
        }
        TypeDefKind::Enum(cases) => ("enum", cases.cases.iter().map(|c| bare(&c.name)).collect()),
        TypeDefKind::Flags(flags) => ("flags", flags.flags.iter().map(|f| bare(&f.name)).collect()),
        TypeDefKind::Resource => ("resource", Vec::new()),
        other => ("type", vec![("it".to_owned(), anonymous(resolve, other, home))]),
    };
    Shape { kind, members }
}

/// The type as one writes it at home; one of another interface with that interface's name.
fn spelled(resolve: &Resolve, ty: &Type, home: InterfaceId) -> String {
    let Type::Id(id) = ty else { return format!("{ty:?}").to_lowercase() };
    let def = &resolve.types[origin(resolve, *id)];
    match (&def.name, def.owner) {
        (Some(name), TypeOwner::Interface(owner)) if owner != home => {
            format!("{}.{name}", resolve.interfaces[owner].name.clone().unwrap_or_default())
        }
        (Some(name), _) => name.clone(),
        (None, _) => anonymous(resolve, &def.kind, home),
    }
}

fn anonymous(resolve: &Resolve, kind: &TypeDefKind, home: InterfaceId) -> String {
    let one = |ty: &Type| spelled(resolve, ty, home);
    let maybe = |ty: &Option<Type>| ty.as_ref().map_or("_".to_owned(), one);
    match kind {
        TypeDefKind::Option(ty) => format!("option<{}>", one(ty)),
        TypeDefKind::List(ty) => format!("list<{}>", one(ty)),
        TypeDefKind::FixedLengthList(ty, length) => format!("list<{}, {length}>", one(ty)),
        TypeDefKind::Map(key, value) => format!("map<{}, {}>", one(key), one(value)),
        TypeDefKind::Result(result) => format!("result<{}, {}>", maybe(&result.ok), maybe(&result.err)),
        TypeDefKind::Tuple(tuple) => {
            format!("tuple<{}>", tuple.types.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        TypeDefKind::Future(ty) => format!("future<{}>", maybe(ty)),
        TypeDefKind::Stream(ty) => format!("stream<{}>", maybe(ty)),
        TypeDefKind::Handle(Handle::Own(id)) => format!("own<{}>", one(&Type::Id(*id))),
        TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", one(&Type::Id(*id))),
        TypeDefKind::Type(ty) => one(ty),
        named => panic!("a type without a name that needs one: {named:?}"),
    }
}

/// Where a type comes from: what `use` brought is followed to the interface that has it.
fn origin(resolve: &Resolve, id: wit_parser::TypeId) -> wit_parser::TypeId {
    let def = &resolve.types[id];
    match def.kind {
        TypeDefKind::Type(Type::Id(next)) if resolve.types[next].owner != def.owner => origin(resolve, next),
        _ => id,
    }
}
