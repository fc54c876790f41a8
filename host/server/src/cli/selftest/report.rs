//! What a selftest found: one table of the misbehaviours, then one line for each grant; or JSON.
//!
//! Not here: finding it.

use std::process::ExitCode;

use anstream::println;
use comfy_table::{Cell, Color};
use countersign_sandbox::selftest::{Grant, Line, Verdict};
use serde::Serialize;

use crate::cli::view::{BAD, FAINT, GOOD, NOTE, table};

/// Everything that was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The worst of all.
    verdict: Verdict,
    /// One for each role of each connection.
    grants: Vec<Granted>,
    /// Connections without any role: there a component has nowhere to send anything.
    without_role: Vec<String>,
}

/// What was found over one grant.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Granted {
    /// The connection; none for what is granted without a configuration.
    connection: Option<String>,
    role: String,
    base_url: String,
    scheme: &'static str,
    verdict: Verdict,
    /// What the configuration allows beyond what is safe by itself, each with its line.
    weakened: Vec<String>,
    misbehaviours: Vec<Line>,
}

/// An end that several grants share.
struct Ended<'a> {
    line: &'a Line,
    at: Vec<String>,
}

impl Granted {
    /// Puts the lines of a grant together.
    pub fn new(grant: &Grant, lines: Vec<Line>) -> Self {
        let allowed = if grant.weakened.is_empty() { Verdict::Held } else { Verdict::Weakened };
        let worst = lines.iter().map(|line| line.verdict).chain([allowed]).max();
        Self {
            connection: grant.connection.clone(),
            role: grant.role.clone(),
            base_url: grant.base_url.clone(),
            scheme: grant.scheme,
            verdict: worst.unwrap_or(Verdict::Held),
            weakened: grant.weakened.clone(),
            misbehaviours: lines,
        }
    }

    /// `sign.api`, or where there is no configuration `defaults`.
    fn name(&self) -> String {
        self.connection.as_ref().map_or("defaults".to_owned(), |name| format!("{name}.{}", self.role))
    }
}

impl Report {
    /// Puts the grants together.
    pub fn new(grants: Vec<Granted>, without_role: Vec<String>) -> Self {
        let verdict = grants.iter().map(|granted| granted.verdict).max().unwrap_or(Verdict::Held);
        Self { verdict, grants, without_role }
    }

    /// 1 when something did not end as it must. What the operator allowed is no failure.
    pub fn exit_code(&self) -> ExitCode {
        if self.verdict == Verdict::Broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }

    /// Prints it.
    pub fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        self.print_table();
        self.print_grants();
        let broken = self.lines().filter(|line| line.verdict == Verdict::Broken).count();
        let all = self.lines().count();
        let over = match self.grants.len() {
            1 => "one role".to_owned(),
            grants => format!("{grants} roles"),
        };
        match broken {
            0 => println!("{GOOD}held{GOOD:#}: all {all} over {over} ended as they must"),
            _ => println!("{BAD}broken{BAD:#}: {broken} of {all} over {over} did not end as they must"),
        }
        println!(
            "{FAINT}the provider was played in this process: nothing was sent, no token was fetched{FAINT:#}"
        );
        Ok(())
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.grants.iter().flat_map(|granted| &granted.misbehaviours)
    }

    fn print_table(&self) {
        let mut rows = table(&["family", "misbehaviour", "what it does", "how it ended", "verdict"]);
        for ended in self.ends() {
            let Line { family, name, does, ended_by, result, verdict, words } = ended.line;
            let place = ended.at.iter().map(|at| format!("over {at}"));
            let said = place.chain(words.iter().cloned());
            let verdict =
                std::iter::once(word(*verdict).to_owned()).chain(said).collect::<Vec<_>>().join("\n");
            rows.add_row([
                Cell::new(family),
                Cell::new(name),
                Cell::new(does),
                Cell::new(format!("{ended_by}: {result}")),
                Cell::new(verdict).fg(colour(ended.line.verdict)),
            ]);
        }
        println!("{rows}");
    }

    /// Each misbehaviour once, and once more for each grant over which it ended otherwise.
    fn ends(&self) -> Vec<Ended<'_>> {
        let mut ends: Vec<Ended<'_>> = Vec::new();
        let Some(first) = self.grants.first() else { return ends };
        for name in first.misbehaviours.iter().map(|line| &line.name) {
            let mut same: Vec<Ended<'_>> = Vec::new();
            for granted in &self.grants {
                for line in granted.misbehaviours.iter().filter(|line| line.name == *name) {
                    match same.iter_mut().find(|known| known.line == line) {
                        Some(known) => known.at.push(granted.name()),
                        None => same.push(Ended { line, at: vec![granted.name()] }),
                    }
                }
            }
            if let [only] = same.as_mut_slice() {
                only.at.clear();
            }
            ends.extend(same);
        }
        ends
    }

    fn print_grants(&self) {
        for granted in &self.grants {
            let (name, scheme, verdict) = (granted.name(), granted.scheme, word(granted.verdict));
            println!("{NOTE}{name}{NOTE:#} ({scheme}): {verdict} {FAINT}{}{FAINT:#}", granted.base_url);
            granted.weakened.iter().for_each(|line| println!("  {BAD}warning{BAD:#} {line}"));
        }
        for name in &self.without_role {
            println!("{NOTE}{name}{NOTE:#}: grants no role, so a component has nowhere to send anything");
        }
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::Weakened => "weakened",
        Verdict::Broken => "BROKEN",
    }
}

fn colour(verdict: Verdict) -> Color {
    match verdict {
        Verdict::Held => Color::Green,
        Verdict::Weakened => Color::Yellow,
        Verdict::Broken => Color::Red,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(connection: &str, verdicts: &[(&str, Verdict)]) -> Granted {
        let line = |(name, verdict): &(&str, Verdict)| Line {
            family: "reach".to_owned(),
            name: (*name).to_owned(),
            does: "Something.".to_owned(),
            ended_by: "returned".to_owned(),
            result: "denied".to_owned(),
            verdict: *verdict,
            words: Vec::new(),
        };
        let grant = Grant::of_nobody().unwrap();
        let granted = Granted::new(&grant, verdicts.iter().map(line).collect());
        Granted { connection: Some(connection.to_owned()), ..granted }
    }

    #[test]
    fn the_worst_end_decides() {
        use Verdict::{Broken, Held, Weakened};
        for (verdicts, code) in [
            ([Held, Held], ExitCode::SUCCESS),
            ([Held, Weakened], ExitCode::SUCCESS),
            ([Broken, Weakened], ExitCode::FAILURE),
        ] {
            let [one, other] = verdicts;
            let report =
                Report::new(vec![granted("a", &[("x", one)]), granted("b", &[("x", other)])], Vec::new());
            assert_eq!(format!("{:?}", report.exit_code()), format!("{code:?}"), "{verdicts:?}");
        }
    }

    #[test]
    fn ends_that_differ_stand_apart_with_their_place() {
        let verdicts = |x| [("x", x), ("y", Verdict::Held)];
        let grants = vec![
            granted("a", &verdicts(Verdict::Held)),
            granted("b", &verdicts(Verdict::Broken)),
            granted("c", &verdicts(Verdict::Held)),
        ];
        let report = Report::new(grants, Vec::new());
        let ends: Vec<_> =
            report.ends().into_iter().map(|ended| (ended.line.name.as_str(), ended.at.join(" "))).collect();
        assert_eq!(ends, [("x", "a.api c.api".to_owned()), ("x", "b.api".to_owned()), ("y", String::new())]);
    }
}
