//! Calls before a gate. The clock is moved on by hand; nothing is asserted about how long anything takes.

use std::sync::Arc;

use countersign_sandbox::connection::config::LimitsConfig;
use tokio::sync::mpsc;

use super::breaker::Seen;
use super::*;

const HOUR_MS: i64 = 3_600_000;

type Passes = mpsc::UnboundedReceiver<Arc<Pass>>;

fn gate(limits: &str) -> Arc<Gate> {
    let config: LimitsConfig = serde_saphyr::from_str(limits).unwrap_or_else(|e| panic!("{e}"));
    let limits = ConnectionLimits::check(&config).unwrap_or_else(|e| panic!("{e:?}"));
    Arc::new(Gate::new("sign".to_owned(), &limits, Arc::default(), Arc::default()))
}

/// So many calls come to the gate; whoever is let in sends its pass.
fn crowd(gate: &Arc<Gate>, calls: usize) -> Passes {
    let (passed, passes) = mpsc::unbounded_channel();
    for number in 0..calls {
        let (gate, passed, id) = (gate.clone(), passed.clone(), number.to_string());
        let entered = gate.enter(&id);
        tokio::spawn(async move {
            let pass = match entered {
                Some(pass) => Some(pass),
                None => gate.wait(&id).await,
            };
            pass.and_then(|pass| passed.send(pass).ok())
        });
    }
    passes
}

/// Lets every task come as far as it can, and collects who was let in.
async fn let_in(passes: &mut Passes) -> Vec<Arc<Pass>> {
    let (mut found, mut quiet) = (Vec::new(), 0);
    while quiet < 20 {
        tokio::task::yield_now().await;
        quiet += 1;
        while let Ok(pass) = passes.try_recv() {
            found.push(pass);
            quiet = 0;
        }
    }
    found
}

fn fail(pass: &Pass) {
    pass.send();
    pass.see(Seen::Failure { retry_after_ms: None });
}

fn answer(pass: &Pass) {
    pass.send();
    pass.see(Seen::Answer);
}

#[tokio::test]
async fn while_the_provider_is_down_two_thousand_calls_wait_and_one_at_a_time_finds_out() {
    let gate = gate("{breaker: {failures: 3, open-for: PT1H, open-for-max: PT2H}}");
    let mut passes = crowd(&gate, 2_000);
    let first = let_in(&mut passes).await;
    assert_eq!(first.len(), 3, "no more at once than it takes to open");
    first.iter().for_each(|pass| fail(pass));
    drop(first);
    assert_eq!(let_in(&mut passes).await.len(), 0);
    assert_eq!((gate.view().breaker, gate.view().waiting), (BreakerView::Open, 1_997));
    assert!(gate.pass_by().is_err(), "a person who reads is told at once");
    assert!(gate.delays("1999") && !gate.delays("0"));

    for down_for_ms in [HOUR_MS, 2 * HOUR_MS, 2 * HOUR_MS] {
        gate.clock.advance_ms(down_for_ms - 60_000);
        assert_eq!(let_in(&mut passes).await.len(), 0, "a minute early");
        gate.clock.advance_ms(60_000);
        let probes = let_in(&mut passes).await;
        assert_eq!(probes.len(), 1);
        probes.iter().for_each(|pass| fail(pass));
    }
    gate.clock.advance_ms(2 * HOUR_MS);
    assert_eq!(let_in(&mut passes).await.len(), 1);
    // It was dropped unused: the next one goes, and is answered.
    let mut under_way = let_in(&mut passes).await;
    assert_eq!((under_way.len(), gate.view().breaker), (1, BreakerView::HalfOpen));
    let (mut arrived, mut most) = (0, 1);
    while !under_way.is_empty() {
        // Beyond 256, the host's own places hold them back.
        let allowed = Some(2 * most.max(3)).filter(|twice| *twice < 256).unwrap_or(usize::MAX);
        assert!(under_way.len() <= allowed, "{} after {most}: a herd", under_way.len());
        most = most.max(under_way.len());
        arrived += under_way.len();
        under_way.iter().for_each(|pass| answer(pass));
        under_way.clear();
        under_way = let_in(&mut passes).await;
    }
    assert_eq!((arrived, gate.view().waiting), (2_000 - 3 - 3 - 1, 0));
}

#[tokio::test]
async fn the_rate_is_held_whatever_calls_turn_out_to_send() {
    // One request an hour, five at once: real time does not count beside it.
    let gate = gate("{requests-per-second: 0.000277777777777777, burst: 5}");
    let mut passes = crowd(&gate, 100);
    let mut sent = 0;
    let mut begun = 0;
    for hour in 0..200 {
        for pass in let_in(&mut passes).await {
            begun += 1;
            // Every third call sends three requests; the further ones are debts.
            for _ in 0..if begun % 3 == 0 { 3 } else { 1 } {
                answer(&pass);
                sent += 1;
            }
        }
        assert!(sent <= 5 + hour + 2 * 5, "{sent} requests in {hour} hours");
        gate.clock.advance_ms(HOUR_MS);
    }
    assert_eq!((begun, gate.view().waiting), (100, 0), "all went in the end");
}

#[tokio::test]
async fn who_sends_one_request_never_exceeds_rate_and_burst() {
    let gate = gate("{requests-per-second: 0.000277777777777777, burst: 5}");
    let mut passes = crowd(&gate, 40);
    let mut sent = 0;
    for hour in 0..40 {
        let begun = let_in(&mut passes).await;
        begun.iter().for_each(|pass| answer(pass));
        sent += begun.len();
        assert_eq!(sent, (5 + hour).min(40), "after {hour} hours");
        gate.clock.advance_ms(HOUR_MS);
    }
}

#[tokio::test]
async fn a_call_that_sends_nothing_gives_its_token_back() {
    let gate = gate("{requests-per-second: 0.000277777777777777, burst: 1}");
    let mut passes = crowd(&gate, 3);
    for _ in 0..3 {
        assert_eq!(let_in(&mut passes).await.len(), 1);
    }
    assert!(gate.view().tokens.is_some_and(|tokens| tokens > 0.9));
}

#[tokio::test]
async fn a_stop_sends_home_who_waits() {
    let gate = gate("{breaker: {failures: 1, open-for: PT1H}}");
    let mut passes = crowd(&gate, 50);
    let_in(&mut passes).await.iter().for_each(|pass| fail(pass));
    let told = gate.rests.notified();
    gate.close();
    told.await;
    assert!(passes.recv().await.is_none(), "every task has ended");
    assert!(gate.delays("49"), "no answer waits for them");
    assert!(gate.enter("late").is_none() && gate.wait("late").await.is_none());
}

#[tokio::test]
async fn an_operator_lets_them_go_on() {
    let gate = gate("{breaker: {failures: 2, open-for: PT1H}}");
    let mut passes = crowd(&gate, 10);
    let_in(&mut passes).await.iter().for_each(|pass| fail(pass));
    assert_eq!(let_in(&mut passes).await.len(), 0);
    gate.close_breaker();
    let begun = let_in(&mut passes).await;
    assert_eq!(begun.len(), 2);
}
