//! What `knowledge add` is told: where pages come from, and how far and how often to look.

use std::{io::Read, path::PathBuf};

use clap::Args;
use url::Url;

use crate::{
    error::{Error, Result},
    knowledge::{Every, Kind, Origin, Wishes},
};

/// Bytes of a text on standard input.
const TEXT: u64 = 10 * 1024 * 1024;

#[derive(Args)]
pub struct Add {
    /// Id or name of the agent; needed when there are several
    #[arg(long)]
    pub agent: Option<String>,
    /// What it is: file, folder, website (a page with all it leads to), sitemap (the pages that it lists), feed (the
    /// pages of its entries, RSS or Atom), page (one URL alone) or text. If not said, it is found out; only a page
    /// must be named
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// For files: their pages' URL is this with the relative path. For a text: where visitors can read it
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,
    /// For a text: what it is called; a text of the same title takes its place
    #[arg(long)]
    title: Option<String>,
    /// For websites: only pages whose path matches; may be given several times
    ///
    /// `*` stands for any signs but `/`, `**` for any at all; a pattern ending in `/` means everything below. One
    /// without a `/` in front may begin in any folder; one with a `?` is held against path and query. The first page is
    /// read for its links in any case. Such as: /help/** or *.html
    #[arg(long, value_name = "PATTERN")]
    include: Vec<String>,
    /// For websites: no pages whose path matches, included or not; may be given several times
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<String>,
    /// For websites: read at most this many pages [default: 500]
    #[arg(long, value_name = "NUMBER")]
    max_pages: Option<usize>,
    /// For websites: follow links at most so far from the first page, where 0 is that page alone; what a sitemap lists
    /// is 1 away [default: as far as they lead]
    #[arg(long, value_name = "NUMBER")]
    max_depth: Option<u32>,
    /// For websites: requests at once, 1 to 16; where robots.txt asks for a pause they come one by one [default: 2]
    #[arg(long, value_name = "NUMBER")]
    at_once: Option<usize>,
    /// For websites: also reach this host, though its address is private; may be given several times
    #[arg(long = "allow-host", value_name = "HOST")]
    allow_hosts: Vec<String>,
    /// How often a running server refreshes it: hour, 6h, day, 2d, week, month or never [default: day for what is
    /// fetched, never for files]
    #[arg(long, value_name = "TIME")]
    every: Option<Every>,
    /// Markdown, HTML, text, PDF, Word (docx), CSV, questions with answers (CSV or JSON), something to fetch, or the text itself (- reads it from standard input)
    #[arg(value_name = "FILE|FOLDER|URL|TEXT")]
    from: String,
    /// One JSON value on standard output
    #[arg(long)]
    pub json: bool,
}

impl Add {
    /// What is said of how far and how often.
    pub fn wishes(&self) -> Wishes {
        let said = |list: &Vec<String>| (!list.is_empty()).then(|| list.clone());
        Wishes {
            include: said(&self.include),
            exclude: said(&self.exclude),
            max_pages: self.max_pages,
            max_depth: self.max_depth.map(Some),
            at_once: self.at_once,
            allow_hosts: said(&self.allow_hosts),
            every: self.every,
        }
    }

    /// Where the pages come from.
    pub fn origin(self) -> Result<Origin> {
        let is_url = self.from.starts_with("http://") || self.from.starts_with("https://");
        let kind = self.kind.unwrap_or(match is_url {
            // What is found there will say.
            true => Kind::Website,
            false if self.from == "-" || self.title.is_some() => Kind::Text,
            false => Kind::File,
        });
        if self.title.is_some() && kind != Kind::Text {
            return Err(Error::invalid("--title", "is for a text, which has none of its own"));
        }
        if self.wishes().are_of_crawls() && !kind.is_fetched() {
            let options = "--include, --exclude, --max-pages, --max-depth, --at-once, --allow-host";
            return Err(Error::invalid(options, "are for websites"));
        }
        if kind == Kind::Text {
            return self.text();
        }
        if !kind.is_fetched() {
            if is_url {
                return Err(Error::invalid("--kind", format!("is {kind}, which no URL is")));
            }
            let path = PathBuf::from(&self.from);
            if self.kind.is_none() && !path.exists() {
                let problem = "is no file, no folder, and no URL with http:// or https://; a text needs a --title";
                return Err(Error::invalid(self.from, problem));
            }
            if self.kind.is_some() && path.exists() && path.is_dir() != (kind == Kind::Folder) {
                return Err(Error::invalid(
                    "--kind",
                    format!("is {kind}, which {} is not", self.from),
                ));
            }
            return Ok(Origin::Files { path, base_url: self.base_url.map(String::from) });
        }
        if !is_url {
            let problem = format!("is {kind}, which needs a URL such as https://shop.example/");
            return Err(Error::invalid("--kind", problem));
        }
        if self.base_url.is_some() {
            let problem = "is for files: a website's pages have their URLs";
            return Err(Error::invalid("--base-url", problem));
        }
        let url = Url::parse(&self.from)
            .map_err(|error| Error::invalid(self.from.clone(), format!("is not a URL: {error}")))?;
        Ok(Origin::Web { url, kind: self.kind })
    }

    fn text(self) -> Result<Origin> {
        let title = self.title.ok_or_else(|| {
            Error::invalid("--title", "is needed: a text is found and shown by its title")
        })?;
        let body = if self.from == "-" {
            let mut body = String::new();
            let unreadable =
                |error| Error::invalid("standard input", format!("cannot be read: {error}"));
            std::io::stdin().lock().take(TEXT + 1).read_to_string(&mut body).map_err(unreadable)?;
            body
        } else {
            self.from
        };
        Ok(Origin::Text { title, body, url: self.base_url })
    }
}
