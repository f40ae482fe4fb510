//! New visitors a second on `/init`, each stored before it is answered, against the hello world in the same seconds.

use std::time::{Duration, Instant};

use crate::{
    Bench,
    client::Connection,
    desk::{self, Home},
    hello, load,
    process::Process,
    report::{Bar, Line, Result, Samples, count},
};

pub const CONNECTIONS: usize = 64;
const ROUNDS: u32 = 3;
const ROUND: Duration = Duration::from_millis(1300);

pub fn arrivals(bench: &mut Bench) -> Result<()> {
    let home = Home::new(&bench.folder.join("arrivals"))?;
    let agent = home.agent("Aria")?;
    let ruler = hello::start()?;
    let desk = home.serve(None)?;
    let (mut hello_times, mut init_times) = (Vec::new(), Vec::new());
    let (mut hello_seconds, mut init_seconds, mut cpu) = (0.0, 0.0, 0.0);
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        hello_times.extend(hello::measure(&ruler, CONNECTIONS, begin + ROUND)?);
        hello_seconds += begin.elapsed().as_secs_f64();
        let (begin, cpu_before) = (Instant::now(), desk.cpu_seconds()?);
        init_times.extend(measure(&desk, &agent, begin + ROUND)?);
        init_seconds += begin.elapsed().as_secs_f64();
        cpu += desk.cpu_seconds()? - cpu_before;
    }
    let hello = count(hello_times.len()) / hello_seconds;
    let init = count(init_times.len()) / init_seconds;
    let init_cpu = cpu * 1000.0 / count(init_times.len());
    bench.heard_hello(hello);
    Line::new("hello")
        .with("connections", CONNECTIONS)
        .times(&Samples::new(hello_times))
        .number("per_second", hello)
        .print();
    Line::new("init")
        .with("connections", CONNECTIONS)
        .times(&Samples::new(init_times))
        .number("per_second", init)
        .number("of_hello", init / hello)
        .number("cpu_seconds_per_1000", init_cpu)
        .print();
    bench.table.row("hello world", hello, "/s", &Bar::None);
    bench.table.rate("init", init, hello, &Bar::None);
    bench.table.row("init, of the hello world", 100.0 * init / hello, " %", &Bar::AtLeast(20.0));
    Ok(())
}

fn measure(desk: &Process, agent: &str, end: Instant) -> Result<Vec<f64>> {
    let times = load::together(CONNECTIONS, async |lane| {
        let mut connection = Connection::open(desk.address).await?;
        let mut times = Vec::new();
        while Instant::now() < end {
            let request = desk::init(agent, lane, times.len());
            let asked = Instant::now();
            connection.ask(&request).await?;
            times.push(load::ms_since(asked));
        }
        Ok(times)
    })?;
    Ok(times.into_iter().flatten().collect())
}
