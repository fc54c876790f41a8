//! OneSpan's own shapes, as its API writes and reads them. What is read is read leniently, what is written is strict.
//!
//! The neutral words of the contract are not known here; whoever reads or makes these shapes converts.

pub(crate) mod definition;
pub(crate) mod message;
pub(crate) mod package;
pub(crate) mod problem;

/// The member of a package's free `data` that carries our reference.
pub(crate) const REFERENCE_MEMBER: &str = "countersign";

/// What stands before our reference in a package's description, where OneSpan's search finds it.
pub(crate) const REFERENCE_MARK: &str = "countersign:";
