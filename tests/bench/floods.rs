//! Somebody who knocks far too often: what each refusal costs, what it does to those who talk, and what a million
//! addresses leave in memory.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use crate::{
    Bench, client,
    client::Connection,
    conversation::{Asked, Plan},
    corpus, desk, hello, load,
    model::{FIRST_WORD, Model, Pace},
    process::Process,
    report::{Bar, Line, Result, Samples, count, mb},
    turns::PASSAGES,
};

const CONNECTIONS: usize = 8;
const VISITORS: usize = 100;
const ADDRESSES: usize = 1_000_000;
/// What the limiter says that it holds at most (src/access/limits/windows.rs), and what else a million requests leave.
const LIMITER_MB: f64 = 3.3 + 7.0;
/// What limiter and gate together may add to a request.
const GATE_US: f64 = 5.0;
/// A limit that nobody reaches here, and none.
const LIMITS: [&str; 2] = ["4000000000", "0"];
/// Each kind of request is sent for a second by turns, so that what else the machine does falls on all alike.
const ROUNDS: usize = 5;
/// From one address of a visitor who is nobody else here.
const ONE: &str = "192.0.2.1";

/// What was asked for in vain while somebody else worked.
struct Flood {
    requests: usize,
    cpu_seconds: f64,
}

impl Flood {
    /// Microseconds of the server's processor for a request.
    fn each(&self) -> f64 {
        self.cpu_seconds * 1e6 / count(self.requests)
    }
}

