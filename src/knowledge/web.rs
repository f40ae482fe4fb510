//! A run over a site: what the crawl brings goes into the index, what becomes of each URL is written down so that the
//! run can go on after a restart, and pages that are no more leave the index when it is complete.

use std::{collections::HashSet, pin::pin, sync::Arc, time::Duration};

use tokio::task::JoinSet;
use url::Url;

use super::{
    Progress, Report,
    asking::Visits,
    crawl::{Crawl, Got, Missed, Visit},
    index::{Arrival, Outcome, Run},
    kind::Kind,
    pairs,
    record::Record,
};
use crate::{
    error::{Error, Result},
    store::visits::{Ended, Met},
};

/// Pages that are cut into passages, or wait to be written, at once.
const WRITING: usize = 8;
/// After so many failures in a row the site is asked whether it is there at all: what is known of one that is away stays
/// as it is.
const AWAY: usize = 10;
/// Pages that a site gives for each one that it refuses, where that says something about the page.
const GIVEN: usize = 4;
/// Beside visitors: how long the next page waits after a question.
const YIELD: Duration = Duration::from_millis(50);

/// How often a run that waits for an answer shows that it lives.
const TICK: Duration = Duration::from_millis(500);

/// Who the run is for.
#[derive(Clone, Copy)]
pub(super) enum Pace<'a> {
    /// Somebody waits for it.
    Awaited,
    /// Visitors come first.
    Beside(&'a Visits),
}

struct Course<'a> {
    run: Arc<Run>,
    crawl: &'a mut Crawl,
    record: &'a mut Record,
    report: Report,
    writing: JoinSet<Result<Outcome>>,
    seen: HashSet<String>,
    /// Paths of known pages that the site does not give us any more.
    refused: Vec<String>,
    /// In a row, and what the last one was.
    failures: usize,
    last_failure: String,
}

/// Walks to the end. `seen` are the paths that a run before it, which was cut off, has had already.
pub(super) async fn walk(
    run: Run,
    crawl: &mut Crawl,
    record: &mut Record,
    seen: HashSet<String>,
    pace: Pace<'_>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Report> {
    for note in std::mem::take(&mut crawl.notes) {
        record.note(note);
    }
    let report = Report {
        pages: record.counts.indexed + record.counts.unchanged,
        unchanged: record.counts.unchanged,
        ..Report::default()
    };
    let (run, writing) = (Arc::new(run), JoinSet::new());
    let refused = Vec::new();
    let (failures, last_failure) = (0, String::new());
    let mut course =
        Course { run, crawl, record, report, writing, seen, refused, failures, last_failure };
    course.note_news();
    while let Some(visit) = course.next().await? {
        let current = visit.url.to_string();
        course.take(visit).await?;
        course.note_news();
        course.record.advance().await?;
        let (done, found) = (course.record.counts.done(), course.record.counts.found);
        progress(Progress { done, found, current });
        if course.failures >= AWAY && !course.crawl.is_up().await {
            return Err(Error::conflict(
                "website_unusable",
                format!(
                    "the site stopped answering: {AWAY} pages in a row could not be had, the last: {}",
                    course.last_failure
                ),
            ));
        }
        course.failures %= AWAY;
        if let Pace::Beside(visits) = pace
            && visits.are_recent()
        {
            tokio::time::sleep(YIELD).await;
        }
    }
    course.written(0).await?;
    course.end().await
}

