//! How a source is added, and refreshed when somebody asks for it: always one run over it at a time, whichever process
//! makes it, and one that was cut off goes on.

use std::{collections::HashSet, path::PathBuf, time::Duration};

use url::Url;

use super::{
    Every, Kind, Knowledge, Origin, Progress, Report, Wishes,
    crawl::{Crawl, Memory, Start},
    extract::{self, Format, Input},
    index::{self, Arrival, Run},
    passages,
    record::{Hold, Record},
    urls::normal,
    web::{self, Pace},
};
use crate::{
    clock::Moment,
    error::{Error, Result},
    id::{AgentId, SourceId},
    store::{
        agents::Agent,
        runs,
        sources::{self, NewSource, Settings, Source},
        visits,
    },
};

/// A site is looked at again after this, if its owner does not say: one day.
const EVERY: Duration = Duration::from_hours(24);
/// What a run that was cut off knows of its site is true for so long.
const FRESH: Duration = Duration::from_hours(24);
/// Characters of a text's title.
const TITLE: usize = 200;

type Told<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// What to fetch, and how.
struct Fetch {
    url: Url,
    kind: Option<Kind>,
    settings: Settings,
    every: Option<Duration>,
}

impl Knowledge {
    /// Adds a source, or refreshes the one that is there with what is now said of it, and tells how far it is.
    ///
    /// # Errors
    /// When there is no such file or folder, or the site's first page cannot be had; `source_busy` while another run
    /// over it is under way. What else goes wrong with a page is in the report.
    pub async fn add(
        &self,
        agent: &Agent,
        origin: Origin,
        wishes: &Wishes,
        progress: Told<'_>,
    ) -> Result<Report> {
        match origin {
            Origin::Files { path, base_url } => {
                let base = base_url.as_deref().map(super::base).transpose()?;
                self.add_files(agent, path, base, wishes, progress).await
            }
            Origin::Web { url, kind } => {
                if !url.username().is_empty() || url.password().is_some() {
                    let why = "names a user or a password: pages behind a login are not read";
                    return Err(Error::invalid("url", why));
                }
                let url = normal(url);
                let before = self.at(agent.id, url.as_str()).await?;
                let (settings, every) = match &before {
                    Some(before) => (before.settings.clone(), before.every),
                    None => (Settings::default(), Some(EVERY)),
                };
                let known: Option<Kind> =
                    before.as_ref().and_then(|before| before.kind.parse().ok());
                if let (Some(kind), Some(known)) = (kind, known)
                    && kind != known
                    && kind != Kind::Website
                {
                    let why = format!(
                        "is {kind}, but a {known} is here whose pages would go: remove it first"
                    );
                    return Err(Error::invalid("kind", why));
                }
                let fetch = Fetch {
                    url,
                    kind: kind.or(known),
                    settings: wishes.settings(&settings)?,
                    every: wishes.every.map_or(every, |Every(every)| every),
                };
                self.fetch(agent, fetch, before, Pace::Awaited, progress).await
            }
            Origin::Text { title, body, url } => {
                self.add_text(agent, title, body, url, wishes).await
            }
        }
    }

    /// Refreshes a source now.
    ///
    /// # Errors
    /// As [`Knowledge::add`].
    pub async fn refresh(
        &self,
        agent: &Agent,
        source: Source,
        progress: Told<'_>,
    ) -> Result<Report> {
        self.again(agent, source, Pace::Awaited, progress).await
    }

    /// Changes how a source is refreshed, from its next run on.
    ///
    /// # Errors
    /// `source_not_found`; names what does not fit.
    pub async fn change(&self, agent: AgentId, source: &str, wishes: &Wishes) -> Result<Source> {
        let mut changed = self.source(agent, source).await?;
        wishes.change(&mut changed)?;
        let written = changed.clone();
        self.store.write(move |tx| sources::change(tx, &written)).await?;
        Ok(changed)
    }

    pub(super) async fn again(
        &self,
        agent: &Agent,
        source: Source,
        pace: Pace<'_>,
        progress: Told<'_>,
    ) -> Result<Report> {
        match source.kind.parse()? {
            Kind::File | Kind::Folder => {
                let base = source.base_url.as_deref().map(super::base).transpose()?;
                let hold = Hold::take(&self.store, source.id)?;
                let path = PathBuf::from(&source.location);
                self.files(agent, source.id, (path, base), hold, progress).await
            }
            Kind::Text => {
                let (id, hold) = (source.id, Hold::take(&self.store, source.id)?);
                let body = self.store.read(move |db| sources::body(db, id)).await?;
                let body = body.unwrap_or_default();
                self.text(agent, id, (source.location, body, source.base_url), hold).await
            }
            kind => {
                let url = Url::parse(&source.location).map_err(Error::internal)?;
                let (settings, every) = (source.settings.clone(), source.every);
                let fetch = Fetch { url, kind: Some(kind), settings, every };
                self.fetch(agent, fetch, Some(source), pace, progress).await
            }
        }
    }

