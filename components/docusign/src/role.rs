//! What a recipient can be asked to do: the words of the `recipient-roles` source, and DocuSign's groups.
//!
//! Approving has no group of its own: an approver is a signer with buttons instead of a signature.

use countersign_sdk::recipients::choice_id;
use countersign_sdk::rows::Named;

use crate::wire::party::Group;

/// What a recipient is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Signs.
    Signer,
    /// Approves or declines, without signing.
    Approver,
    /// Must open the documents.
    Reviewer,
    /// Receives a copy.
    Viewer,
    /// Names those who come after.
    Agent,
    /// May change the envelope for those who come after.
    Editor,
    /// Names those who come after, and must.
    Intermediary,
}

/// Each role with its names; the words are DocuSign's own where it has some.
pub(crate) const ROLES: [(Role, Named); 7] = [
    (Role::Signer, ("SIGNER", "Needs to sign", "Podpisuje", "Unterzeichnet")),
    (Role::Approver, ("APPROVER", "Needs to approve", "Akceptuje", "Genehmigt")),
    (Role::Reviewer, ("REVIEWER", "Needs to view", "Musi wyświetlić", "Muss ansehen")),
    (Role::Viewer, ("VIEWER", "Receives a copy", "Otrzymuje kopię", "Erhält eine Kopie")),
    (Role::Agent, ("AGENT", "Specify recipients", "Wskazuje odbiorców", "Gibt Empfänger an")),
    (Role::Editor, ("EDITOR", "Allow to edit", "Może edytować", "Darf bearbeiten")),
    (
        Role::Intermediary,
        ("INTERMEDIARY", "Update recipients", "Aktualizuje odbiorców", "Aktualisiert Empfänger"),
    ),
];

impl Role {
    /// The role of this word, in any case; DocuSign's names of groups count as well.
    #[must_use]
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let word = choice_id(word);
        let known = ROLES.into_iter().find(|(role, (id, ..))| {
            word.eq_ignore_ascii_case(id) || word.eq_ignore_ascii_case(role.group().word())
        });
        known.map(|(role, _)| role)
    }

    /// The word.
    #[must_use]
    pub(crate) fn id(self) -> &'static str {
        let known = ROLES.into_iter().find(|(role, _)| *role == self);
        known.map_or("SIGNER", |(_, (id, ..))| id)
    }

    /// Where DocuSign keeps recipients of this role.
    #[must_use]
    pub(crate) fn group(self) -> Group {
        match self {
            // INFERRED: no source says how to ask for an approval; the buttons for it are there.
            Self::Signer | Self::Approver => Group::Signers,
            Self::Reviewer => Group::CertifiedDeliveries,
            Self::Viewer => Group::CarbonCopies,
            Self::Agent => Group::Agents,
            Self::Editor => Group::Editors,
            Self::Intermediary => Group::Intermediaries,
        }
    }

    /// Whether the envelope waits for them.
    #[must_use]
    pub(crate) fn acts(self) -> bool {
        self != Self::Viewer
    }

    /// Whether links can be made for them, and codes asked of them.
    #[must_use]
    pub(crate) fn opens_documents(self) -> bool {
        matches!(self, Self::Signer | Self::Approver | Self::Reviewer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        for (word, expected) in [
            ("SIGNER", Some(Role::Signer)),
            ("signer#Needs to sign", Some(Role::Signer)),
            ("signers", Some(Role::Signer)),
            ("certifieddeliveries", Some(Role::Reviewer)),
            ("carbonCopies", Some(Role::Viewer)),
            ("NOTARY", None),
            ("", None),
        ] {
            assert_eq!(Role::parse(word), expected, "`{word}`");
        }
        assert!(ROLES.into_iter().all(|(role, (id, ..))| role.id() == id));
    }
}
