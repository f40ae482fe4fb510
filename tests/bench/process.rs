//! A server in a process of its own, found by the line that it prints, measured through `/proc`, and stopped when it is
//! dropped.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::report::Result;

/// A server that says nothing for so long will not start.
const START_LIMIT: Duration = Duration::from_secs(30);
/// Then it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(15);
/// `USER_HZ`, which Linux fixes for everything that `/proc` shows.
const TICKS_PER_SECOND: f64 = 100.0;

pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

/// In bytes.
pub struct Memory {
    pub rss: u64,
    /// Shared pages divided by how many share them.
    pub pss: u64,
    /// Heap and stacks: what no file backs.
    pub anonymous: u64,
}

impl Process {
    /// Starts `command` and waits for its line `listening on http://ADDRESS`.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or("no standard output")?;
        let (tell, told) = mpsc::channel();
        // Reads to the end, so that the server never waits for a reader.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
                let _ = tell.send(line);
            }
        });
        let line = told.recv_timeout(START_LIMIT).inspect_err(|_| {
            let _ = child.kill();
        });
        let line = line.map_err(|_| format!("{command:?} did not say where it listens"))?;
        let address = line.strip_prefix("listening on http://").and_then(|text| text.parse().ok());
        let address = address.ok_or_else(|| format!("{command:?} began with: {line}"))?;
        Ok(Self { child, address })
    }

    /// Processor time of all its threads until now, to 10 ms.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name before ") " may hold anything; utime and stime are the fields 14 and 15, state is 3.
        let fields = stat.rsplit(") ").next().unwrap_or_default();
        let ticks: f64 =
            fields.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS_PER_SECOND)
    }

    pub fn memory(&self) -> Result<Memory> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let field = |name: &str| {
            let line = rollup.lines().find(|line| line.starts_with(name));
            let kib =
                line.and_then(|line| line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok());
            kib.map(|kib| kib * 1024).ok_or_else(|| format!("smaps_rollup has no {name}"))
        };
        Ok(Memory { rss: field("Rss:")?, pss: field("Pss:")?, anonymous: field("Anonymous:")? })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ =
            Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.child.id())).status();
        let begin = Instant::now();
        while begin.elapsed() < STOP_LIMIT {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        eprintln!("a server did not stop within {STOP_LIMIT:?} and is killed");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many files this process, and so its children, may open.
pub fn open_files_limit() -> Result<usize> {
    let limits = fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_ascii_whitespace().nth(3));
    // Not a number: unlimited.
    Ok(soft.and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX))
}
