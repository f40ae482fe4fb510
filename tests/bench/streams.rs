//! A thousand visitors who listen at the same time: what each costs in memory and processor time while words trickle.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Bench,
    conversation::{self, Asked, Heard, Plan},
    corpus, desk,
    model::{FIRST_WORD, HURRY, Model, Pace},
    process::open_files_limit,
    report::{Bar, Line, Result, Samples, count, mb},
    turns::PASSAGES,
};

const STREAMS: usize = 1000;
const SPREAD: Duration = Duration::from_secs(4);
/// The first stream lasts 20 s: by now the last must have started, so that the window is within all of them.
const ALL_WITHIN: Duration = Duration::from_secs(13);
const WINDOW: Duration = Duration::from_secs(6);
const TOKENS_PER_SECOND: usize = 20;

pub fn streams(bench: &mut Bench) -> Result<()> {
    // The desk has a connection to the visitor and one to the model for each stream.
    if open_files_limit()? < 2 * STREAMS + 200 {
        eprintln!("streams: skipped, because too few files may be open: try `ulimit -n 8192`");
        return Ok(());
    }
    let model = Model::start()?;
    let agent = bench.agent_knowing(PASSAGES)?;
    let desk = bench.home.serve(Some(&model.url(Pace::Slow)))?;
    let pages = corpus::pages_for(PASSAGES);
    // The database's caches, threads and the allocator's arenas are not the streams' memory.
    let warm = Plan { lanes: 16, turns: 20, spread: Duration::ZERO, lasting: None };
    let hurried = |lane, turn| format!("{} {HURRY}", corpus::question(lane * 20 + turn, pages));
    Asked::default().ask_desk(&desk, &agent, &warm, FIRST_WORD, hurried)?;

    // One question for all: what a search costs is measured elsewhere.
    let question = corpus::question(bench.new_questions(1), pages);
    let visitors = desk::arrive(desk.address, &agent, STREAMS, 1)?;
    let before = desk.memory()?;
    let (started, heard) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let plan = Plan { lanes: STREAMS, turns: 1, spread: SPREAD, lasting: None };
    let begin = Instant::now();
    let (during, cpu, seconds, frames, speaking, turns) = thread::scope(|scope| -> Result<_> {
        let turns = scope.spawn(|| {
            let hear = |frame: &[u8]| {
                let kind = conversation::hear_desk(frame);
                if matches!(kind, Heard::Token) {
                    heard.fetch_add(1, Ordering::Relaxed);
                    if conversation::contains(frame, FIRST_WORD) {
                        started.fetch_add(1, Ordering::Relaxed);
                    }
                }
                kind
            };
            conversation::converse(desk.address, &plan, FIRST_WORD, hear, |lane, turn| {
                conversation::asker(&visitors, lane, turn).streams(&question)
            })
        });
        while started.load(Ordering::Relaxed) < STREAMS && begin.elapsed() < ALL_WITHIN {
            thread::sleep(Duration::from_millis(50));
        }
        let speaking = started.load(Ordering::Relaxed);
        let (cpu, frames, since) =
            (desk.cpu_seconds()?, heard.load(Ordering::Relaxed), Instant::now());
        thread::sleep(WINDOW);
        let cpu = desk.cpu_seconds()? - cpu;
        let frames = heard.load(Ordering::Relaxed) - frames;
        let seconds = since.elapsed().as_secs_f64();
        let during = desk.memory()?;
        let turns = turns.join().map_err(|_| "the load panicked")??;
        Ok((during, cpu, seconds, frames, speaking, turns))
    })?;

    let kb_each =
        |during: u64, before: u64| mb(during.saturating_sub(before)) * 1000.0 / count(STREAMS);
    if speaking < STREAMS {
        return Err(
            format!("only {speaking} of {STREAMS} streams began within {ALL_WITHIN:?}").into()
        );
    }
    let rss = kb_each(during.rss, before.rss);
    let anonymous = kb_each(during.anonymous, before.anonymous);
    let core_percent = 100.0 * cpu / seconds / count(STREAMS);
    Line::new("streams")
        .with("visitors", STREAMS)
        .with("tokens_per_second_each", TOKENS_PER_SECOND)
        .number("heard_per_second", count(frames) / seconds)
        .number("rss_kb_each", rss)
        .number("anonymous_kb_each", anonymous)
        .number("rss_mb", mb(during.rss))
        .number("cpu_percent_of_a_core_each", core_percent)
        .number("seconds", begin.elapsed().as_secs_f64())
        .times(&Samples::new(turns.iter().map(|turn| turn.first_ms).collect()))
        .print();
    bench.table.row(
        "1,000 streams: frames heard, of 20,000",
        count(frames) / seconds,
        "/s",
        &Bar::None,
    );
    bench.table.row("1,000 streams: memory of each", rss, " KB", &Bar::AtMost(35.0));
    bench.table.row(
        "1,000 streams: processor of each, of a core",
        core_percent,
        " %",
        &Bar::AtMost(0.04),
    );
    Ok(())
}
