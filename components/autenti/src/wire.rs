//! Autenti's own shapes, as its API writes and reads them.
//!
//! The neutral words of the contract are not known here; whoever reads or makes these shapes converts.

pub(crate) mod constraint;
pub(crate) mod draft;
pub(crate) mod event;
pub(crate) mod file;
pub(crate) mod link;
pub(crate) mod process;
pub(crate) mod tag;

/// Roles.
pub(crate) mod role {
    /// Signs.
    pub(crate) const SIGNER: &str = "SIGNER";
    /// Approves before others sign.
    pub(crate) const APPROVER: &str = "APPROVER";
    /// Reviews.
    pub(crate) const REVIEWER: &str = "REVIEWER";
    /// Only sees the document.
    pub(crate) const VIEWER: &str = "VIEWER";
    /// Sends; never a row of a form.
    pub(crate) const SENDER: &str = "SENDER";
}

/// Kinds of signature.
pub(crate) mod signature {
    /// The plain electronic signature.
    pub(crate) const BASIC: &str = "BASIC";
    /// The advanced signature: identity is checked.
    pub(crate) const ADVANCED: &str = "ADVANCED";
    /// The qualified signature.
    pub(crate) const QUALIFIED: &str = "QUALIFIED";
}
