//! Where one recipient stands, put together from the package: OneSpan tells it of single signers only in an answer for
//! each, and its words there are those used here. INFERRED: the derivation from when each document was signed.
//!
//! Where the package stands is in `status`.

use countersign_sdk::contract::types::{DocumentState, RecipientState};
use countersign_sdk::recipients::same_email;
use countersign_sdk::text::non_blank;

use crate::status::package_status;
use crate::wire::package::{Message, Package, Party, Signer};

/// OneSpan's word, its neutral reading, and why somebody declined.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// OneSpan's word.
    pub(crate) code: String,
    /// The neutral reading.
    pub(crate) state: RecipientState,
    /// In the recipient's words.
    pub(crate) reason: Option<String>,
}

/// What the approvals of one role say.
#[derive(Clone, Copy)]
struct Progress {
    /// Every document of the sender that the role has to do with.
    all_signed: bool,
    /// At least something: then the person has opened the package.
    begun: bool,
}

/// Where this one stands; nothing when the package does not say where it stands itself.
#[must_use]
pub(crate) fn standing(package: &Package, party: &Party) -> Option<Standing> {
    let status = package_status(package).ok()?;
    let told = |code: &str, state| Standing { code: code.to_owned(), state, reason: None };
    if party.is_copy() {
        // Copies go out when the package is completed, and never otherwise.
        let done = status.state == DocumentState::Completed;
        let state = if done { RecipientState::Done } else { RecipientState::Waiting };
        return Some(told(&status.code, state));
    }
    let progress = progress(package, party);
    if progress.all_signed || status.state == DocumentState::Completed {
        return Some(told("SIGNING_COMPLETED", RecipientState::Done));
    }
    let pending = |state| told("SIGNING_PENDING", state);
    Some(match status.state {
        DocumentState::Draft => told("INACTIVE", RecipientState::Waiting),
        DocumentState::Declined => match decline(package, party.signer()) {
            Some(message) => Standing {
                reason: non_blank(message.content.as_deref()).map(str::to_owned),
                ..told(&status.code, RecipientState::Declined)
            },
            None => pending(pending_state(package, party, progress)),
        },
        DocumentState::InProgress => match failed_check(party) {
            Some(word) => told(word, RecipientState::AuthenticationFailed),
            None => pending(pending_state(package, party, progress)),
        },
        // Nobody can act any more, and none of the neutral words says so of a recipient.
        _ => told(&status.code, RecipientState::Other),
    })
}

fn pending_state(package: &Package, party: &Party, progress: Progress) -> RecipientState {
    if progress.begun {
        RecipientState::Viewed
    } else if is_early(package, party) {
        RecipientState::Waiting
    } else {
        RecipientState::Notified
    }
}

fn progress(package: &Package, party: &Party) -> Progress {
    let role = party.id.as_deref().unwrap_or_default();
    let approvals: Vec<_> = package.approvals_of(role).collect();
    let mut content = approvals.iter().filter(|(is_content, _)| *is_content).peekable();
    let all_signed = content.peek().is_some() && content.all(|(_, approval)| approval.is_signed());
    let begun = approvals.iter().any(|(_, approval)| approval.is_signed() || approval.is_accepted());
    Progress { all_signed, begun }
}

/// Whether somebody with a lower place has yet to sign. The same place means at the same time (INFERRED).
fn is_early(package: &Package, party: &Party) -> bool {
    let place = party.index.unwrap_or_default();
    package.roles.iter().any(|other| {
        let acts =
            !other.is_copy() && package.approvals_of(other.id.as_deref().unwrap_or_default()).count() > 0;
        acts && other.index.unwrap_or_default() < place && !progress(package, other).all_signed
    })
}

/// What this one wrote when declining. INFERRED: the message's sender is who declined.
fn decline<'p>(package: &'p Package, signer: Option<&Signer>) -> Option<&'p Message> {
    let signer = signer?;
    package.messages.iter().rev().find(|message| {
        let Some(from) = &message.from else { return false };
        let by_id = non_blank(from.id.as_deref()).is_some_and(|id| signer.id.as_deref() == Some(id));
        by_id
            || same_email(
                from.email.as_deref().unwrap_or_default(),
                signer.email.as_deref().unwrap_or_default(),
            )
    })
}

/// A check by questions that failed; other failed checks are told by callbacks alone.
fn failed_check(party: &Party) -> Option<&str> {
    let word = party.signer()?.knowledge_check()?;
    let failed = ["FAILED", "LOCKED", "INVALID_SIGNER"];
    failed.iter().any(|known| known.eq_ignore_ascii_case(word)).then_some(word)
}
