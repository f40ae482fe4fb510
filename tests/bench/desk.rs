//! Frontdesk as an owner and a visitor know it: its commands, its server, its widget API. The only file here that
//! knows its words.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use rusqlite::OpenFlags;
use serde_json::{Value, json};

use crate::{
    client::{self, Connection},
    load,
    process::Process,
    report::Result,
};

/// The site that the widget is on.
pub const SITE: &str = "https://shop.example";
/// More messages in one conversation would be refused (30 a minute), or change what is measured.
pub const MESSAGES_PER_VISITOR: usize = 25;

/// For all vectors, at most.
const MINUTES: usize = 20;

/// The program under test.
pub fn binary() -> PathBuf {
    std::env::var_os("FRONTDESK_BIN")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_frontdesk")), PathBuf::from)
}

/// A data folder and the commands on it.
pub struct Home {
    folder: PathBuf,
    /// Passages get vectors, and questions are embedded.
    by_meaning: bool,
}

/// What `knowledge add` took in, and how long it took.
pub struct Taught {
    pub pages: f64,
    pub passages: f64,
    pub seconds: f64,
}

impl Home {
    pub fn new(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), by_meaning: false })
    }

    pub fn by_meaning(folder: &Path) -> Result<Self> {
        Ok(Self { by_meaning: true, ..Self::new(folder)? })
    }

    /// The same folder, with commands that embed nothing.
    pub fn without_meaning(&self) -> Self {
        Self { folder: self.folder.clone(), by_meaning: false }
    }

    /// How many of the agent's passages have one.
    pub fn vectors(&self, agent: &str) -> Result<f64> {
        self.count("select count(*) from vectors where agent_id = ?1", agent)
    }

    /// How many of the agent's passages have one for each sentence.
    pub fn sentence_vectors(&self, agent: &str) -> Result<f64> {
        self.count("select count(*) from unit_vectors where agent_id = ?1", agent)
    }

    /// No command says so: the file does.
    fn count(&self, sql: &str, agent: &str) -> Result<f64> {
        let file = self.folder.join("data").join("frontdesk.db");
        let db = rusqlite::Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(db.query_row(sql, [agent], |row| row.get(0))?)
    }

    /// Makes a published agent for [`SITE`] and returns its id.
    pub fn agent(&self, name: &str) -> Result<String> {
        let agent = self.run(&[
            "agent",
            "create",
            "--name",
            name,
            "--origin",
            SITE,
            "--publish",
            "--json",
        ])?;
        Ok(agent["id"].as_str().ok_or("the new agent has no id")?.to_owned())
    }

    pub fn teach(&self, agent: &str, pages: &Path) -> Result<Taught> {
        let base = format!("{SITE}/help/");
        let pages = pages.to_str().ok_or("a folder name that is not UTF-8")?;
        let begin = Instant::now();
        let added = self.run(&[
            "knowledge",
            "add",
            "--agent",
            agent,
            "--base-url",
            &base,
            pages,
            "--json",
        ])?;
        let number = |key: &str| added[key].as_f64().ok_or(format!("knowledge add says no {key}"));
        Ok(Taught {
            pages: number("pages")?,
            passages: number("passages")?,
            seconds: begin.elapsed().as_secs_f64(),
        })
    }

    /// The same, and again until each passage and each of their sentences has its vectors: the command waits for them
    /// for a minute only, and a server that goes on with them is slower to answer.
    pub fn teach_wholly(&self, agent: &str, pages: &Path) -> Result<Taught> {
        let mut taught = self.teach(agent, pages)?;
        for _ in 0..MINUTES {
            if self.sentence_vectors(agent)? >= taught.passages {
                return Ok(taught);
            }
            taught.seconds += self.teach(agent, pages)?.seconds;
        }
        Err(format!("some of {} passages got no vectors for their sentences", taught.passages)
            .into())
    }

    /// What the answer's times were, as `ask` itself took them, in a process of its own.
    pub fn ask(&self, agent: &str, question: &str) -> Result<Value> {
        Ok(self.run(&["ask", "--agent", agent, question, "--json"])?["timings_ms"].take())
    }

    /// Serves; answers come from the model behind `model`, or are built in.
    pub fn serve(&self, model: Option<&str>) -> Result<Process> {
        Process::start(&mut self.serving(model)?)
    }

    pub fn serving(&self, model: Option<&str>) -> Result<Command> {
        let log = File::options().create(true).append(true).open(self.folder.join("server.log"))?;
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).stderr(log);
        if let Some(url) = model {
            // A machine that is busy with the load is no reason to give the model up.
            let patience = "60000";
            command
                .env("FRONTDESK_LLM_URL", url)
                .env("FRONTDESK_LLM_MODEL", "scripted")
                .env("FRONTDESK_LLM_FIRST_TOKEN_TIMEOUT_MS", patience)
                .env("FRONTDESK_LLM_TOKEN_TIMEOUT_MS", patience);
        }
        Ok(command)
    }

    /// Of the database with its log.
    pub fn data_bytes(&self) -> Result<u64> {
        let mut bytes = 0;
        for entry in fs::read_dir(self.folder.join("data"))? {
            bytes += entry?.metadata()?.len();
        }
        Ok(bytes)
    }

    fn run(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.command().args(arguments).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(
                format!("frontdesk {} failed: {}", arguments.join(" "), output.status).into()
            );
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// `frontdesk` on this folder.
    pub fn command(&self) -> Command {
        let mut command = Command::new(binary());
        command
            .current_dir(&self.folder)
            .env("FRONTDESK_DATA", self.folder.join("data"))
            .env("FRONTDESK_TRUSTED_PROXIES", "127.0.0.1")
            .stdin(Stdio::null());
        if !self.by_meaning {
            // Ten thousand passages would be embedded beside the measurements.
            command.env("FRONTDESK_EMBED", "off");
        }
        command
    }
}

