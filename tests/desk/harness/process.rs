//! The server as a child process: started on port 0, its log kept, ended as an operator or a power cut would.

use std::{
    fmt,
    future::Future,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use super::Folder;

/// How long anything that a test waits for may take, in the worst case.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What the server wrote, over all its starts.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn follow(&self, from: impl Read + Send + 'static) -> std::thread::JoinHandle<()> {
        let lines = self.0.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
                lines.lock().unwrap().push(String::from_utf8_lossy(&line).into_owned());
            }
        })
    }

    pub fn contains(&self, words: &str) -> bool {
        self.0.lock().unwrap().iter().any(|line| line.contains(words))
    }

    pub fn first_surprise(&self) -> Option<String> {
        let lines = self.0.lock().unwrap();
        lines.iter().find(|line| line.contains("ERROR") || line.contains("panicked at")).cloned()
    }

    /// A line with a word that is nobody's business but the visitor's.
    pub fn first_leak(&self, private: &[String]) -> Option<(String, String)> {
        let lines = self.0.lock().unwrap();
        lines.iter().find_map(|line| {
            let word = private.iter().find(|word| line.contains(word.as_str()))?;
            Some((line.clone(), word.clone()))
        })
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.lock().unwrap();
        let first = lines.len().saturating_sub(200);
        lines[first..].iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

pub struct Process {
    child: Child,
    /// Such as `http://127.0.0.1:40123`.
    pub address: String,
    readers: Vec<std::thread::JoinHandle<()>>,
}

/// `frontdesk`, in a folder where no settings lie about and with none from this machine's environment.
pub fn frontdesk(folder: &Folder, settings: &[(String, String)]) -> Command {
    set_up(Command::new(BINARY), folder, settings)
}

const BINARY: &str = env!("CARGO_BIN_EXE_frontdesk");

/// The server on a data folder, with a soft limit of open files of its own if there is to be one.
pub fn serving(
    folder: &Folder,
    data: &Path,
    settings: &[(String, String)],
    soft_files: Option<u32>,
) -> Command {
    let mut command = match soft_files {
        None => Command::new(BINARY),
        Some(files) => {
            let mut shell = Command::new("sh");
            let limited = "ulimit -Sn \"$1\" && shift && exec \"$@\"";
            shell.args(["-c", limited, "sh", &files.to_string(), BINARY]);
            shell
        }
    };
    command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    set_up(command, folder, settings)
}

fn set_up(mut command: Command, folder: &Folder, settings: &[(String, String)]) -> Command {
    command.current_dir(folder.path("")).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let ours = name.starts_with("FRONTDESK_") || name.starts_with("WIDGET_JWT_");
        if ours || name.to_lowercase().ends_with("_proxy") {
            command.env_remove(name.as_ref());
        }
    }
    command.envs(super::BUCKETS.iter().map(|bucket| (bucket, "0")));
    command.env("FRONTDESK_EMBED", "off");
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    command
}

impl Process {
    pub async fn start(mut command: Command, log: &Log) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let errors = log.follow(child.stderr.take().expect("its log"));
        let (said, hears) = tokio::sync::oneshot::channel();
        let out = std::thread::spawn(move || {
            let mut first = String::new();
            let _ = out.read_line(&mut first);
            let _ = said.send(first);
            let _ = std::io::copy(&mut out, &mut std::io::sink());
        });
        let mut process = Self { child, address: String::new(), readers: vec![errors, out] };
        let first = tokio::time::timeout(PATIENCE, hears).await;
        let first = first.ok().and_then(Result::ok).unwrap_or_default();
        let Some(address) = first.trim_end().strip_prefix("listening on ") else {
            process.end();
            panic!("the server's first line should say where it listens, and was {first:?}\n{log}");
        };
        address.clone_into(&mut process.address);
        process
    }

    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.join();
    }

    fn join(&mut self) {
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
    }

    /// SIGTERM, then a clean exit within `bound`.
    pub fn stop(mut self, bound: Duration) -> Result<(), String> {
        let id = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal was not sent");
        let since = Instant::now();
        while since.elapsed() < bound {
            if let Some(status) = self.child.try_wait().expect("the child's state") {
                self.join();
                return if status.success() {
                    Ok(())
                } else {
                    Err(format!(
                        "the server should end cleanly on SIGTERM, and ended with {status}"
                    ))
                };
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        self.end();
        Err(format!("the server still ran {bound:?} after SIGTERM"))
    }

    /// How many files it may open now, and how many at most.
    pub fn open_files(&self) -> (String, String) {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", self.child.id()))
            .expect("its limits");
        let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
        let mut words = line.expect("a limit of files").split_whitespace().map(str::to_owned);
        (words.next().expect("the soft limit"), words.next().expect("the hard limit"))
    }

    /// How many it has open.
    pub fn files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("its files").count()
    }

    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    pub fn memory_peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .expect("its status");
        let line = status.lines().find(|line| line.starts_with(name)).expect("a line of it");
        let kib: u64 = line.split_whitespace().nth(1).expect("a number").parse().expect("a number");
        kib * 1024
    }
}

/// Waits until `probe` finds something. When it gives up, it says what it waited for and shows the log.
pub async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    log: &Log,
    mut probe: impl FnMut() -> F,
) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(since.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain until {what}\n{log}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