/// A flood on `/init` from one address, beside 100 visitors who listen; and the same flood on the hello world, which
/// shows what the machine itself loses by it.
pub fn floods(bench: &mut Bench) -> Result<()> {
    let model = Model::start()?;
    let agent = bench.agent_knowing(PASSAGES)?;
    let pages = corpus::pages_for(PASSAGES);
    let desk = bench.home.serve(Some(&model.url(Pace::Realistic)))?;
    let ruler = hello::start()?;
    let plan = Plan { lanes: VISITORS, turns: 6, spread: Duration::from_secs(1), lasting: None };
    let first = bench.new_questions(1);
    let question = |_, _| corpus::question(first, pages);
    let (mut quiet, mut beside_hello, mut beside) = <(Asked, Asked, Asked)>::default();
    // The first is for warming up.
    Asked::default().ask_desk(&desk, &agent, &plan, FIRST_WORD, question)?;
    quiet.ask_desk(&desk, &agent, &plan, FIRST_WORD, question)?;
    let greeting = client::get("/");
    let greeted = flooded(&ruler, &greeting, &["200"], || {
        beside_hello.ask_desk(&desk, &agent, &plan, FIRST_WORD, question)
    })?;
    let visit = client::post(
        "/v1/widget/init",
        &[("Origin", desk::SITE), ("X-Forwarded-For", ONE)],
        &format!(r#"{{"agent_id":"{agent}","page_url":"{}/"}}"#, desk::SITE),
    );
    let refused = flooded(&desk, &visit, &["200", "429"], || {
        beside.ask_desk(&desk, &agent, &plan, FIRST_WORD, question)
    })?;
    let times = |asked: Asked| Samples::new(asked.first_ms);
    let (quiet, beside_hello, beside) = (times(quiet), times(beside_hello), times(beside));
    for (what, samples, flood) in [
        ("none", &quiet, None),
        ("the hello world", &beside_hello, Some(&greeted)),
        ("init", &beside, Some(&refused)),
    ] {
        let mut line =
            Line::new("flood").with("on", what).with("visitors", VISITORS).times(samples);
        if let Some(flood) = flood {
            line = line.number("requests", count(flood.requests));
        }
        line.print();
    }
    let ratio = beside.percentile(99) / quiet.percentile(99);
    bench.table.row("first token p99 beside a flood on init", ratio, " x", &Bar::AtMost(2.0));
    let ratio = beside_hello.percentile(99) / quiet.percentile(99);
    bench.table.row("first token p99 beside one on the hello world", ratio, " x", &Bar::None);
    Ok(())
}

/// Asks the same over and over while `work` is done, and fails at a status that is not `fine`; gives how often, and what it cost the server.
fn flooded(
    server: &Process,
    request: &[u8],
    fine: &[&str],
    work: impl FnOnce() -> Result<()>,
) -> Result<Flood> {
    let (over, requests) = (AtomicBool::new(false), AtomicUsize::new(0));
    let before = server.cpu_seconds()?;
    thread::scope(|scope| {
        let flood = scope.spawn(|| {
            load::together(CONNECTIONS, async |_| {
                let mut connection = Connection::open(server.address).await?;
                while !over.load(Ordering::Relaxed) {
                    let answered = connection.status(request).await?;
                    if !fine.contains(&answered.as_str()) {
                        return Err(format!("a flood was answered {answered}").into());
                    }
                    requests.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            })
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        flood.join().map_err(|_| "the flood panicked")??;
        done
    })?;
    let cpu_seconds = server.cpu_seconds()? - before;
    Ok(Flood { requests: requests.into_inner(), cpu_seconds })
}

/// A million addresses that come once each; then what one refused request costs beyond the hello world: all that lies
/// between the socket and the refusal, of which gate and limiter are parts.
pub fn limiter(bench: &mut Bench) -> Result<()> {
    let agent = bench.home.agent("Aria of the floods")?;
    let desk = bench.home.serve(None)?;
    // An origin that is not allowed is counted and refused, and nothing is stored for each.
    let knock = |from: &str| {
        client::post(
            "/v1/widget/init",
            &[("Origin", "https://elsewhere.example"), ("X-Forwarded-For", from)],
            &format!(r#"{{"agent_id":"{agent}","page_url":"{}/"}}"#, desk::SITE),
        )
    };
    let before = desk.memory()?;
    load::together(CONNECTIONS, async |lane| {
        let mut connection = Connection::open(desk.address).await?;
        for number in (lane..ADDRESSES).step_by(CONNECTIONS) {
            let [_, high, middle, low] = u32::try_from(number)?.to_be_bytes();
            connection.status(&knock(&format!("10.{high}.{middle}.{low}"))).await?;
        }
        Ok(())
    })?;
    let after = desk.memory()?;
    let grown = mb(after.anonymous) - mb(before.anonymous);
    Line::new("limiter_memory")
        .number("addresses", count(ADDRESSES))
        .number("anonymous_mb", grown)
        .print();
    bench.table.row("memory after a million addresses", grown, " MB", &Bar::AtMost(LIMITER_MB));

    let ruler = hello::start()?;
    let wait = || {
        thread::sleep(Duration::from_secs(3));
        Ok(())
    };
    let greeted = flooded(&ruler, &client::get("/"), &["200"], wait)?;
    let refused = flooded(&desk, &knock(ONE), &["403", "429"], wait)?;
    Line::new("refusal")
        .number("cpu_us", refused.each())
        .number("hello_cpu_us", greeted.each())
        .print();
    let added = refused.each() - greeted.each();
    bench.table.row("CPU of a refusal beyond the hello world", added, " µs", &Bar::None);
    Ok(())
}

/// What limiter and gate add to a request, each alone. The limiter: one endpoint that stores nothing, with a limit and
/// without one. The gate: an endpoint that does nothing behind it, beside the hello world of the same framework.
pub fn gate(bench: &mut Bench) -> Result<()> {
    let agent = bench.home.agent("Aria of the gate")?;
    let serve = |limit: &str| {
        Process::start(bench.home.serving(None)?.env("FRONTDESK_LIMITS_TYPING", limit))
    };
    let [limited, free] = [serve(LIMITS[0])?, serve(LIMITS[1])?];
    let ruler = hello::start()?;
    let visitors = desk::arrive(limited.address, &agent, 1, 1)?;
    let visitor = visitors.first().and_then(|lane| lane.first()).ok_or("nobody arrived")?;
    let (types, lives, greets) = (visitor.types(), client::get("/healthz"), client::get("/"));
    let kinds = [(&limited, &types), (&free, &types), (&free, &lives), (&ruler, &greets)];
    let mut floods = [const { Flood { requests: 0, cpu_seconds: 0.0 } }; 4];
    for _ in 0..ROUNDS {
        for (flood, (server, request)) in floods.iter_mut().zip(kinds) {
            let wait = || {
                thread::sleep(Duration::from_secs(1));
                Ok(())
            };
            let more = flooded(server, request, &["200", "202"], wait)?;
            flood.requests += more.requests;
            flood.cpu_seconds += more.cpu_seconds;
        }
    }
    let [limited, free, gated, greeted] = floods.map(|flood| flood.each());
    Line::new("gate")
        .number("limited_cpu_us", limited)
        .number("unlimited_cpu_us", free)
        .number("gated_cpu_us", gated)
        .number("hello_cpu_us", greeted)
        .print();
    let (limiter, gate) = (limited - free, gated - greeted);
    bench.table.row("CPU of the limiter", limiter, " µs", &Bar::None);
    bench.table.row("CPU of the gate", gate, " µs", &Bar::None);
    bench.table.row("CPU of both", limiter + gate, " µs", &Bar::AtMost(GATE_US));
    Ok(())
}
