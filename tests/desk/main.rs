//! Black-box tests: the real binary, a real database file, a scripted model and a scripted website around it.
//! Each file is about one noun, each test's name is a sentence about behaviour.

mod harness;
mod scripted;

mod citations;
mod commands;
mod configuration;
mod conversations;
mod cors;
mod crawl;
mod curated;
mod curating;
mod documents;
mod embeddings;
mod erasure;
mod errors;
mod eval;
mod events;
mod files;
mod formats;
mod gaps;
mod guardrails;
mod handover;
mod identity;
mod init;
mod kill;
mod languages;
mod leads;
mod limits;
mod meaning;
mod model;
mod models;
mod pages;
mod papers;
mod prompt;
mod quotas;
mod receipts;
mod refresh;
mod search;
mod sources;
mod store;
mod streaming;
mod tokens;
mod visited;
mod wire;
