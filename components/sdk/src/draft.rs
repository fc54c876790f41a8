//! Sends a draft that the provider already has, and finds out what came of it when the answer is lost.
//!
//! A draft can be sent once. So whatever happens to the request, the provider's own record of the document tells
//! whether people were mailed, and what still is a draft can be sent again without mailing anybody twice (P1).
//! How a provider sends and how it is asked are its own business.

use crate::contract::types::Failure;
use crate::failure;

/// Whether a document has left the sender's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nobody was mailed yet.
    Draft,
    /// Its recipients were mailed, whatever came of it.
    Sent,
    /// The provider gave up on it, or threw it away: it can never be sent.
    Broken(String),
    /// A word that does not tell.
    Unknown(String),
}

impl Stage {
    /// Whether it was sent.
    ///
    /// # Errors
    /// `rejected` when it can never be sent; `in-doubt` when its word does not tell.
    pub fn is_sent(self, provider: &str) -> Result<bool, Failure> {
        match self {
            Self::Sent => Ok(true),
            Self::Draft => Ok(false),
            Self::Broken(code) => {
                let message = format!("{provider} could not process the document: `{code}`");
                Err(failure::rejected(code, &message))
            }
            Self::Unknown(code) => Err(Failure::InDoubt(format!(
                "{provider} calls the document `{code}`; whether it was sent is not known"
            ))),
        }
    }
}

/// How one provider sends a draft, and how it is asked where the document stands.
pub struct Sending<'a> {
    /// The provider's name, for messages.
    pub provider: &'a str,
    /// The one request that mails people: `once`.
    pub post: &'a dyn Fn() -> Result<(), Failure>,
    /// Reads the document.
    pub look: &'a dyn Fn() -> Result<Stage, Failure>,
}

impl Sending<'_> {
    /// Sends the draft. Success means: the provider said so, or the document shows it.
    ///
    /// # Errors
    /// `in-doubt` when nobody can tell; otherwise as the provider says.
    pub fn send(&self) -> Result<(), Failure> {
        match (self.post)() {
            Err(Failure::InDoubt(doubt)) => self.send_again(&doubt),
            // Nobody was mailed by this request. But others may have gone before it, and the host lets a call be
            // repeated only when somebody looked since.
            Err(passing @ Failure::Transient(_)) => match self.looked("not sent") {
                Ok(true) => Ok(()),
                _ => Err(passing),
            },
            sent => sent,
        }
    }

    /// The answer was lost: looks, sends once more what still is a draft, and looks again when that is refused.
    fn send_again(&self, doubt: &str) -> Result<(), Failure> {
        if self.looked(doubt)? {
            return Ok(());
        }
        let second = match (self.post)() {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        // Refused perhaps because the first one went through after the look: only the document knows.
        if self.looked(doubt)? { Ok(()) } else { Err(second) }
    }

    /// Whether it was sent. When even that cannot be told, the doubt stays.
    fn looked(&self, doubt: &str) -> Result<bool, Failure> {
        let stage = (self.look)().map_err(|problem| {
            let words = failure::words(&problem);
            Failure::InDoubt(format!("{doubt}; and the document could not be looked up: {words}"))
        })?;
        stage.is_sent(self.provider).map_err(|failure| match failure {
            Failure::InDoubt(words) => Failure::InDoubt(format!("{doubt}; {words}")),
            failure => failure,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::VecDeque;

    use super::*;

    type Answers<T> = Vec<Result<T, Failure>>;

    /// Sends with these answers; all of them must be asked for.
    fn sends(posts: Answers<()>, looks: Answers<Stage>) -> Result<(), Failure> {
        let (posts, looks) = (RefCell::new(VecDeque::from(posts)), RefCell::new(VecDeque::from(looks)));
        let post = || posts.borrow_mut().pop_front().expect("one more post than scripted");
        let look = || looks.borrow_mut().pop_front().expect("one more look than scripted");
        let sent = Sending { provider: "Acme", post: &post, look: &look }.send();
        assert!(posts.borrow().is_empty() && looks.borrow().is_empty(), "scripted and not asked for");
        sent
    }

    fn lost() -> Failure {
        Failure::InDoubt("lost".to_owned())
    }

    #[test]
    fn what_was_sent_is_not_sent_again() {
        assert_eq!(sends(vec![Ok(())], vec![]), Ok(()));
        assert_eq!(sends(vec![Err(lost())], vec![Ok(Stage::Sent)]), Ok(()));
        let passing = || failure::transient("busy", None);
        assert_eq!(sends(vec![Err(passing())], vec![Ok(Stage::Sent)]), Ok(()), "sent after all");
        assert_eq!(sends(vec![Err(passing())], vec![Ok(Stage::Draft)]), Err(passing()));
    }

    #[test]
    fn what_still_is_a_draft_is_sent_once_more() {
        assert_eq!(sends(vec![Err(lost()), Ok(())], vec![Ok(Stage::Draft)]), Ok(()));
        let refused = || failure::rejected("409", "not a draft");
        let posts = || vec![Err(lost()), Err(refused())];
        assert_eq!(sends(posts(), vec![Ok(Stage::Draft), Ok(Stage::Sent)]), Ok(()), "sent behind the look");
        assert_eq!(sends(posts(), vec![Ok(Stage::Draft), Ok(Stage::Draft)]), Err(refused()));
    }

    #[test]
    fn doubt_stays_when_nobody_can_tell() {
        let blind = sends(vec![Err(lost())], vec![Err(failure::transient("down", None))]).unwrap_err();
        assert_eq!(blind, Failure::InDoubt("lost; and the document could not be looked up: down".to_owned()));
        let odd = sends(vec![Err(lost())], vec![Ok(Stage::Unknown("MOON".to_owned()))]).unwrap_err();
        assert!(
            matches!(&odd, Failure::InDoubt(words) if words.contains("lost; Acme calls") && words.contains("`MOON`"))
        );
        let gone = sends(vec![Err(lost())], vec![Ok(Stage::Broken("ERROR".to_owned()))]).unwrap_err();
        assert!(matches!(&gone, Failure::Rejected(said) if said.code == "ERROR"));
    }
}
