//! Checking definitions against what is known, and drawing what is wrong with them.
//!
//! Not here: the checks (`workflow/check`), except of attachment queries, which the workflow crate cannot read.

use countersign_workflow::check::{self, Catalogue, Problem, Severity};
use countersign_workflow::load::{Workflow, load};

/// Loads a definition when nothing is wrong with it; all problems otherwise.
pub fn check(text: &str, catalogue: &dyn Catalogue) -> Result<Workflow, Vec<Problem>> {
    let problems = check::check(text, catalogue);
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(problems);
    }
    load(text)
}

/// Draws problems into the source, as rustc does.
pub fn render(file_name: &str, text: &str, problems: &[Problem]) -> String {
    let colours = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    check::render(file_name, text, problems, colours)
}
