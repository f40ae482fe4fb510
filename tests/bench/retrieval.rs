//! Built-in answers over growing knowledge. A question that was just asked shows what a turn costs without the search;
//! a new one, with it.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    Bench,
    client::Connection,
    conversation::{self, Asked, Plan},
    corpus, desk, load,
    report::{Bar, Line, Result, Samples},
    turns::PASSAGES,
};

const SIZES: [usize; 3] = [1_000, 10_000, 50_000];
const TURNS: usize = 300;
/// The command line takes its own times; each is a new process on cold caches.
const COMMANDS: usize = 5;
const SATURATING_LANES: usize = 32;
const SATURATION: Duration = Duration::from_secs(3);

pub fn retrieval(bench: &mut Bench) -> Result<()> {
    for passages in SIZES {
        let agent = bench.agent_knowing(passages)?;
        let pages = corpus::pages_for(passages);
        let desk = bench.home.serve(None)?;
        // The first questions find nothing in memory; they warm up and are not counted.
        let first = bench.new_questions(2 * TURNS);
        one_by_one(&desk, &agent, TURNS, |turn| corpus::question(first + turn, pages))?;
        let first = first + TURNS;
        let distinct =
            one_by_one(&desk, &agent, TURNS, |turn| corpus::question(first + turn, pages))?;
        let repeated = one_by_one(&desk, &agent, TURNS, |_| corpus::question(first, pages))?;
        let search = |percent| distinct.percentile(percent) - repeated.percentile(percent);
        let line = |questions| {
            Line::new("retrieval")
                .with("passages", passages)
                .with("visitors", 1)
                .with("questions", questions)
        };
        line("repeated").times(&repeated).print();
        line("distinct")
            .times(&distinct)
            .number("search_p50_ms", search(50))
            .number("search_p99_ms", search(99))
            .print();
        let what = format!("built-in answer over {passages} passages");
        bench.table.row(format!("{what}, search alone: p50"), search(50), " ms", &Bar::None);
        bench.table.row(format!("{what}, whole: p99"), distinct.percentile(99), " ms", &Bar::None);
        drop(desk);
        commands(bench, &agent, passages)?;
    }
    Ok(())
}

/// One visitor at a time, on the endpoint that answers in one piece.
pub fn one_by_one(
    desk: &crate::process::Process,
    agent: &str,
    turns: usize,
    question: impl Fn(usize) -> String,
) -> Result<Samples> {
    let visitors = desk::arrive(desk.address, agent, 1, turns)?;
    load::alone(async {
        let mut connection = Connection::open(desk.address).await?;
        let mut times = Vec::new();
        for turn in 0..turns {
            let request = conversation::asker(&visitors, 0, turn).asks(&question(turn));
            let begin = Instant::now();
            connection.ask(&request).await?;
            times.push(load::ms_since(begin));
        }
        Ok(Samples::new(times))
    })
}

fn commands(bench: &mut Bench, agent: &str, passages: usize) -> Result<()> {
    let first = bench.new_questions(COMMANDS);
    let mut taken: Vec<(String, Vec<f64>)> = Vec::new();
    for number in 0..COMMANDS {
        let times = bench
            .home
            .ask(agent, &corpus::question(first + number, corpus::pages_for(passages)))?;
        for (name, time) in times.as_object().into_iter().flatten() {
            let Some(time) = Value::as_f64(time) else { continue };
            match taken.iter_mut().find(|(known, _)| known == name) {
                Some((_, times)) => times.push(time),
                None => taken.push((name.clone(), vec![time])),
            }
        }
    }
    let line = Line::new("ask_command").with("passages", passages).with("n", COMMANDS);
    let with_median = |line: Line, (name, times): (String, Vec<f64>)| {
        line.number(&format!("{name}_p50_ms"), Samples::new(times).percentile(50))
    };
    taken.into_iter().fold(line, with_median).print();
    Ok(())
}

/// As many built-in answers as there can be, each with its own search.
pub fn answers(bench: &mut Bench) -> Result<()> {
    let hello = bench.hello_per_second()?;
    let agent = bench.agent_knowing(PASSAGES)?;
    let desk = bench.home.serve(None)?;
    let plan = Plan {
        lanes: SATURATING_LANES,
        turns: 800,
        spread: Duration::ZERO,
        lasting: Some(SATURATION),
    };
    let first = bench.new_questions(plan.lanes * plan.turns);
    let mut asked = Asked::default();
    let question = |lane, turn| {
        corpus::question(first + lane * plan.turns + turn, corpus::pages_for(PASSAGES))
    };
    asked.ask_desk(&desk, &agent, &plan, "", question)?;
    let per_second = asked.per_second();
    let cpu = asked.cpu_seconds_per_1000();
    Line::new("answers")
        .with("passages", PASSAGES)
        .with("visitors", plan.lanes)
        .times(&Samples::new(asked.whole_ms))
        .number("per_second", per_second)
        .number("of_hello", per_second / hello)
        .number("cpu_seconds_per_1000", cpu)
        .print();
    bench.table.rate("built-in answers at saturation, distinct", per_second, hello, &Bar::None);
    Ok(())
}
