//! The harness: a real Frontdesk in a folder of its own, spoken to as visitors, owners and the operating system do.
//! What every test must leave behind (a clean exit, a whole database, a log without surprises) is checked on drop.

mod command;
mod database;
mod folder;
mod process;
mod token;
mod visitor;
mod wire;

use std::{path::PathBuf, sync::Arc, time::Duration};

pub use command::{Output, run};
pub use database::Stored;
pub use folder::Folder;
pub use process::{Log, until};
pub use token::{claims_of, critical, signed, unsigned};
pub use visitor::{Answer, Visitor};
pub use wire::{Response, Wire};

use crate::scripted::Model;

/// Where the widget of most tests lives.
pub const SHOP: &str = "https://shop.example";

/// The widget API under its first prefix.
pub const API: &str = "/v1/widget";

/// Every endpoint that takes a token, with a body that it takes. The last one erases the visitor.
pub fn token_endpoints(conversation: &str) -> Vec<(&'static str, &'static str, serde_json::Value)> {
    use serde_json::json;
    let question = json!({"message": "When are you open?", "page_url": "https://shop.example/"});
    let channel = format!("private-conversation.{conversation}");
    vec![
        ("POST", "/messages/stream", question.clone()),
        ("POST", "/messages", question),
        ("POST", "/leads", json!({"email": "ada@example.com"})),
        ("POST", "/events", json!({"event": "page.view"})),
        ("GET", "/conversation/messages", json!(null)),
        ("POST", "/conversation/clear", json!({})),
        ("POST", "/typing", json!({})),
        ("POST", "/satisfaction", json!({"rating": "good"})),
        ("POST", "/messages/01JZ8QK3T5W7Y9ABCDEFGHJKMN/feedback", json!({"rating": "good"})),
        ("POST", "/broadcasting/auth", json!({"socket_id": "1.2", "channel_name": channel})),
        ("POST", "/request-human", json!({})),
        ("DELETE", "/me", json!(null)),
    ]
}

/// How long a clean exit may take, in the worst case.
const EXIT: Duration = Duration::from_secs(20);

/// How often each kind of request may come; 0 is no limit, an empty value the default.
const BUCKETS: [&str; 7] = [
    "FRONTDESK_LIMITS_INIT",
    "FRONTDESK_LIMITS_CONFIG",
    "FRONTDESK_LIMITS_MESSAGES",
    "FRONTDESK_LIMITS_CONVERSATION",
    "FRONTDESK_LIMITS_TYPING",
    "FRONTDESK_LIMITS_EVENTS",
    "FRONTDESK_LIMITS_LEADS",
];

/// What a desk starts with.
#[derive(Default)]
pub struct Setup {
    settings: Vec<(String, String)>,
    model: Option<Model>,
    soft_files: Option<u32>,
}

impl Setup {
    /// So many open files, until the server itself raises the limit.
    pub fn with_open_files(mut self, soft: u32) -> Self {
        self.soft_files = Some(soft);
        self
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Searching by meaning too, as the program does by default. Other tests are about other things, and spare the
    /// processor.
    pub fn by_meaning(self) -> Self {
        self.set("FRONTDESK_EMBED", "builtin")
    }

    /// Answers are spoken by this scripted model.
    pub fn model(mut self, model: &Model) -> Self {
        self.model = Some(model.clone());
        self.set("FRONTDESK_LLM_URL", &model.url())
    }

    /// With the rates of an empty configuration. Other tests ask as often as they like.
    pub fn limited(self) -> Self {
        BUCKETS.iter().fold(self, |setup, bucket| setup.set(bucket, ""))
    }

    pub async fn start(self) -> Desk {
        let mut desk = self.closed();
        desk.restart().await;
        desk
    }

    /// A folder and settings, and no server yet.
    pub fn closed(self) -> Desk {
        let log = Log::default();
        Desk {
            folder: Folder::new(),
            settings: self.settings,
            model: self.model,
            soft_files: self.soft_files,
            process: None,
            wire: Arc::new(Wire::new(log.clone())),
            log,
        }
    }
}

/// A running Frontdesk.
pub struct Desk {
    pub folder: Folder,
    settings: Vec<(String, String)>,
    model: Option<Model>,
    soft_files: Option<u32>,
    process: Option<process::Process>,
    pub wire: Arc<Wire>,
    pub log: Log,
}

/// An agent that the owner made.
#[derive(Clone)]
pub struct Agent {
    pub id: String,
    /// One that it allows.
    pub origin: String,
}

impl Desk {
    /// Without a model: answers come from the pages' own sentences.
    pub async fn start() -> Self {
        Setup::default().start().await
    }

