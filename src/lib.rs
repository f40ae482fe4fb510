//! Frontdesk: an AI front desk for any website, in one process over one SQLite file.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod access;
mod answer;
mod app;
mod cli;
mod clock;
mod config;
mod desk;
mod error;
mod http;
mod id;
mod knowledge;
mod store;

/// The program, with the arguments that the process got.
pub fn run() -> std::process::ExitCode {
    cli::run()
}
