//! What people do in a run: each act runs one action of the provider.
//!
//! Not here: when they do it (`play.rs`).

use std::fmt;

use serde::Serialize;

/// One act of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Sends the document out.
    Send,
    /// Reminds the signers.
    Remind,
    /// Fetches the signers' links.
    Links,
    /// Reads where each signer stands.
    Signers,
    /// Reads where the document stands.
    Check,
    /// Fetches the signed file.
    Fetch,
    /// Takes the document back.
    Withdraw,
}

/// What can be done any number of times while the document is out.
pub const PRESSES: [Act; 3] = [Act::Remind, Act::Links, Act::Signers];

impl Act {
    /// Its action.
    pub fn action(self) -> &'static str {
        self.named().0
    }

    /// Where it is asked for, below the instance.
    pub fn route(self) -> &'static str {
        self.named().1
    }

    /// Whether it is a button.
    pub fn is_press(self) -> bool {
        PRESSES.contains(&self)
    }

    fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::Send => ("send-for-signature", "paths/send"),
            Self::Remind => ("send-reminders", "buttons/remind"),
            Self::Links => ("get-signing-link", "buttons/links"),
            Self::Signers => ("get-recipient-statuses", "buttons/signers"),
            Self::Check => ("get-document-status", "paths/check"),
            Self::Fetch => ("get-document", "paths/fetch"),
            Self::Withdraw => ("withdraw-document", "paths/withdraw"),
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.action())
    }
}
