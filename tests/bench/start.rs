//! From nothing to the first answer, and what the program weighs when nobody is there.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::{
    Bench, client, desk, load,
    process::Process,
    report::{Bar, Line, Result, Samples, mb},
    turns::PASSAGES,
};

const STARTS: usize = 20;
const WRITES: usize = 200;
const SETTLE: Duration = Duration::from_secs(1);

/// Starts on the database of 10,000 passages until `/healthz` answers.
pub fn cold_start(bench: &mut Bench) -> Result<()> {
    bench.agent_knowing(PASSAGES)?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let mut command = bench.home.serving(None)?;
        let begin = Instant::now();
        let desk = Process::start(&mut command)?;
        is_healthy(&desk)?;
        times.push(load::ms_since(begin));
    }
    let times = Samples::new(times);
    Line::new("cold_start").with("passages", PASSAGES).times(&times).print();
    bench.table.row(
        "start to the first 200, p50",
        times.percentile(50),
        " ms",
        &Bar::AtMost(100.0),
    );
    Ok(())
}

pub fn idle(bench: &mut Bench) -> Result<()> {
    bench.agent_knowing(PASSAGES)?;
    let desk = bench.home.serve(None)?;
    is_healthy(&desk)?;
    thread::sleep(SETTLE);
    let cpu = desk.cpu_seconds()?;
    thread::sleep(SETTLE);
    let memory = desk.memory()?;
    Line::new("idle")
        .number("rss_mb", mb(memory.rss))
        .number("pss_mb", mb(memory.pss))
        .number("anonymous_mb", mb(memory.anonymous))
        .number("cpu_seconds_per_second", desk.cpu_seconds()? - cpu)
        .print();
    bench.table.row("idle memory", mb(memory.rss), " MB", &Bar::AtMost(30.0));
    Ok(())
}

/// How long the disk takes to keep 4 KiB: the ruler for whatever is durable.
pub fn disk(bench: &mut Bench) -> Result<()> {
    let mut file = fs::File::create(bench.folder.join("ruler"))?;
    let mut times = Vec::new();
    for _ in 0..WRITES {
        let begin = Instant::now();
        file.write_all(&[0x55; 4096])?;
        file.sync_data()?;
        times.push(load::ms_since(begin));
    }
    let times = Samples::new(times);
    Line::new("disk").times(&times).print();
    bench.table.row(
        "4 KiB appended to a file and flushed, p50",
        times.percentile(50),
        " ms",
        &Bar::None,
    );
    Ok(())
}

pub fn binary_size(bench: &mut Bench) -> Result<()> {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/model/minilm.bin");
    let size = mb(fs::metadata(desk::binary())?.len());
    let without = size - mb(fs::metadata(model)?.len());
    Line::new("binary").number("mb", size).number("without_model_mb", without).print();
    bench.table.row("binary", size, " MB", &Bar::AtMost(34.0));
    bench.table.row("binary, without the embedding model", without, " MB", &Bar::AtMost(20.0));
    Ok(())
}

fn is_healthy(desk: &Process) -> Result<()> {
    let mut socket = TcpStream::connect(desk.address)?;
    socket.write_all(&client::get("/healthz"))?;
    let mut status = [0; 12];
    socket.read_exact(&mut status)?;
    if &status == b"HTTP/1.1 200" { Ok(()) } else { Err("/healthz does not answer 200".into()) }
}
