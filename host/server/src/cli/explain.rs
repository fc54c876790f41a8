//! `countersign explain`: what an error code means and what to do.
//!
//! The paragraphs stand in `codes.md`, one heading a code, so that they can be read there as well.

use anyhow::bail;
use clap::Args;

const CODES: &str = include_str!("../codes.md");

/// Explain an error code.
#[derive(Debug, Args)]
pub struct Explain {
    /// The code, for example CS0007; none lists them all.
    code: Option<String>,
}

impl Explain {
    /// Prints the paragraph, or the list.
    pub fn run(self) -> anyhow::Result<()> {
        let Some(code) = self.code else {
            CODES
                .lines()
                .filter_map(|line| line.strip_prefix("## "))
                .for_each(|heading| println!("{heading}"));
            return Ok(());
        };
        let wanted = code.to_uppercase();
        match CODES
            .split("\n## ")
            .skip(1)
            .find(|section| section.split_whitespace().next() == Some(wanted.as_str()))
        {
            Some(section) => println!("{}", section.trim()),
            None => bail!("code `{code}` does not exist; `countersign explain` lists them all"),
        }
        Ok(())
    }
}
