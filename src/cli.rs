//! The command line: what can be said to the program, and its exit code: 0 done, 1 failed, 2 wrong usage.

mod agent;
mod ask;
mod curated;
mod demo;
mod eval;
mod gaps;
mod knowledge;
mod output;
mod settings;
mod turn;
mod workspace;

use std::{process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use tracing_subscriber::{
    Layer as _,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::{
    app,
    config::{self, Config, LogFormat},
    error::{Error, Kind, Result, log_panics},
    store::agents::Agent,
};

/// An AI front desk for any website: grounded, cited, streamed answers from one program and one SQLite file.
#[derive(Parser)]
#[command(name = "frontdesk", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    settings: settings::Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the widget, its API and its documentation.
    Serve {
        /// As every command has it: the first line says where it listens, and is the same
        #[arg(long)]
        json: bool,
    },
    /// See it work: a sample shop, or your own pages, with the widget on them.
    Demo(demo::Demo),
    /// Make and change agents.
    #[command(subcommand)]
    Agent(agent::Command),
    /// Look at and change the workspace's quotas.
    #[command(subcommand)]
    Workspace(workspace::Command),
    /// Give an agent pages to answer from.
    #[command(subcommand)]
    Knowledge(knowledge::Command),
    /// Ask an agent here in the terminal.
    Ask(ask::Ask),
    Eval(eval::Eval),
    /// Look at answers that visitors got: what they were made of, and what they took.
    #[command(subcommand)]
    Turn(turn::Command),
    /// Answers of your own, given word for word to the questions that they are for, before anything is searched.
    #[command(subcommand)]
    Curated(curated::Command),
    /// What visitors asked and did not get answered well, the same questions together.
    Gaps(gaps::Gaps),
    /// Look at the settings.
    #[command(subcommand)]
    Config(settings::Command),
}

/// Runs what the command line says.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no mistakes: clap knows their exit code.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("frontdesk: {}", error.message().trim_end_matches('.'));
            if let Some(cause) = error.cause().filter(|cause| !error.message().contains(cause)) {
                eprintln!("  because: {cause}");
            }
            ExitCode::from(if error.kind() == Kind::Invalid { 2 } else { 1 })
        }
    }
}

fn dispatch(cli: Cli) -> Result<()> {
    let found = cli.settings.find(matches!(cli.command, Command::Demo(_)))?;
    if let Command::Config(settings::Command::Show { json }) = &cli.command {
        return settings::show(&found, *json);
    }
    let config = config::parse(&found)?;
    let serving = matches!(cli.command, Command::Serve { .. } | Command::Demo(_));
    start_log(&config, serving)?;
    // One provider for the whole process: ring, which needs no other toolchain than C.
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| Error::internal("another TLS provider was installed first"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        match cli.command {
            Command::Serve { .. } => serve(config).await,
            Command::Demo(demo) => Box::pin(demo.run(config)).await,
            Command::Agent(command) => command.run(&config).await,
            Command::Workspace(command) => command.run(&config).await,
            Command::Knowledge(command) => command.run(&config).await,
            Command::Ask(ask) => ask.run(&config).await,
            Command::Eval(eval) => eval.run(&config).await,
            Command::Turn(command) => command.run(&config).await,
            Command::Curated(command) => command.run(&config).await,
            Command::Gaps(gaps) => gaps.run(&config).await,
            Command::Config(_) => Ok(()),
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    result
}

async fn serve(config: Config) -> Result<()> {
    app::raise_open_files();
    let desk = app::open(&config)?;
    let listener = app::bind(&config).await?;
    let stop = app::told_to_stop()?;
    // The line that scripts wait for.
    output::line(&format!("listening on http://{}", listener.local_addr()?));
    app::serve(desk, &config, listener, None, stop).await
}

/// Logs go to standard error: standard output is for data.
fn start_log(config: &Config, serving: bool) -> Result<()> {
    let level =
        if serving || config.log.level != "info" { config.log.level.as_str() } else { "warn" };
    let filter: Targets = level.parse().map_err(|error| {
        let right = "error, warn, info, debug or trace";
        Error::invalid("log.level", format!("is {level:?}; it must be {right} ({error})"))
    })?;
    // It would tell, byte by byte, what models say.
    let filter = filter.with_target("ureq_proto", LevelFilter::INFO);
    // Whoever is refused says why, with what becomes of it.
    let filter = filter.with_target("rustls_platform_verifier", LevelFilter::OFF);
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match config.log.format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(filter).with(lines).init();
    if serving {
        log_panics();
    }
    Ok(())
}

/// `KEY=VALUE` as a pair.
fn pairs(changes: &[String]) -> Result<Vec<(String, String)>> {
    changes
        .iter()
        .map(|change| {
            let (key, value) = change
                .split_once('=')
                .ok_or_else(|| Error::invalid(change.clone(), "must be KEY=VALUE"))?;
            Ok((key.trim().to_owned(), value.to_owned()))
        })
        .collect()
}

/// The agent that is meant: the one named, or the only one there is.
async fn chosen(desk: &crate::desk::Desk, named: Option<&str>) -> Result<Arc<Agent>> {
    if let Some(named) = named {
        return crate::desk::agents::named(&desk.store, named).await.map(Arc::new);
    }
    let mut agents = crate::desk::agents::list(&desk.store).await?;
    match (agents.pop(), agents.is_empty()) {
        (Some(agent), true) => Ok(Arc::new(agent)),
        (None, _) => Err(Error::not_found(
            "agent_not_found",
            "There is no agent yet; make one with `frontdesk agent create --name NAME`",
        )),
        _ => Err(Error::invalid(
            "--agent",
            "is needed, as there are several; `frontdesk agent list` shows them",
        )),
    }
}