    pub async fn speaking_through(model: &Model) -> Self {
        Setup::default().model(model).start().await
    }

    pub fn with(name: &str, value: &str) -> Setup {
        Setup::default().set(name, value)
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path("data")
    }

    /// From the next start on.
    pub fn settings(&mut self, setup: Setup) {
        self.settings = setup.settings;
    }

    /// Starts the server on the folder as it is, after [`Desk::kill`] or [`Desk::stop`].
    pub async fn restart(&mut self) {
        assert!(self.process.is_none(), "the desk runs already");
        let command = process::serving(&self.folder, &self.data(), &self.settings, self.soft_files);
        let started = process::Process::start(command, &self.log).await;
        self.wire.moved_to(&started.address);
        self.process = Some(started);
    }

    /// SIGKILL: nothing of the process gets a chance to tidy up.
    pub fn kill(&mut self) {
        self.process.take().expect("a running desk").kill();
    }

    /// SIGTERM and a clean exit.
    pub fn stop(&mut self) {
        let Some(process) = self.process.take() else { return };
        if let Err(problem) = process.stop(EXIT) {
            panic!("{problem}\n{}", self.log);
        }
    }

    /// How many files the server may open now, and how many at most.
    pub fn open_files(&self) -> (String, String) {
        self.process.as_ref().expect("a running desk").open_files()
    }

    /// How many files the server has open.
    pub fn files(&self) -> usize {
        self.process.as_ref().expect("a running desk").files()
    }

    /// The memory that the server holds, in bytes.
    pub fn memory(&self) -> u64 {
        self.process.as_ref().expect("a running desk").memory()
    }

    /// The most memory that the server ever held, in bytes.
    pub fn memory_peak(&self) -> u64 {
        self.process.as_ref().expect("a running desk").memory_peak()
    }

    /// A published agent on [`SHOP`] that learned the given files.
    pub async fn agent_knowing(&self, files: &[(&str, &str)]) -> Agent {
        let agent = self.agent_on(SHOP).await;
        self.learns(&agent, files).await;
        agent
    }

    /// A published agent that knows nothing.
    pub async fn agent_on(&self, origin: &str) -> Agent {
        let made = self
            .cli(&["agent", "create", "--name", "Aria", "--origin", origin, "--publish", "--json"])
            .await
            .json();
        Agent { id: made["id"].as_str().expect("an id").to_owned(), origin: origin.to_owned() }
    }

    pub async fn learns(&self, agent: &Agent, files: &[(&str, &str)]) -> serde_json::Value {
        let pages = self.folder.path(&format!("pages-{}", folder::number()));
        for (name, text) in files {
            let file = pages.join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, text).expect("a written page");
        }
        let pages = pages.to_str().expect("a path in UTF-8");
        self.cli(&[
            "knowledge",
            "add",
            "--agent",
            &agent.id,
            "--base-url",
            "https://shop.example/",
            pages,
            "--json",
        ])
        .await
        .json()
    }

    /// Runs `frontdesk` on this desk's data folder, beside the server if that runs.
    pub async fn cli(&self, arguments: &[&str]) -> Output {
        let data = self.data();
        let mut all: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        all.extend(["--data".to_owned(), data.to_str().expect("a path in UTF-8").to_owned()]);
        command::run_with(&self.folder, &self.settings, all).await
    }

    /// A browser on the agent's own site opens the widget.
    pub async fn visitor(&self, agent: &Agent) -> Visitor {
        Visitor::arrives(&self.wire, agent, serde_json::json!({})).await
    }

    /// The same, with more in the request.
    pub async fn visitor_with(&self, agent: &Agent, more: serde_json::Value) -> Visitor {
        Visitor::arrives(&self.wire, agent, more).await
    }

    fn check(&mut self) -> Result<(), String> {
        if let Some(process) = self.process.take() {
            process.stop(EXIT)?;
        }
        if let Some(line) = self.log.first_surprise() {
            return Err(format!("the log has a line that nobody expected: {line}"));
        }
        if let Some((line, word)) = self.log.first_leak(&self.wire.private()) {
            return Err(format!("the log tells {word:?}, which is the visitor's: {line}"));
        }
        database::check(&database::file(&self.data()))?;
        match &self.model {
            Some(model) => model.check(),
            None => Ok(()),
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            if let Some(process) = self.process.take() {
                process.kill();
            }
            eprintln!("--- the server's log\n{}", self.log);
        } else if let Err(problem) = self.check() {
            panic!("{problem}\n--- the server's log\n{}", self.log);
        }
    }
}
