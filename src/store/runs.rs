//! How the last run over a source went, or how far the one under way is, for whoever looks from another process; and
//! what that run had to say.

use rusqlite::{Connection, Row, named_params};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{SourceId, WorkspaceId},
};

pub const RUNNING: &str = "running";
pub const DONE: &str = "done";
pub const FAILED: &str = "failed";

/// A run that was cut off so often is not begun again by itself: what it reads may be what ends the process.
pub const CUT_OFFS: u32 = 3;

/// Lines of each kind that are kept.
pub const LINES: u32 = 200;

#[derive(Debug, Clone)]
pub struct Run {
    /// [`RUNNING`], [`DONE`] or [`FAILED`].
    pub state: String,
    /// Why it failed.
    pub problem: Option<String>,
    pub counts: Counts,
    /// How often in a row the process ended in the middle of it.
    pub cut_offs: u32,
    pub started_at: Moment,
    /// The last sign of life.
    pub seen_at: Moment,
    pub ended_at: Option<Moment>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents known so far.
    pub found: usize,
    /// New, or changed.
    pub indexed: usize,
    pub unchanged: usize,
    /// No page, and none tomorrow.
    pub skipped: usize,
    /// There may be one, but it could not be had.
    pub failed: usize,
    /// Pages that the source no longer has.
    pub removed: usize,
}

impl Counts {
    /// Documents that the run is through with.
    pub fn done(&self) -> usize {
        self.indexed + self.unchanged + self.skipped + self.failed
    }
}

#[derive(Debug, Clone)]
pub struct Line {
    /// `note`, `skipped` or `failed`.
    pub kind: String,
    /// What it is about; empty: the run itself.
    pub path: String,
    /// A sentence; of what was left out one without its subject.
    pub text: String,
    pub at: Moment,
}

/// Begins a run: what the one before said is forgotten.
pub fn begin(tx: &Tx<'_>, workspace: WorkspaceId, source: SourceId, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "insert or replace into runs (source_id, workspace_id, state, cut_offs, started_at, seen_at)
         values (:source_id, :workspace_id, 'running',
           coalesce((select cut_offs + 1 from runs where source_id = :source_id and state = 'running'), 0), :now, :now)",
    )?
    .execute(named_params! {
        ":source_id": source.to_string(),
        ":workspace_id": workspace.to_string(),
        ":now": now.millis(),
    })?;
    tx.prepare_cached("delete from run_lines where source_id = :source_id")?
        .execute(named_params! { ":source_id": source.to_string() })?;
    Ok(())
}

/// Goes on with one that was cut off.
pub fn resume(tx: &Tx<'_>, source: SourceId) -> Result<()> {
    tx.prepare_cached("update runs set cut_offs = cut_offs + 1 where source_id = :source_id")?
        .execute(named_params! { ":source_id": source.to_string() })?;
    Ok(())
}

/// Shows how far it is.
pub fn advance(tx: &Tx<'_>, source: SourceId, counts: &Counts, now: Moment) -> Result<()> {
    update(tx, source, counts, (RUNNING, None), now)
}

/// Ends it, well or with the problem.
pub fn end(
    tx: &Tx<'_>,
    source: SourceId,
    counts: &Counts,
    problem: Option<&str>,
    now: Moment,
) -> Result<()> {
    let state = if problem.is_some() { FAILED } else { DONE };
    update(tx, source, counts, (state, problem), now)
}

fn update(
    tx: &Tx<'_>,
    source: SourceId,
    counts: &Counts,
    (state, problem): (&str, Option<&str>),
    now: Moment,
) -> Result<()> {
    tx.prepare_cached(
        "update runs set state = :state, problem = :problem, found = :found, indexed = :indexed, unchanged = :unchanged,
           skipped = :skipped, failed = :failed, removed = :removed, seen_at = :now,
           ended_at = case when :state = 'running' then null else :now end
         where source_id = :source_id",
    )?
    .execute(named_params! {
        ":source_id": source.to_string(),
        ":state": state,
        ":problem": problem,
        ":found": counts.found as i64,
        ":indexed": counts.indexed as i64,
        ":unchanged": counts.unchanged as i64,
        ":skipped": counts.skipped as i64,
        ":failed": counts.failed as i64,
        ":removed": counts.removed as i64,
        ":now": now.millis(),
    })?;
    Ok(())
}

/// Whoever writes keeps to [`LINES`] of a kind.
pub fn say(tx: &Tx<'_>, workspace: WorkspaceId, source: SourceId, lines: &[Line]) -> Result<()> {
    let mut insert = tx.prepare_cached(
        "insert into run_lines (workspace_id, source_id, kind, path, text, at)
         values (:workspace_id, :source_id, :kind, :path, :text, :at)",
    )?;
    for line in lines {
        insert.execute(named_params! {
            ":workspace_id": workspace.to_string(),
            ":source_id": source.to_string(),
            ":kind": line.kind,
            ":path": line.path,
            ":text": line.text,
            ":at": line.at.millis(),
        })?;
    }
    Ok(())
}

/// What was said of this kind, in order.
pub fn lines(db: &Connection, source: SourceId, kind: &str) -> Result<Vec<Line>> {
    Ok(db
        .prepare_cached(
            "select kind, path, text, at from run_lines
             where source_id = :source_id and kind = :kind order by id limit :limit",
        )?
        .query_map(
            named_params! { ":source_id": source.to_string(), ":kind": kind, ":limit": LINES },
            |row| {
                Ok(Line {
                    kind: row.get("kind")?,
                    path: row.get("path")?,
                    text: row.get("text")?,
                    at: Moment::from_millis(row.get("at")?),
                })
            },
        )?
        .collect::<Result<_, _>>()?)
}

/// The run in a row of its columns; none where they are null.
pub(super) fn of_row(row: &Row<'_>) -> Result<Option<Run>> {
    let Some(state) = row.get::<_, Option<String>>("state")? else { return Ok(None) };
    let count = |column: &str| row.get::<_, u32>(column).map(|count| count as usize);
    Ok(Some(Run {
        state,
        problem: row.get("problem")?,
        counts: Counts {
            found: count("found")?,
            indexed: count("indexed")?,
            unchanged: count("unchanged")?,
            skipped: count("skipped")?,
            failed: count("failed")?,
            removed: count("removed")?,
        },
        cut_offs: row.get("cut_offs")?,
        started_at: Moment::from_millis(row.get("started_at")?),
        seen_at: Moment::from_millis(row.get("seen_at")?),
        ended_at: row.get::<_, Option<i64>>("ended_at")?.map(Moment::from_millis),
    }))
}
