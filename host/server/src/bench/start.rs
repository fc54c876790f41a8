//! Start: from nothing to a ready sandbox with the Autenti component admitted, with a cold and with a warm AOT cache;
//! the whole host's second start is measured through the demo's stage, data directory kept.

use anyhow::ensure;

use super::{Figure, Report, conditions, quantile};
use crate::demo::provider::Name;
use crate::demo::stage::Stage;

/// Starts the host again and again over one data directory.
pub async fn start(runs: usize) -> anyhow::Result<Report> {
    let stage = Stage::set(Name::default()).await?;
    let (first_ms, mut stage) = (stage.start_ms, stage);
    let mut again_ms = Vec::new();
    for _ in 0..runs.max(1) {
        stage = stage.restart().await?;
        again_ms.push(stage.start_ms);
    }
    ensure!(stage.compiled_from_cache(), "the second start compiled again");
    stage.strike().await?;
    let again = quantile(&mut again_ms, 0.5);
    let mut conditions = conditions();
    conditions.push(format!("{runs} restarts of the whole host: store, engine, component, listener; median"));
    Ok(Report {
        bench: "start",
        ratio: again / first_ms,
        goal: "a second start is ready in under 300 ms",
        meets: again < 300.0,
        figures: vec![
            Figure::new("first start, compiling", first_ms, "ms"),
            Figure::new("second start, warm cache", again, "ms"),
        ],
        conditions,
    })
}