    async fn add_files(
        &self,
        agent: &Agent,
        path: PathBuf,
        base: Option<Url>,
        wishes: &Wishes,
        progress: Told<'_>,
    ) -> Result<Report> {
        let unreadable =
            |error: std::io::Error| Error::invalid("path", format!("{}: {error}", path.display()));
        let root = std::fs::canonicalize(&path).map_err(unreadable)?;
        let kind = if root.is_dir() { Kind::Folder } else { Kind::File };
        if root.is_file() {
            std::fs::File::open(&root).map_err(unreadable)?;
        } else if !root.is_dir() {
            // To read from a pipe may take for ever.
            let reason = format!("{} is neither a file nor a folder", path.display());
            return Err(Error::invalid("path", reason));
        }
        let location = root.to_string_lossy().into_owned();
        let before = self.at(agent.id, &location).await?;
        let every =
            wishes.every.map_or(before.as_ref().and_then(|it| it.every), |Every(every)| every);
        let known = before.and_then(|it| it.base_url);
        let base = match known {
            Some(known) if base.is_none() => Some(super::base(&known)?),
            _ => base,
        };
        let base_url = base.as_ref().map(Url::to_string);
        let settings = Settings::default();
        let source = self.ensure(agent, kind, location, (base_url, None), settings, every).await?;
        let hold = Hold::take(&self.store, source)?;
        self.files(agent, source, (root, base), hold, progress).await
    }

    async fn files(
        &self,
        agent: &Agent,
        source: SourceId,
        (path, base): (PathBuf, Option<Url>),
        hold: Hold,
        progress: Told<'_>,
    ) -> Result<Report> {
        let run = self.begin(agent, source).await?;
        let mut record = Record::begin(&self.store, (agent.workspace_id, source), hold).await?;
        let read = async {
            let listing = index::listing(path).await?;
            index::files(run, listing, base, &mut record, progress).await
        };
        let report = read.await;
        close(record, report).await
    }

    async fn add_text(
        &self,
        agent: &Agent,
        title: String,
        body: String,
        url: Option<Url>,
        wishes: &Wishes,
    ) -> Result<Report> {
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() || title.chars().count() > TITLE {
            return Err(Error::invalid("--title", format!("must have 1 to {TITLE} characters")));
        }
        wishes.suits(Kind::Text.name())?;
        if body.trim().is_empty() || body.len() > extract::LARGEST {
            let most = extract::LARGEST / 1024 / 1024;
            return Err(Error::invalid("text", format!("must not be empty, nor over {most} MB")));
        }
        let before = self.at(agent.id, &title).await?;
        let url = url.map(String::from).or(before.and_then(|it| it.base_url));
        let parts = (url.clone(), Some(body.clone()));
        let settings = Settings::default();
        let source = self.ensure(agent, Kind::Text, title.clone(), parts, settings, None).await?;
        let hold = Hold::take(&self.store, source)?;
        self.text(agent, source, (title, body, url), hold).await
    }

    async fn text(
        &self,
        agent: &Agent,
        source: SourceId,
        (title, body, url): (String, String, Option<String>),
        hold: Hold,
    ) -> Result<Report> {
        let run = self.begin(agent, source).await?;
        let mut record = Record::begin(&self.store, (agent.workspace_id, source), hold).await?;
        record.counts.found = 1;
        let read = async {
            let input = Input {
                bytes: body.into_bytes(),
                format: Format::Markdown,
                charset: Some("utf-8".into()),
                base: None,
                name: title.clone(),
            };
            let document = self.room.read(input).await;
            let mut document =
                document.map_err(|unread| Error::invalid("text", unread.reason()))?;
            document.title.clone_from(&title);
            let arrival = Arrival { path: title.clone(), url: url.unwrap_or_default(), document };
            let mut report = Report::default();
            report.note(&run.put(arrival, None).await?, &mut record);
            run.end(&HashSet::from([title]), &mut report, &mut record).await?;
            Ok(report)
        };
        let report = read.await;
        close(record, report).await
    }

