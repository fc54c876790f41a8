//! Rules about who acts when.
//!
//! Rules about one row alone stand in `person`.

use countersign_sdk::contract::types::Failure;
use countersign_sdk::failure::invalid;

use super::Person;
use crate::wire::role;

/// Checks the order of those for whom it counts: signers and approvers.
pub(super) fn check(people: &[Person], ordered: bool) -> Result<(), Failure> {
    if !ordered {
        return check_unordered(people);
    }
    let acting: Vec<(&Person, u32)> = people
        .iter()
        .filter(|person| person.acts_in_order())
        .map(|person| person.order.map(|order| (person, order)).ok_or_else(|| missing(person)))
        .collect::<Result<_, _>>()?;
    check_unique(&acting)?;
    let last = acting.iter().map(|(_, order)| *order).max();
    match acting.iter().find(|(person, order)| person.role == role::APPROVER && Some(*order) == last) {
        Some((person, _)) => {
            Err(wrong(person, "is the highest, and an APPROVER must act before somebody signs"))
        }
        None => Ok(()),
    }
}

fn check_unordered(people: &[Person]) -> Result<(), Failure> {
    match people.iter().find(|person| person.role == role::APPROVER) {
        Some(person) => {
            let reason = format!("is off, and recipient {} is an APPROVER, who needs an order", person.index);
            Err(invalid("ordered", reason))
        }
        None => Ok(()),
    }
}

fn check_unique(acting: &[(&Person, u32)]) -> Result<(), Failure> {
    for (place, (person, order)) in acting.iter().enumerate() {
        if let Some((first, _)) = acting.iter().take(place).find(|(_, earlier)| earlier == order) {
            return Err(wrong(
                person,
                &format!("is {order}, as in row {}; every place is taken once", first.index),
            ));
        }
    }
    Ok(())
}

fn missing(person: &Person) -> Failure {
    wrong(person, &format!("is empty, and the order counts for every {}", person.role))
}

fn wrong(person: &Person, reason: &str) -> Failure {
    invalid(format!("recipients[{}].order", person.index), reason)
}
