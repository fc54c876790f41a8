//! The misbehaviours: each with a name, a sentence, and the way a sound sandbox ends it.
//!
//! Not here: ending them.

mod flood;
mod header;
mod lie;
mod memory;
mod outside;
mod path;
mod provider;
mod reach;
mod secret;
mod time;
mod trap;

use countersign_sdk::Host;
use countersign_sdk::contract::actions::SentDocument;
use countersign_sdk::contract::data_sources::Row;
use countersign_sdk::contract::types::{Failure, InvalidInput, Setting};

/// A group of misbehaviours.
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// Its members.
    pub members: &'static [Behaviour],
}

/// One misbehaviour.
pub struct Behaviour {
    /// kebab-case name, the value of the setting `behaviour`.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub does: &'static str,
    /// The action to ask for it.
    pub action: &'static str,
    /// How a sound sandbox ends it.
    pub end: End,
    /// Does it. An outcome means that nothing stopped it.
    pub run: fn(&dyn Host, &Order<'_>) -> Result<SentDocument, Failure>,
}

/// How a call ends: who ended it, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The component returned with a failure of this kind, because the host refused.
    Refused(&'static str),
    /// The component returned with an outcome: it was let through, and it is harmless.
    Harmless,
    /// It trapped, which gives a failure of this kind.
    Trapped(&'static str),
    /// Its time ran out, which gives a failure of this kind.
    TimedOut(&'static str),
    /// The host ended it for breaking the contract, which gives a failure of this kind.
    BrokeContract(&'static str),
}

/// What the host ordered.
pub struct Order<'a> {
    /// The action's settings.
    pub settings: &'a [Setting],
    /// The behaviour's name when no setting gives it.
    pub otherwise: &'a str,
}

/// The name of the one behaviour that is none: it creates one document, as a provider should.
pub const GOOD: &str = "behave";

/// Every behaviour, in groups.
pub const BEHAVIOURS: &[Family] = &[
    Family { name: "good", members: &[BEHAVE] },
    Family { name: "time", members: time::MEMBERS },
    Family { name: "memory", members: memory::MEMBERS },
    Family { name: "flood", members: flood::MEMBERS },
    Family { name: "header", members: header::MEMBERS },
    Family { name: "path", members: path::MEMBERS },
    Family { name: "reach", members: reach::MEMBERS },
    Family { name: "provider", members: provider::MEMBERS },
    Family { name: "trap", members: trap::MEMBERS },
    Family { name: "lie", members: lie::MEMBERS },
    Family { name: "secret", members: secret::MEMBERS },
    Family { name: "outside", members: outside::MEMBERS },
];

const BEHAVE: Behaviour = Behaviour {
    name: GOOD,
    does: "Creates one document, as a provider should.",
    action: SEND,
    end: End::Harmless,
    run: behave,
};

/// The action most of them are asked for by.
const SEND: &str = "send-for-signature";

impl Order<'_> {
    /// Does what was ordered.
    pub(crate) fn run(&self, host: &dyn Host) -> Result<SentDocument, Failure> {
        let name = self.setting("behaviour").unwrap_or(self.otherwise);
        let known = BEHAVIOURS.iter().flat_map(|family| family.members).find(|member| member.name == name);
        let reason = || format!("there is no behaviour `{name}`; the data source `behaviours` lists them");
        let wrong =
            || Failure::Invalid(InvalidInput { field: "settings.behaviour".to_owned(), reason: reason() });
        (known.ok_or_else(wrong)?.run)(host, self)
    }

    fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|setting| setting.name == name).map(|setting| setting.value.as_str())
    }

    fn times(&self, otherwise: usize) -> usize {
        self.setting("times").and_then(|times| times.parse().ok()).unwrap_or(otherwise)
    }
}

impl Behaviour {
    /// As a row of the data source.
    pub(crate) fn row(&self, family: &str) -> Row {
        let (ended_by, result) = self.end.words();
        Row {
            id: self.name.to_owned(),
            name: self.does.to_owned(),
            translations: Vec::new(),
            cells: [family, self.action, ended_by, result].map(str::to_owned).to_vec(),
        }
    }
}

impl End {
    /// Who ended it, and the failure's kind or `outcome`.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Refused(kind) => ("returned", kind),
            Self::Harmless => ("returned", "outcome"),
            Self::Trapped(kind) => ("trapped", kind),
            Self::TimedOut(kind) => ("timed-out", kind),
            Self::BrokeContract(kind) => ("broke-contract", kind),
        }
    }
}

fn behave(host: &dyn Host, _: &Order<'_>) -> Result<SentDocument, Failure> {
    let created = crate::ask::send(host, &crate::ask::create())?;
    let document_id = crate::ask::text(&created);
    host.document_created(&document_id);
    Ok(SentDocument { document_id, link: None, status: None, recipients: Vec::new() })
}

/// The outcome of a misbehaviour that nothing stopped: `link` tells what it saw.
fn saw(what: impl Into<String>) -> SentDocument {
    let link = Some(what.into());
    SentDocument { document_id: "not-stopped".to_owned(), link, status: None, recipients: Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_sentences_are_sentences() {
        let mut seen = BTreeSet::new();
        for member in BEHAVIOURS.iter().flat_map(|family| family.members) {
            assert!(seen.insert(member.name), "`{}` stands twice", member.name);
            assert!(
                member.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
                "{}",
                member.name
            );
            assert!(
                member.does.starts_with(char::is_uppercase) && member.does.ends_with('.'),
                "{}",
                member.does
            );
        }
        assert!(seen.contains(GOOD));
    }
}
