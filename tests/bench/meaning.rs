//! The embedding model at work: passages that get their vectors, alone and beside visitors, and answers that are found by
//! meaning. In a home of its own, as everywhere else words alone are searched.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Bench,
    conversation::{Asked, Plan},
    corpus,
    desk::Home,
    model::{FIRST_WORD, Model, Pace},
    report::{Bar, Line, Result, Samples, count, mb},
    retrieval,
};

/// That are embedded while nobody asks, and then searched.
const PASSAGES: usize = 1_000;
/// That wait for their vectors while visitors ask: more than are done in that time.
const WAITING: usize = 4_000;
const VISITORS: usize = 100;
/// That each of them takes, a bit more than a second each, while nothing else is done.
const QUIET_TURNS: usize = 6;
/// The same while passages get their vectors, which are written some dozens at a time.
const BESIDE_TURNS: usize = 18;
const TURNS: usize = 300;
const SATURATING_LANES: usize = 32;
const SATURATION: Duration = Duration::from_secs(4);
/// Before a server looks for passages that wait.
const LOOK: Duration = Duration::from_secs(2);

pub fn meaning(bench: &mut Bench) -> Result<()> {
    let pages = bench.folder.join("plain-pages");
    corpus::write_plain(&pages, 0, corpus::pages_for(PASSAGES))?;

    // The same pages once without vectors: what is more is the model's.
    let words = Home::new(&bench.folder.join("words"))?;
    let plain = words.teach(&words.agent("Aria of words")?, &pages)?;
    let home = Home::by_meaning(&bench.folder.join("meaning"))?;
    let agent = home.agent("Aria of meaning")?;
    let (taught, per_second) = watched(&home, &agent, || home.teach_wholly(&agent, &pages))?;
    let with_sentences = taught.passages / (taught.seconds - plain.seconds);
    Line::new("embedding")
        .number("passages", taught.passages)
        .number("passages_per_second", per_second)
        .number("with_sentences_per_second", with_sentences)
        .print();
    bench.table.row(
        "passages of 200 tokens that get vectors, alone",
        per_second,
        "/s",
        &Bar::AtLeast(40.0),
    );

    bench.table.row("the same with all their sentences", with_sentences, "/s", &Bar::None);

    answers(bench, &home, &agent)?;
    beside_visitors(bench, &home)
}

