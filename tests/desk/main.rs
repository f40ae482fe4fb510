//! Black-box tests: the real binary, a real database file, a scripted model and a scripted website around it.
//! Each file is about one noun, each test's name is a sentence about behaviour.

mod harness;
mod scripted;

mod commands;
mod configuration;
mod conversations;
mod cors;
mod crawl;
mod documents;
mod erasure;
mod errors;
mod events;
mod files;
mod init;
mod kill;
mod languages;
mod leads;
mod limits;
mod meaning;
mod model;
mod pages;
mod prompt;
mod quotas;
mod search;
mod store;
mod streaming;
mod tokens;
mod wire;
