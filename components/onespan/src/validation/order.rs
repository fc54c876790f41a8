//! Who acts when: `order` of the form becomes OneSpan's `index`. INFERRED: the same place means at the same time.
//!
//! Rules about one row alone stand in `person`.

use countersign_sdk::contract::types::Failure;
use countersign_sdk::failure::invalid;

use super::Person;

/// Sets everybody's place; without an order all have none, which OneSpan writes as 0. Copies stand outside of it.
pub(super) fn check(mut people: Vec<Person>, ordered: bool) -> Result<Vec<Person>, Failure> {
    for person in &mut people {
        person.place = match (person.role.acts(), person.place) {
            (false, _) => None,
            (true, _) if !ordered => Some(0),
            (true, Some(place)) if place > 0 => Some(place),
            _ => {
                let reason = "must be at least 1: the order counts for everybody who acts";
                return Err(invalid(format!("recipients[{}].order", person.index), reason));
            }
        };
    }
    Ok(people)
}
