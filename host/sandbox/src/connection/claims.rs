//! The claims of a JWT assertion, as a provider's manifest asks for them.
//!
//! Not here: signing them (`network/assertion.rs`) and reading the manifest (`contract/`).

/// Where the value of a claim comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimValue {
    /// This text.
    Text(String),
    /// This truth value.
    Boolean(bool),
    /// The connection setting of this name.
    Setting(String),
    /// The scheme's client id.
    ClientId,
    /// E-mail of the user in whose context the call runs.
    ActingUser,
    /// The time of signing, in seconds.
    IssuedAt,
    /// The time of signing plus so many seconds.
    ExpiresAfterSeconds(u32),
    /// A fresh random UUID.
    RandomUuid,
}

/// One claim of a JWT assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its name: `iss`, `sub`, `aud`.
    pub name: String,
    /// Its value.
    pub value: ClaimValue,
}

impl Claim {
    /// A claim of this name and value.
    #[must_use]
    pub fn new(name: &str, value: ClaimValue) -> Self {
        Self { name: name.to_owned(), value }
    }
}
