//! The difference between what two components ask for.

use anstream::println;
use anstyle::Style;
use countersign_sandbox::capabilities::difference::{Change, Direction};

use super::{BAD, FAINT, GOOD, NOTE};

/// One line a change; what asks for more stands out.
pub fn lines(changes: &[Change]) {
    if changes.is_empty() {
        println!("both ask for the same");
    }
    for Change { direction, part, name, was, is } in changes {
        let style: Style = match direction {
            Direction::Widened => BAD,
            Direction::Narrowed => GOOD,
            Direction::Changed => FAINT,
        };
        println!("{style}{:<8}{style:#} {part} {NOTE}{name}{NOTE:#}", direction.to_string());
        was.iter().for_each(|was| println!("         - {was}"));
        is.iter().for_each(|is| println!("         + {is}"));
    }
}
