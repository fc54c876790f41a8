//! What a breaker does, step by step.

use super::*;

const RULES: BreakerRules = BreakerRules { failures: 3, open_for_ms: 1_000, open_for_max_ms: 5_000 };

/// What happens to it, with the answer that is expected.
#[derive(Debug, Clone, Copy)]
enum Do {
    /// A call asks.
    Ask(Admission),
    /// So many calls ask one after another, and so many begin.
    Enter(u32, u32),
    /// A call of this generation ends.
    Leave(u64),
    /// A call of this generation gets an answer.
    Answer(u64, Option<Turn>),
    /// A call of this generation fails.
    Fail(u64, Option<Turn>),
    /// The same, and the provider says how long to wait.
    FailFor(u64, i64, Option<Turn>),
    /// An operator closes it.
    Close(Option<Turn>),
    Stands(Standing),
}

use Admission::{AfterOthers, At, Now};
use Do::{Answer, Ask, Close, Enter, Fail, FailFor, Leave, Stands};
use Turn::{Closed, Opened};

fn play(rules: BreakerRules, steps: &[(i64, Do)]) {
    let mut breaker = Breaker::new(rules);
    for (number, (now_ms, step)) in steps.iter().enumerate() {
        let (now_ms, place) = (*now_ms, format!("step {number} at {now_ms}: {step:?}"));
        match *step {
            Ask(expect) => assert_eq!(breaker.admission(now_ms), expect, "{place}"),
            Enter(asking, expect) => {
                let mut begun = 0;
                for _ in 0..asking {
                    if breaker.admission(now_ms) == Now {
                        breaker.enter();
                        begun += 1;
                    }
                }
                assert_eq!(begun, expect, "{place}");
            }
            Leave(generation) => breaker.leave(generation),
            Answer(generation, expect) => {
                assert_eq!(breaker.see(generation, Seen::Answer, now_ms), expect, "{place}");
            }
            Fail(generation, expect) => {
                let seen = Seen::Failure { retry_after_ms: None };
                assert_eq!(breaker.see(generation, seen, now_ms), expect, "{place}");
            }
            FailFor(generation, ms, expect) => {
                let seen = Seen::Failure { retry_after_ms: Some(ms) };
                assert_eq!(breaker.see(generation, seen, now_ms), expect, "{place}");
            }
            Close(expect) => assert_eq!(breaker.close(), expect, "{place}"),
            Stands(expect) => assert_eq!(breaker.standing(now_ms), expect, "{place}"),
        }
    }
}

#[test]
fn failures_in_a_row_open_it_and_an_answer_between_them_does_not_let_them() {
    play(
        RULES,
        &[
            (0, Enter(1, 1)),
            (0, Fail(0, None)),
            (0, Fail(0, None)),
            (0, Answer(0, None)),
            (0, Fail(0, None)),
            (0, Fail(0, None)),
            (0, Stands(Standing::Closed)),
            (0, Fail(0, Some(Opened(1_000)))),
            (0, Stands(Standing::Open(1_000))),
            (999, Ask(At(1_000))),
            (1_000, Ask(Now)),
            (1_000, Stands(Standing::HalfOpen)),
        ],
    );
}

#[test]
fn one_probe_goes_and_a_failure_of_it_doubles_the_time_up_to_the_most() {
    let open = [(0, Enter(3, 3)), (0, Fail(0, None)), (0, Fail(0, None)), (0, Fail(0, Some(Opened(1_000))))];
    let probes = [
        (1_000, Enter(9, 1)),
        (1_000, Ask(AfterOthers)),
        (1_500, Fail(1, Some(Opened(3_500)))),
        (3_499, Ask(At(3_500))),
        (3_500, Enter(9, 1)),
        (3_500, Fail(2, Some(Opened(7_500)))),
        (7_500, Enter(9, 1)),
        (7_500, Fail(3, Some(Opened(12_500)))),
        (12_500, Enter(9, 1)),
        (12_500, Answer(4, Some(Closed))),
        (12_500, Stands(Standing::Closed)),
        // And from the beginning again.
        (12_500, Fail(4, None)),
        (12_500, Fail(4, None)),
        (12_500, Fail(4, Some(Opened(13_500)))),
    ];
    play(RULES, &[open.as_slice(), &probes].concat());
}

#[test]
fn a_probe_that_asks_nothing_makes_place_for_the_next() {
    play(
        RULES,
        &[
            (0, Enter(3, 3)),
            (0, Fail(0, None)),
            (0, Fail(0, None)),
            (0, Fail(0, Some(Opened(1_000)))),
            (1_000, Enter(2, 1)),
            (1_000, Leave(1)),
            (1_000, Stands(Standing::HalfOpen)),
            (1_000, Enter(2, 1)),
        ],
    );
}

#[test]
fn what_calls_of_before_see_says_nothing_about_now() {
    play(
        RULES,
        &[
            (0, Enter(3, 3)),
            (0, Fail(0, None)),
            (0, Fail(0, None)),
            (0, Fail(0, Some(Opened(1_000)))),
            (10, Fail(0, None)),
            (10, Answer(0, None)),
            (10, Stands(Standing::Open(1_000))),
            (1_000, Enter(1, 1)),
            (1_000, Leave(0)),
            (1_000, Ask(AfterOthers)),
            (1_000, Fail(0, None)),
            (1_000, Stands(Standing::HalfOpen)),
            (1_000, Answer(1, Some(Closed))),
        ],
    );
}

#[test]
fn calls_are_let_go_in_growing_number() {
    play(
        RULES,
        &[
            (0, Enter(9, 3)),
            (0, Leave(0)),
            (0, Enter(9, 1)),
            (0, Answer(0, None)),
            (0, Enter(9, 1)),
            (0, Answer(0, None)),
            (0, Answer(0, None)),
            (0, Enter(9, 2)),
        ],
    );
    play(
        RULES,
        &[
            (0, Enter(9, 3)),
            (0, Fail(0, None)),
            (0, Leave(0)),
            (0, Fail(0, None)),
            (0, Leave(0)),
            (0, Enter(9, 0)),
            (0, Leave(0)),
            (0, Enter(9, 1)),
        ],
    );
    let answers = [(0, Answer(0, None)); 253];
    play(RULES, &[answers.as_slice(), &[(0, Enter(5_000, 5_000))]].concat());
}

#[test]
fn the_provider_s_word_counts_when_it_is_longer_up_to_the_most() {
    for (asked_ms, until_ms) in [(500, 1_000), (2_000, 2_000), (3_600_000, 5_000)] {
        play(
            RULES,
            &[(0, Fail(0, None)), (0, Fail(0, None)), (0, FailFor(0, asked_ms, Some(Opened(until_ms))))],
        );
    }
}

#[test]
fn an_operator_closes_it() {
    play(
        RULES,
        &[
            (0, Close(None)),
            (0, Enter(3, 3)),
            (0, Fail(0, None)),
            (0, Fail(0, None)),
            (0, Fail(0, Some(Opened(1_000)))),
            (1, Close(Some(Closed))),
            (1, Enter(9, 3)),
            (1, Fail(1, None)),
            (1, Fail(1, None)),
            (1, Fail(1, Some(Opened(1_001)))),
        ],
    );
}

#[test]
fn turned_off_it_lets_everything_pass() {
    let off = BreakerRules { failures: 0, ..RULES };
    let failures = [(0, Fail(0, None)); 50];
    let after = [(0, Enter(5_000, 5_000)), (0, Stands(Standing::Off)), (0, Ask(Now))];
    play(off, &[failures.as_slice(), &after].concat());
}
