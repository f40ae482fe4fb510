//! How much later than the model's own first word a visitor reads it, how many turns a second there can be, and what
//! they cost.

use std::time::Duration;

use crate::{
    Bench,
    conversation::{Asked, Plan},
    corpus,
    model::{FIRST_WORD, Model, Pace},
    report::{Bar, Line, Result, Samples},
};

/// The knowledge that is searched before the model is asked.
pub const PASSAGES: usize = 10_000;
const ROUNDS: usize = 2;
const SATURATING_LANES: usize = 32;
const SATURATION: Duration = Duration::from_secs(4);
/// On each lane: more than can be had in that time.
const SATURATION_TURNS: usize = 800;

/// The added time to the first token.
pub fn first_token(bench: &mut Bench) -> Result<()> {
    let model = Model::start()?;
    let agent = bench.agent_knowing(PASSAGES)?;
    let pages = corpus::pages_for(PASSAGES);
    for pace in [Pace::AtOnce, Pace::Realistic] {
        let desk = bench.home.serve(Some(&model.url(pace)))?;
        for lanes in [1, 16, 100] {
            // Some 600 turns in a round, but a realistic one takes a second.
            let turns = match (pace, lanes) {
                (Pace::AtOnce, 1) => 300,
                (Pace::AtOnce, 16) => 40,
                (_, 100) => 6,
                _ => 3,
            };
            let spread = if pace == Pace::AtOnce { Duration::ZERO } else { Duration::from_secs(1) };
            let plan = Plan { lanes, turns, spread, lasting: None };
            let (mut alone, mut distinct, mut repeated) = <(Asked, Asked, Asked)>::default();
            // By turns, so that a busy moment of the machine falls on all of them.
            for _ in 0..ROUNDS {
                alone.ask_model(&model, pace, &plan)?;
                let first = bench.new_questions(lanes * turns);
                let question = |lane, turn| corpus::question(first + lane * turns + turn, pages);
                distinct.ask_desk(&desk, &agent, &plan, FIRST_WORD, question)?;
                if pace == Pace::AtOnce || lanes == 100 {
                    let question = |_, _| corpus::question(first, pages);
                    repeated.ask_desk(&desk, &agent, &plan, FIRST_WORD, question)?;
                }
            }
            let base = Samples::new(alone.first_ms);
            line("first_token", pace, lanes, "to the model itself").times(&base).print();
            for (questions, asked) in [("distinct", distinct), ("repeated", repeated)] {
                report_added(bench, pace, lanes, &base, questions, asked);
            }
        }
    }
    Ok(())
}

fn report_added(
    bench: &mut Bench,
    pace: Pace,
    lanes: usize,
    base: &Samples,
    questions: &str,
    asked: Asked,
) {
    if asked.first_ms.is_empty() {
        return;
    }
    let (per_second, cpu) = (asked.per_second(), asked.cpu_seconds_per_1000());
    let first = Samples::new(asked.first_ms);
    let added = |percent| first.percentile(percent) - base.percentile(percent);
    line("first_token", pace, lanes, questions)
        .with("passages", PASSAGES)
        .times(&first)
        .number("added_p50_ms", added(50))
        .number("added_p90_ms", added(90))
        .number("added_p99_ms", added(99))
        .number("per_second", per_second)
        .number("cpu_seconds_per_1000", cpu)
        .print();
    let what = format!("first token added, {} model, {lanes} visitors, {questions}", pace.name());
    let (fifty, most) = match (pace, lanes) {
        (Pace::AtOnce, 1) => (Bar::AtMost(2.0), Bar::None),
        (Pace::Realistic, 100) => (Bar::None, Bar::AtMost(25.0)),
        _ => (Bar::None, Bar::None),
    };
    bench.table.row(format!("{what}: p50"), added(50), " ms", &fifty);
    bench.table.row(format!("{what}: p99"), added(99), " ms", &most);
    if pace == Pace::Realistic && lanes == 100 {
        bench.table.row(
            format!("CPU for 1,000 such turns, {questions}"),
            cpu,
            " s",
            &Bar::AtMost(2.5),
        );
    }
}

/// As many turns as there can be, over the model that answers at once.
pub fn saturation(bench: &mut Bench) -> Result<()> {
    let model = Model::start()?;
    let hello = bench.hello_per_second()?;
    let agent = bench.agent_knowing(PASSAGES)?;
    let desk = bench.home.serve(Some(&model.url(Pace::AtOnce)))?;
    let pages = corpus::pages_for(PASSAGES);
    let plan = Plan {
        lanes: SATURATING_LANES,
        turns: SATURATION_TURNS,
        spread: Duration::ZERO,
        lasting: Some(SATURATION),
    };
    let (mut alone, mut distinct, mut repeated) = <(Asked, Asked, Asked)>::default();
    alone.ask_model(&model, Pace::AtOnce, &Plan { turns: usize::MAX, ..plan })?;
    let first = bench.new_questions(plan.lanes * plan.turns);
    let question = |lane, turn| corpus::question(first + lane * SATURATION_TURNS + turn, pages);
    distinct.ask_desk(&desk, &agent, &plan, FIRST_WORD, question)?;
    repeated.ask_desk(&desk, &agent, &plan, FIRST_WORD, |_, _| corpus::question(first, pages))?;
    for (questions, asked) in
        [("to the model itself", alone), ("distinct", distinct), ("repeated", repeated)]
    {
        let (per_second, cpu) = (asked.per_second(), asked.cpu_seconds_per_1000());
        line("saturation", Pace::AtOnce, plan.lanes, questions)
            .with("passages", PASSAGES)
            .times(&Samples::new(asked.whole_ms))
            .number("per_second", per_second)
            .number("of_hello", per_second / hello)
            .number("cpu_seconds_per_1000", cpu)
            .print();
        let bar = if cpu > 0.0 { Bar::AtLeast(2000.0) } else { Bar::None };
        bench.table.rate(
            format!("turns of 40 tokens at saturation, {questions}"),
            per_second,
            hello,
            &bar,
        );
    }
    Ok(())
}

fn line(bench: &str, pace: Pace, lanes: usize, questions: &str) -> Line {
    Line::new(bench).with("pace", pace.name()).with("visitors", lanes).with("questions", questions)
}
