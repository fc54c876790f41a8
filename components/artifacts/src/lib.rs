//! The bytes of the components that belong to this repository, built by `build.rs`.
//!
//! Nothing here runs them; that is the sandbox's work.

/// A provider component that the binary carries.
#[derive(Clone, Copy)]
pub struct Bundled {
    /// The provider's id, as its manifest says it.
    pub id: &'static str,
    /// The component.
    pub bytes: &'static [u8],
}

static BUNDLED: [Bundled; 4] = [
    Bundled { id: "autenti", bytes: include_bytes!(env!("COUNTERSIGN_COMPONENT_AUTENTI")) },
    Bundled { id: "docusign", bytes: include_bytes!(env!("COUNTERSIGN_COMPONENT_DOCUSIGN")) },
    Bundled { id: "onespan", bytes: include_bytes!(env!("COUNTERSIGN_COMPONENT_ONESPAN")) },
    Bundled { id: "paper", bytes: include_bytes!(env!("COUNTERSIGN_COMPONENT_PAPER")) },
];

/// The providers the binary carries.
#[must_use]
pub fn bundled() -> &'static [Bundled] {
    &BUNDLED
}

/// The bundled provider of this id.
#[must_use]
pub fn bundled_by_id(id: &str) -> Option<&'static Bundled> {
    BUNDLED.iter().find(|bundled| bundled.id == id)
}

/// The component that misbehaves on purpose, for tests and the selftest.
#[must_use]
pub fn hostile() -> &'static [u8] {
    include_bytes!(env!("COUNTERSIGN_COMPONENT_HOSTILE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `\0asm`, then version 13 of layer 1: a component, not a core module.
    const COMPONENT_START: [u8; 8] = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

    #[test]
    fn every_file_is_a_component() {
        for bytes in bundled().iter().map(|bundled| bundled.bytes).chain([hostile()]) {
            assert_eq!(bytes[..8], COMPONENT_START);
        }
    }

    #[test]
    fn providers_are_found_by_id() {
        assert!(["autenti", "docusign", "onespan", "paper"].iter().all(|id| bundled_by_id(id).is_some()));
        assert!(bundled_by_id("hostile").is_none(), "the hostile component is no provider");
    }
}
