//! What a recipient can be asked to do: the words of the `recipient-roles` source, and OneSpan's types of role.
//!
//! OneSpan has no type for approvers: who only accepts a document is a signer without a place for a signature.

use countersign_sdk::recipients::choice_id;
use countersign_sdk::rows::Named;

/// OneSpan's type of those who act.
pub(crate) const SIGNER_TYPE: &str = "SIGNER";
/// OneSpan's type of those who get a copy when all is signed.
pub(crate) const COPY_TYPE: &str = "CARBON_COPY_RECIPIENT";

/// What a recipient is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Signs.
    Signer,
    /// Accepts, without signing.
    Approver,
    /// Receives a copy of the completed package.
    Viewer,
}

/// Each role with its names.
pub(crate) const ROLES: [(Role, Named); 3] = [
    (Role::Signer, ("SIGNER", "Signer", "Podpisujący", "Unterzeichner")),
    (Role::Approver, ("APPROVER", "Acceptor", "Akceptujący", "Akzeptierender")),
    (Role::Viewer, ("VIEWER", "Receives a copy", "Otrzymuje kopię", "Erhält eine Kopie")),
];

impl Role {
    /// The role of this word, in any case; OneSpan's own types count as well.
    #[must_use]
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let word = choice_id(word);
        if word.eq_ignore_ascii_case(COPY_TYPE) {
            return Some(Self::Viewer);
        }
        let known = ROLES.into_iter().find(|(_, (id, ..))| word.eq_ignore_ascii_case(id));
        known.map(|(role, _)| role)
    }

    /// OneSpan's type.
    #[must_use]
    pub(crate) fn kind(self) -> &'static str {
        if self.acts() { SIGNER_TYPE } else { COPY_TYPE }
    }

    /// Whether the package waits for them.
    #[must_use]
    pub(crate) fn acts(self) -> bool {
        self != Self::Viewer
    }
}