/// How many passages a second got their own vectors while `work` was done; their sentences' come after them.
fn watched<T>(home: &Home, agent: &str, work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let over = AtomicBool::new(false);
    let (done, seen) = thread::scope(|scope| {
        let watch = scope.spawn(|| -> Result<Vec<(Instant, f64)>> {
            let mut seen = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let vectors = home.vectors(agent)?;
                if vectors > seen.last().map_or(0.0, |(_, before)| *before) {
                    seen.push((Instant::now(), vectors));
                }
                thread::sleep(Duration::from_millis(20));
            }
            Ok(seen)
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        (done, watch.join())
    });
    let seen = seen.map_err(|_| "who watched panicked")??;
    match (seen.first(), seen.last()) {
        (Some((begun, few)), Some((ended, all))) if all > few => {
            Ok((done?, (all - few) / (*ended - *begun).as_secs_f64()))
        }
        _ => Err("too few vectors were seen to come".into()),
    }
}

/// Built-in answers, each with its own question to embed.
fn answers(bench: &mut Bench, home: &Home, agent: &str) -> Result<()> {
    let hello = bench.hello_per_second()?;
    let desk = home.serve(None)?;
    let question = |number| corpus::plain_question(number, corpus::pages_for(PASSAGES));
    // Somebody came, so that what a visit takes is not the question's.
    crate::desk::arrive(desk.address, agent, 1, 1)?;
    thread::sleep(LOOK);
    let before = desk.memory()?;
    let first = bench.new_questions(1);
    retrieval::one_by_one(&desk, agent, 1, |_| question(first))?;
    let after = desk.memory()?;
    let (grown, anonymous) =
        (mb(after.rss) - mb(before.rss), mb(after.anonymous) - mb(before.anonymous));
    Line::new("first_question").number("rss_mb", grown).number("anonymous_mb", anonymous).print();
    bench.table.row("memory after the first question", grown, " MB", &Bar::AtMost(20.0));
    bench.table.row("of it without a file behind", anonymous, " MB", &Bar::AtMost(2.0));

    // The next ones warm up and are not counted.
    let first = bench.new_questions(2 * TURNS);
    retrieval::one_by_one(&desk, agent, TURNS, |turn| question(first + turn))?;
    let alone = retrieval::one_by_one(&desk, agent, TURNS, |turn| question(first + TURNS + turn))?;
    let plan = Plan {
        lanes: SATURATING_LANES,
        turns: 800,
        spread: Duration::ZERO,
        lasting: Some(SATURATION),
    };
    let first = bench.new_questions(plan.lanes * plan.turns);
    let mut asked = Asked::default();
    let of_lane = |lane, turn| question(first + lane * plan.turns + turn);
    asked.ask_desk(&desk, agent, &plan, "", of_lane)?;
    Line::new("answers_by_meaning")
        .with("passages", PASSAGES)
        .times(&alone)
        .number("per_second", asked.per_second())
        .number("cpu_seconds_per_1000", asked.cpu_seconds_per_1000())
        .print();
    bench.table.row(
        "built-in answer by meaning, whole: p99",
        alone.percentile(99),
        " ms",
        &Bar::AtMost(20.0),
    );
    bench.table.rate(
        "built-in answers by meaning at saturation, distinct",
        asked.per_second(),
        hello,
        &Bar::AtLeast(500.0),
    );
    Ok(())
}

/// What visitors of one agent notice while another's passages get their vectors.
fn beside_visitors(bench: &mut Bench, home: &Home) -> Result<()> {
    let model = Model::start()?;
    let agent = home.agent("Aria with visitors")?;
    let pages = bench.folder.join("visited-pages");
    corpus::write_plain(&pages, 0, 20)?;
    home.teach_wholly(&agent, &pages)?;
    let desk = home.serve(Some(&model.url(Pace::Realistic)))?;
    let ask = |bench: &mut Bench, turns: usize| -> Result<Samples> {
        let plan = Plan { lanes: VISITORS, turns, spread: Duration::from_secs(1), lasting: None };
        let first = bench.new_questions(plan.lanes * plan.turns);
        let question = |lane, turn| corpus::plain_question(first + lane * plan.turns + turn, 20);
        let mut asked = Asked::default();
        asked.ask_desk(&desk, &agent, &plan, FIRST_WORD, question)?;
        Ok(Samples::new(asked.first_ms))
    };
    // The first is for warming up.
    ask(bench, QUIET_TURNS)?;
    let quiet = ask(bench, QUIET_TURNS)?;
    let waiting = home.agent("Aria who waits")?;
    let pages = bench.folder.join("waiting-pages");
    corpus::write_plain(&pages, PASSAGES, corpus::pages_for(WAITING))?;
    // By a command that embeds nothing, so that the server does.
    home.without_meaning().teach(&waiting, &pages)?;
    thread::sleep(LOOK);
    let (beside, per_second) = watched(home, &waiting, || ask(bench, BESIDE_TURNS))?;
    let done = home.vectors(&waiting)?;
    if done >= count(WAITING) {
        return Err(format!("all {done} passages got vectors before the visitors were gone").into());
    }
    let ratio = beside.percentile(99) / quiet.percentile(99);
    Line::new("embedding_beside_visitors")
        .with("visitors", VISITORS)
        .times(&beside)
        .number("quiet_p99_ms", quiet.percentile(99))
        .number("passages_per_second", per_second)
        .print();
    bench.table.row(
        "passages that get vectors beside 100 visitors",
        per_second,
        "/s",
        &Bar::AtLeast(40.0),
    );
    bench.table.row("first token p99 beside that", ratio, " x", &Bar::AtMost(2.0));
    Ok(())
}
