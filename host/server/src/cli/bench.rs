//! `countersign bench`: measures this build against the limit of this machine.

use clap::{Args, ValueEnum};

use crate::bench;

/// Measure this build against the limit of this machine.
#[derive(Debug, Args)]
pub struct Bench {
    /// What to measure.
    name: Name,
    /// How many times to repeat what is measured; each bench has a default.
    #[arg(long)]
    runs: Option<usize>,
    /// The first seed of `torture` and `simulation`.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// `torture` through its matrix: every exchange of every action, every place of a kill, every behaviour of the
    /// provider; all of it, or a sample of `--runs` in which every pair is met.
    #[arg(long)]
    matrix: bool,
    /// Only this combination of the matrix.
    #[arg(long, requires = "matrix")]
    only: Option<usize>,
    /// The component of `load`: a `.wasm` file, or the id of a bundled provider.
    #[arg(long, default_value = "autenti")]
    component: String,
    /// Print one JSON object for programs.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    /// One action against bare wasmtime with the same component; memory of 1,000 waiting calls.
    Dispatch,
    /// The second start, with a warm cache, against the first.
    Start,
    /// One component compiled once against loaded from the cache, and a call into it.
    Load,
    /// A 20 MB file through send and back: growth of memory.
    Attachment,
    /// Hosts killed at durable boundaries, providers that misbehave: is anybody mailed twice?
    Torture,
    /// One process, simulated time, torn logs, failing stores: is anything forgotten, is anybody mailed twice?
    Simulation,
    /// Durable transitions a second against the store's raw group commit.
    Transitions,
    /// Start, POST, wait, event, GET, end: through the API against the same by hand. `--runs` are rounds.
    W1,
    /// Messages of a provider, proven and committed, a second, against the store's raw group commit. `--runs` are rounds.
    Webhooks,
}

impl Bench {
    /// Whether it is the simulation, which runs hosts in this process.
    pub fn is_simulation(&self) -> bool {
        matches!(self.name, Name::Simulation)
    }

    /// Measures and prints.
    pub async fn run(self) -> anyhow::Result<()> {
        let report = match self.name {
            Name::Dispatch => bench::dispatch(self.runs.unwrap_or(5_000)).await?,
            Name::Start => bench::start(self.runs.unwrap_or(5)).await?,
            Name::Load => bench::load(&self.component, self.runs.unwrap_or(10)).await?,
            Name::Attachment => bench::attachment().await?,
            Name::Torture => return bench::torture(self.which()).await?.print(self.json),
            Name::Simulation => bench::simulation(self.runs.unwrap_or(100), self.seed).await?,
            Name::Transitions => bench::transitions(self.runs.unwrap_or(3)).await?,
            Name::W1 => bench::w1(self.runs.unwrap_or(3)).await?,
            Name::Webhooks => bench::webhooks(self.runs.unwrap_or(3)).await?,
        };
        report.print(self.json)
    }

    fn which(&self) -> bench::Which {
        bench::Which { runs: self.runs, seed: self.seed, matrix: self.matrix, only: self.only }
    }
}