    async fn fetch(
        &self,
        agent: &Agent,
        fetch: Fetch,
        before: Option<Source>,
        pace: Pace<'_>,
        progress: Told<'_>,
    ) -> Result<Report> {
        let Fetch { url, kind, settings, every } = fetch;
        let store = &self.store;
        let mut hold = before.as_ref().map(|it| Hold::take(store, it.id)).transpose()?;
        let mut memory = Memory {
            store: store.clone(),
            source: before.as_ref().map(|it| it.id),
            format: format!("{} {}", passages::FORMAT, env!("CARGO_PKG_VERSION")),
            pages: HashSet::new(),
        };
        let (mut old_texts, mut met) = (Vec::new(), Vec::new());
        if let Some(before) = &before {
            let id = before.id;
            let run = self.begin(agent, id).await?;
            memory.pages = run.known.into_keys().collect();
            old_texts = store.read(move |db| visits::texts(db, id)).await?;
            if is_cut_off(before) && before.settings == settings && kind == before.kind.parse().ok()
            {
                met = store.read(move |db| visits::frontier(db, id)).await?;
            }
        }
        let start = Start {
            url: url.clone(),
            kind,
            settings: settings.clone(),
            memory,
            room: self.room.clone(),
            old_texts: old_texts.into_iter().collect(),
        };
        // Before the first request: a site that ends the program at once is given up too.
        let mut record = match (before, hold.take()) {
            (Some(before), Some(hold)) => {
                let about = (agent.workspace_id, before.id);
                Some(if met.is_empty() {
                    Record::begin(store, about, hold).await?
                } else {
                    Record::resume(store, about, hold, &met).await?
                })
            }
            _ => None,
        };
        let begun = match kind.filter(|_| !met.is_empty()) {
            Some(kind) => Crawl::resume(start, kind, &met).await,
            None => Crawl::begin(start).await,
        };
        let mut crawl = match (begun, record.take()) {
            (Err(error), Some(record)) => return close(record, Err(error)).await,
            (begun, taken) => {
                record = taken;
                begun?
            }
        };
        let location = url.to_string();
        let source =
            self.ensure(agent, crawl.kind(), location, (None, None), settings, every).await?;
        let mut record = if let Some(record) = record {
            record
        } else {
            let hold = Hold::take(store, source)?;
            Record::begin(store, (agent.workspace_id, source), hold).await?
        };
        let seen = met.into_iter().filter_map(|met| met.ended?.path).collect();
        let run = self.begin(agent, source).await?;
        let report = web::walk(run, &mut crawl, &mut record, seen, pace, progress).await;
        close(record, report).await
    }

    async fn ensure(
        &self,
        agent: &Agent,
        kind: Kind,
        location: String,
        (base_url, body): (Option<String>, Option<String>),
        settings: Settings,
        every: Option<Duration>,
    ) -> Result<SourceId> {
        let (agent_id, workspace_id, now) = (agent.id, agent.workspace_id, Moment::now());
        self.store
            .write(move |tx| {
                let source = NewSource {
                    id: SourceId::generate(),
                    workspace_id,
                    agent_id,
                    kind: kind.name(),
                    location: &location,
                    base_url: base_url.as_deref(),
                    body: body.as_deref(),
                    settings: &settings,
                    every,
                };
                sources::ensure(tx, &source, now)
            })
            .await
    }

    async fn begin(&self, agent: &Agent, source: SourceId) -> Result<Run> {
        Run::begin(&self.store, &self.room, agent, source).await
    }

    /// By its id, or by its location with or without a last slash.
    pub(super) async fn named(&self, agent: AgentId, name: &str) -> Result<Option<Source>> {
        let name = name.to_owned();
        self.store.read(move |db| sources::find(db, agent, &name)).await
    }

    /// By this very location.
    async fn at(&self, agent: AgentId, location: &str) -> Result<Option<Source>> {
        let found = self.named(agent, location).await?;
        Ok(found.filter(|source| source.location == location))
    }
}

/// Ends the run as it went.
async fn close(mut record: Record, report: Result<Report>) -> Result<Report> {
    let (skipped, counts) = (std::mem::take(&mut record.left_out), record.counts);
    let notes = std::mem::take(&mut record.notes);
    let problem = report.as_ref().err().map(|error| error.message().to_owned());
    record.end(problem).await?;
    report.map(|report| Report { skipped, notes, counts, ..report })
}

/// A run over it was cut off, and not so long ago that it is better begun anew.
fn is_cut_off(source: &Source) -> bool {
    source.run.as_ref().is_some_and(|run| {
        run.state == runs::RUNNING && Moment::now().since(run.started_at) < FRESH
    })
}