/// Somebody with a running conversation.
pub struct Visitor {
    /// The address that the trusted proxy, which we are, saw: limits by address count as they would.
    from: String,
    authorization: String,
}

impl Visitor {
    /// The bytes of a question on `/messages/stream`.
    pub fn streams(&self, question: &str) -> Vec<u8> {
        self.posts("/v1/widget/messages/stream", question)
    }

    /// The bytes of a question on `/messages`.
    pub fn asks(&self, question: &str) -> Vec<u8> {
        self.posts("/v1/widget/messages", question)
    }

    /// The bytes of "is typing", which stores nothing.
    pub fn types(&self) -> Vec<u8> {
        self.sends("/v1/widget/typing", "{}")
    }

    fn posts(&self, path: &str, question: &str) -> Vec<u8> {
        let body = json!({ "message": question, "page_url": format!("{SITE}/cart") });
        self.sends(path, &body.to_string())
    }

    fn sends(&self, path: &str, body: &str) -> Vec<u8> {
        let headers = [
            ("Origin", SITE),
            ("Authorization", &self.authorization),
            ("X-Forwarded-For", &self.from),
        ];
        client::post(path, &headers, body)
    }
}

/// The bytes of an `/init` by a new visitor, the `number`th on connection `lane`.
pub fn init(agent: &str, lane: usize, number: usize) -> Vec<u8> {
    let body = format!(r#"{{"agent_id":"{agent}","page_url":"{SITE}/"}}"#);
    client::post(
        "/v1/widget/init",
        &[("Origin", SITE), ("X-Forwarded-For", &from(lane, number))],
        &body,
    )
}

/// Lets visitors arrive: for each of `lanes` connections so many that together they may send `turns` messages.
pub fn arrive(
    desk: SocketAddr,
    agent: &str,
    lanes: usize,
    turns: usize,
) -> Result<Vec<Vec<Visitor>>> {
    let mut arrived = load::together(lanes, async |lane| {
        let mut connection = Connection::open(desk).await?;
        let mut visitors = Vec::new();
        for number in 0..turns.div_ceil(MESSAGES_PER_VISITOR) {
            let answer = connection.ask(&init(agent, lane, number)).await?;
            let answer: Value = serde_json::from_slice(&answer)?;
            let token = answer["data"]["jwt"].as_str().ok_or("init gave no token")?;
            let authorization = format!("Bearer {token}");
            visitors.push(Visitor { from: from(lane, number), authorization });
        }
        Ok((lane, visitors))
    })?;
    arrived.sort_by_key(|(lane, _)| *lane);
    Ok(arrived.into_iter().map(|(_, visitors)| visitors).collect())
}

/// The kind of a frame on the stream.
pub fn event(frame: &[u8]) -> &[u8] {
    const MARK: &[u8] = br#""event":""#;
    let start = frame.windows(MARK.len()).position(|bytes| bytes == MARK);
    let rest = start.map(|start| &frame[start + MARK.len()..]).unwrap_or_default();
    rest.split(|&byte| byte == b'"').next().unwrap_or_default()
}

fn from(lane: usize, number: usize) -> String {
    let (high, low) = (number / 250 % 250, number % 250);
    format!("10.{}.{}.{}", lane % 250, (lane / 250 * 50 + high) % 250, low)
}