impl Course<'_> {
    /// The next visit. However long it takes, others see that the run lives.
    async fn next(&mut self) -> Result<Option<Visit>> {
        let mut next = pin!(self.crawl.next());
        loop {
            tokio::select! {
                visit = &mut next => return Ok(visit),
                () = tokio::time::sleep(TICK) => {}
            }
            while let Some(outcome) = self.writing.try_join_next() {
                self.report.note(&outcome??, self.record);
            }
            self.record.advance().await?;
        }
    }

    /// Writes down which URLs were met.
    fn note_news(&mut self) {
        let news = self.crawl.take_news();
        self.record.met(news);
        for (url, reason) in self.crawl.take_left_out() {
            self.record.skipped(&url, reason);
        }
        self.record.counts.found = self.crawl.found();
    }

    async fn take(&mut self, visit: Visit) -> Result<()> {
        let Visit { url, depth, result, memory } = visit;
        let url = url.to_string();
        let ended = |outcome, path: Option<&str>, text_hash: Option<&str>| Met {
            url: url.clone(),
            depth,
            ended: Some(Ended {
                outcome,
                path: path.map(str::to_owned),
                text_hash: text_hash.map(str::to_owned),
            }),
        };
        let is_away = matches!(result, Err(Missed::Failed(_)));
        self.failures = if is_away { self.failures + 1 } else { 0 };
        let outcome = match result {
            Ok(Got::Page { mut arrival, text_hash }) => {
                if let Some(reason) = arrival.document.left_out.take() {
                    self.record.note(format!("{url} {reason}"));
                }
                if !arrival.document.pairs.is_empty() {
                    return self.take_pairs(*arrival).await;
                }
                self.seen.insert(arrival.path.clone());
                self.written(WRITING - 1).await?;
                let mut met = self.crawl.take_news();
                let path = Some(arrival.path.as_str());
                met.push(ended("indexed", path, Some(&text_hash)));
                let along = self.record.along(met, memory.map(|visit| (url.clone(), *visit)));
                let run = Arc::clone(&self.run);
                self.writing.spawn(async move { run.put(*arrival, Some(along)).await });
                return Ok(());
            }
            Ok(Got::Same { path, text_hash }) => {
                self.report.note(&Outcome::Unchanged, self.record);
                let met = ended("unchanged", Some(&path), Some(&text_hash));
                self.seen.insert(path);
                met
            }
            Err(Missed::Gone(reason) | Missed::Unread(reason) | Missed::Unwanted(reason)) => {
                self.record.skipped(&url, &reason);
                ended("skipped", None, None)
            }
            Err(missed @ (Missed::Refused(_) | Missed::Failed(_))) => {
                let is_refused = matches!(missed, Missed::Refused(_));
                let reason = missed.reason();
                self.record.failed(&url, &reason);
                self.last_failure = format!("{url} {reason}");
                // It may be back tomorrow: what is known of it stays.
                let path = Url::parse(&url).map(|url| self.crawl.path(&url)).unwrap_or_default();
                let path = self.crawl.known_path(&url).unwrap_or(path);
                self.seen.extend(self.run.of_file(&path));
                let met = ended("failed", Some(&path), None);
                if is_refused && self.run.known.contains_key(&path) {
                    self.refused.push(path.clone());
                }
                self.seen.insert(path);
                met
            }
        };
        let news = self.crawl.take_news();
        self.record.met(news.into_iter().chain([outcome]));
        if let Some(memory) = memory {
            self.record.visited(url, *memory);
        }
        Ok(())
    }

    /// A list of questions with their answers: each is a page. Nothing is remembered of the list itself, so that the next
    /// run reads it again.
    async fn take_pairs(&mut self, list: Arrival) -> Result<()> {
        for (path, outcome) in self.run.put_all(pairs::apart(list)).await? {
            self.seen.insert(path);
            self.report.note(&outcome, self.record);
        }
        Ok(())
    }

    /// Waits until no more than so many pages are on their way into the index.
    async fn written(&mut self, most: usize) -> Result<()> {
        while self.writing.len() > most
            && let Some(outcome) = self.writing.join_next().await
        {
            self.report.note(&outcome??, self.record);
        }
        Ok(())
    }

    async fn end(mut self) -> Result<Report> {
        // A page alone that is gone is gone; a site without any page is out of order.
        let is_gone = self.crawl.kind() == Kind::Page && self.record.counts.failed == 0;
        if self.report.pages == 0 && (!is_gone || self.run.known.is_empty()) {
            let first = self.record.left_out.first();
            let first = first.map(|skipped| format!(": {} {}", skipped.path, skipped.reason));
            let problem = format!("no page could be read{}", first.unwrap_or_default());
            return Err(Error::invalid("url", problem));
        }
        let beyond = self.crawl.beyond_limit();
        if beyond > 0 {
            let most = self.report.pages;
            self.record.note(format!(
                "{beyond} more links were met than the {most} pages that may be read"
            ));
        }
        // A site that refuses most of its pages refuses us; one that gives them has put away the others.
        if !self.refused.is_empty() && self.refused.len() * GIVEN <= self.report.pages {
            for path in &self.refused {
                self.seen.remove(path);
            }
            let count = self.refused.len();
            self.record
                .note(format!("{count} pages leave, as the site does not show them any more"));
        }
        self.look_for_the_unmet().await?;
        self.run.end(&self.seen, &mut self.report, self.record).await?;
        Ok(self.report)
    }

    /// Pages of an earlier run that were not met: a link to them may be away with the page that held it.
    async fn look_for_the_unmet(&mut self) -> Result<()> {
        let unmet: Vec<(String, String)> = self
            .run
            .known
            .values()
            .filter(|page| !self.seen.contains(&page.path) && !self.crawl.has_met(&page.url))
            .map(|page| (page.path.clone(), page.url.clone()))
            .collect();
        let is_partial = self.crawl.is_partial || self.crawl.is_tired();
        let mut failures = 0;
        for (path, url) in unmet {
            let is_there = if failures < AWAY { self.crawl.is_there(&url).await } else { None };
            failures = if is_there.is_none() { failures + 1 } else { 0 };
            if is_there.is_none() || (is_there == Some(true) && is_partial) {
                self.record.note(format!("{url} was not met, and stays for now"));
                self.seen.insert(path);
            }
            self.record.advance().await?;
        }
        Ok(())
    }
}
