//! What happened in one run: its events, its figures, and how a broken one is told.
//!
//! Not here: making it happen (`world.rs`).

/// Last events that are told of a broken run.
const TOLD: usize = 25;

/// One run, played.
pub struct Played {
    /// What it was made from.
    pub seed: u64,
    /// What happened.
    pub course: Course,
    /// What was wrong.
    pub broken: Option<String>,
    /// The same seed again, only to compare.
    pub is_repeat: bool,
}

/// What happened.
#[derive(Debug, Default)]
pub struct Course {
    /// One line for each event, without anything random: two runs of a seed have the same.
    pub events: Vec<String>,
    /// Events of the scheduler.
    pub steps: usize,
    /// Instances begun.
    pub instances: usize,
    /// Requests that got no answer, or an error, from the scheduler.
    pub lost_requests: usize,
    /// Requests of a killed host that reached the provider after the next was up.
    pub late_requests: usize,
    /// Hosts killed.
    pub crashes: usize,
    /// Faults of the store switched on.
    pub store_faults: usize,
    /// Torn logs in which acknowledged commits were lost.
    pub losses: usize,
    /// Incidents that a person dealt with.
    pub incidents: usize,
    /// Those of them that were in doubt.
    pub in_doubt: usize,
    /// Instances that nobody touches after a loss: their document was sent, and they do not know it.
    pub left_alone: usize,
}

impl Played {
    /// What to print of a broken run.
    pub fn words(&self) -> Option<String> {
        let broken = self.broken.as_ref()?;
        let skipped = self.course.events.len().saturating_sub(TOLD);
        let last: Vec<&str> = self.course.events.iter().skip(skipped).map(String::as_str).collect();
        Some(format!(
            "seed {}: {broken}\n  last events:\n    {}\n  again: COUNTERSIGN_SIMULATION_SEED={} cargo test -p countersign --test simulation, or countersign bench simulation --runs 1 --seed {}",
            self.seed,
            last.join("\n    "),
            self.seed,
            self.seed
        ))
    }
}

impl Course {
    /// Adds the figures of another.
    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.instances += other.instances;
        self.lost_requests += other.lost_requests;
        self.late_requests += other.late_requests;
        self.crashes += other.crashes;
        self.store_faults += other.store_faults;
        self.losses += other.losses;
        self.incidents += other.incidents;
        self.in_doubt += other.in_doubt;
        self.left_alone += other.left_alone;
    }

    /// The first event that is not the same in another run of the seed.
    pub fn difference(&self, again: &Self) -> Option<String> {
        let longer = self.events.len().max(again.events.len());
        let place = (0..longer).find(|place| self.events.get(*place) != again.events.get(*place))?;
        let event = |course: &Self| course.events.get(place).cloned().unwrap_or_default();
        Some(format!("played again, event {place} differs: first `{}`, then `{}`", event(self), event(again)))
    }
}
