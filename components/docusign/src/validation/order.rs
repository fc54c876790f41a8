//! Who acts when: `order` of the form becomes DocuSign's `routingOrder`. The same place means at the same time.
//!
//! Rules about one row alone stand in `person`.

use countersign_sdk::contract::types::Failure;
use countersign_sdk::failure::invalid;

use super::Person;

/// Sets everybody's place; without an order all have the first.
pub(super) fn check(mut people: Vec<Person>, ordered: bool) -> Result<Vec<Person>, Failure> {
    if !ordered {
        people.iter_mut().for_each(|person| person.order = Some(1));
        return Ok(people);
    }
    for person in people.iter().filter(|person| person.role.acts()) {
        if person.order.is_none_or(|order| order == 0) {
            let reason = format!("must be at least 1: the order counts for every {}", person.role.id());
            return Err(invalid(format!("recipients[{}].order", person.index), reason));
        }
    }
    // Copies without a place of their own go out when everybody has acted.
    let last = people.iter().filter_map(|person| person.order).max().unwrap_or(1);
    for person in people.iter_mut().filter(|person| person.order.is_none_or(|order| order == 0)) {
        person.order = Some(last.saturating_add(1));
    }
    Ok(people)
}
