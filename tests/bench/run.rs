//! Frontdesk's benchmarks: the release binary, from outside, through its commands and its wire.
//!
//! `cargo bench` builds the program as it is released and runs all of them in some eight minutes;
//! `cargo bench -- init streams` runs those whose names contain a word given. `FRONTDESK_BIN` names another binary.
//! Each measurement is one JSON line on standard output; a table with the bars follows on standard error. The load
//! shares the machine with what it measures: compare ratios to the hello world, within one run.

mod among;
mod arrivals;
mod client;
mod conversation;
mod corpus;
mod crawl;
mod desk;
mod floods;
mod hello;
mod load;
mod meaning;
mod model;
mod process;
mod report;
mod retrieval;
mod start;
mod streams;
mod turns;
mod wire;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use desk::Home;
use report::{Line, Result, Table, count, mb};

/// One of them: measures, prints its lines, adds to the table.
type Measure = fn(&mut Bench) -> Result<()>;

/// In this order: later ones may find a larger database.
const BENCHES: &[(&str, Measure)] = &[
    ("binary", start::binary_size),
    ("disk", start::disk),
    ("init", arrivals::arrivals),
    ("cold_start", start::cold_start),
    ("idle", start::idle),
    ("first_token", turns::first_token),
    ("saturation", turns::saturation),
    ("streams", streams::streams),
    ("floods", floods::floods),
    ("limiter", floods::limiter),
    ("gate", floods::gate),
    ("crawl", crawl::crawl),
    ("answers", retrieval::answers),
    ("retrieval", retrieval::retrieval),
    ("meaning", meaning::meaning),
    ("among", among::among),
];

/// What the measurements share.
pub struct Bench {
    /// Gone when the run ends well; what a failed one left goes when the next begins.
    folder: PathBuf,
    home: Home,
    table: Table,
    /// By number of passages.
    agents: BTreeMap<usize, String>,
    asked: usize,
    hello: Option<f64>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.first().map(String::as_str) {
        Some(hello::ARGUMENT) => hello::serve(),
        Some(model::ARGUMENT) => model::serve(),
        Some(crawl::ARGUMENT) => crawl::serve(),
        _ => run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    // Beside the build, not under /tmp: that may be memory, where "durable" costs nothing.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let home = Home::new(&folder.join("desk"))?;
    let mut bench = Bench {
        folder,
        home,
        table: Table::default(),
        agents: BTreeMap::new(),
        asked: 0,
        hello: None,
    };
    // cargo itself adds `--bench`.
    let words: Vec<&String> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    let wanted =
        |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let mut failed = Vec::new();
    for (name, measure) in BENCHES.iter().filter(|(name, _)| wanted(name)) {
        let begin = Instant::now();
        if let Err(error) = measure(&mut bench) {
            eprintln!("{name}: {error}");
            failed.push(*name);
        }
        eprintln!("{name}: {:.1} s", begin.elapsed().as_secs_f64());
    }
    bench.table.print();
    if failed.is_empty() {
        fs::remove_dir_all(&bench.folder)?;
        return Ok(());
    }
    Err(format!("failed: {}; see {}", failed.join(", "), bench.folder.display()).into())
}

impl Bench {
    /// The agent that knows so many passages, taught when first asked for.
    fn agent_knowing(&mut self, passages: usize) -> Result<String> {
        if let Some(agent) = self.agents.get(&passages) {
            return Ok(agent.clone());
        }
        let agent = self.home.agent(&format!("Aria of {passages}"))?;
        let pages = self.folder.join(format!("pages-{passages}"));
        corpus::write(&pages, corpus::pages_for(passages))?;
        let taught = self.home.teach(&agent, &pages)?;
        Line::new("knowledge_add")
            .number("pages", taught.pages)
            .number("passages", taught.passages)
            .number("seconds", taught.seconds)
            .number("passages_per_second", taught.passages / taught.seconds)
            .number("data_mb", mb(self.home.data_bytes()?))
            .print();
        self.agents.insert(passages, agent.clone());
        Ok(agent)
    }

    /// The number of the first of so many questions that nobody asked yet.
    fn new_questions(&mut self, how_many: usize) -> usize {
        self.asked += how_many;
        self.asked - how_many
    }

    /// What the hello world does, in this run.
    fn hello_per_second(&mut self) -> Result<f64> {
        if let Some(per_second) = self.hello {
            return Ok(per_second);
        }
        let ruler = hello::start()?;
        let begin = Instant::now();
        let end = begin + Duration::from_secs(2);
        let answered = count(hello::measure(&ruler, arrivals::CONNECTIONS, end)?.len());
        Ok(*self.hello.insert(answered / begin.elapsed().as_secs_f64()))
    }

    fn heard_hello(&mut self, per_second: f64) {
        self.hello = Some(per_second);
    }
}
