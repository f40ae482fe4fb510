//! Sources, their runs and what a search finds, as the command line shows them: to people, or as one JSON value.

use serde_json::{Value, json};

use super::output;
use crate::{
    error::Result,
    knowledge::{Every, Found, Knowledge, Report, Source, runs},
};

/// Reasons that people see of each kind; JSON has them all.
const REASONS: usize = 20;

/// Characters of a reason in a table.
const CELL: usize = 60;

pub fn report(report: &Report, json: bool) -> Result<()> {
    if json {
        return output::json(&report_value(report));
    }
    output::line(&summary(report));
    for skipped in &report.skipped {
        let what = if skipped.has_failed { "failed" } else { "skipped" };
        output::line(&format!("  {what} {}: {}", plain(&skipped.path), plain(&skipped.reason)));
    }
    for note in &report.notes {
        output::line(&format!("  note: {}", plain(note)));
    }
    Ok(())
}

pub fn reports(reports: &[(Source, Result<Report>)], json: bool) -> Result<()> {
    if json {
        let values: Vec<Value> = reports
            .iter()
            .map(|(source, report)| {
                let mut value = report
                    .as_ref()
                    .map_or_else(|error| json!({"error": error.message()}), report_value);
                value["id"] = json!(source.id.to_string());
                value["location"] = json!(source.location);
                value
            })
            .collect();
        return output::json(&values);
    }
    for (source, report) in reports {
        let text = report.as_ref().map_or_else(|error| plain(error.message()), summary);
        output::line(&format!("{}: {text}", plain(&source.location)));
    }
    Ok(())
}

fn summary(report: &Report) -> String {
    let counts = &report.counts;
    let mut text = format!(
        "{} pages, {} passages; {} pages unchanged, {} skipped",
        report.pages, report.passages, report.unchanged, counts.skipped
    );
    for (count, what) in [(counts.failed, "failed"), (report.removed, "removed")] {
        if count > 0 {
            text += &format!(", {count} {what}");
        }
    }
    text
}

fn report_value(report: &Report) -> Value {
    let skipped: Vec<Value> = report
        .skipped
        .iter()
        .map(|skipped| json!({"path": skipped.path, "reason": skipped.reason, "failed": skipped.has_failed}))
        .collect();
    json!({
        "pages": report.pages,
        "passages": report.passages,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "skipped": skipped,
        "notes": report.notes,
        "counts": counts_value(&report.counts),
    })
}

fn counts_value(counts: &runs::Counts) -> Value {
    json!({
        "found": counts.found,
        "indexed": counts.indexed,
        "unchanged": counts.unchanged,
        "skipped": counts.skipped,
        "failed": counts.failed,
        "removed": counts.removed,
    })
}

pub fn list(knowledge: &Knowledge, sources: &[Source], json: bool) -> Result<()> {
    if json {
        let values: Vec<Value> =
            sources.iter().map(|source| source_value(knowledge, source)).collect();
        return output::json(&values);
    }
    let mut rows = vec![
        ["ID", "KIND", "PAGES", "PASSAGES", "LAST RUN", "NEXT", "LOCATION"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(sources.iter().map(|source| {
        vec![
            source.id.to_string(),
            source.kind.clone(),
            source.pages.to_string(),
            source.passages.to_string(),
            in_short(knowledge, source),
            source.next_at().map_or_else(|| "never".into(), |at| at.to_string()),
            plain(&source.location),
        ]
    }));
    output::table(&rows);
    Ok(())
}

pub async fn source(knowledge: &Knowledge, source: &Source, json: bool) -> Result<()> {
    let skipped = knowledge.said(source, "skipped").await?;
    let failed = knowledge.said(source, "failed").await?;
    let log = knowledge.said(source, "note").await?;
    if json {
        let reasons = |lines: &[runs::Line]| -> Vec<Value> {
            lines.iter().map(|line| json!({"path": line.path, "reason": line.text})).collect()
        };
        let mut value = source_value(knowledge, source);
        let said = |line: &runs::Line| json!({"at": line.at.to_string(), "text": line.text});
        if !value["run"].is_null() {
            value["run"]["skipped"] = json!(reasons(&skipped));
            value["run"]["failed"] = json!(reasons(&failed));
            value["run"]["log"] = json!(log.iter().map(said).collect::<Vec<_>>());
        }
        return output::json(&value);
    }
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let settings = &source.settings;
    let mut rows = vec![
        row("id", source.id.to_string()),
        row("kind", source.kind.clone()),
        row("location", plain(&source.location)),
    ];
    rows.extend(source.base_url.clone().map(|url| row("base_url", url)));
    rows.push(row("every", Every(source.every).to_string()));
    rows.extend(source.next_at().map(|at| row("next run", at.to_string())));
    if source.is_fetched() {
        let depth = settings.max_depth.map_or_else(|| "none".into(), |depth| depth.to_string());
        rows.extend([
            row("include", settings.include.join(" ")),
            row("exclude", settings.exclude.join(" ")),
            row("max_pages", settings.max_pages.to_string()),
            row("max_depth", depth),
            row("at_once", settings.at_once.to_string()),
            row("allow_hosts", settings.allow_hosts.join(" ")),
        ]);
    }
    rows.push(row("pages", format!("{} with {} passages", source.pages, source.passages)));
    rows.extend(source.refreshed_at.map(|at| row("refreshed", at.to_string())));
    rows.push(row("last run", in_short(knowledge, source)));
    if let Some(run) = &source.run {
        rows.extend(run.problem.as_deref().map(|problem| row("problem", plain(problem))));
        let counts = &run.counts;
        rows.push(row("began", run.started_at.to_string()));
        rows.extend(run.ended_at.map(|at| row("ended", at.to_string())));
        rows.push(row(
            "counts",
            format!(
                "{} found, {} indexed, {} unchanged, {} skipped, {} failed, {} removed",
                counts.found,
                counts.indexed,
                counts.unchanged,
                counts.skipped,
                counts.failed,
                counts.removed
            ),
        ));
    }
    output::table(&rows);
    for line in &log {
        output::line(&format!("  {} {}", line.at, plain(&line.text)));
    }
    for (kind, lines) in [("skipped", &skipped), ("failed", &failed)] {
        for line in lines.iter().take(REASONS) {
            output::line(&format!("  {kind} {}: {}", plain(&line.path), plain(&line.text)));
        }
        if lines.len() > REASONS {
            output::line("  … more are in the output of --json");
        }
    }
    Ok(())
}

fn source_value(knowledge: &Knowledge, source: &Source) -> Value {
    let settings = source.is_fetched().then(|| json!(source.settings));
    let run = source.run.as_ref().map(|run| {
        json!({
            "state": state(knowledge, source),
            "problem": run.problem,
            "counts": counts_value(&run.counts),
            "started_at": run.started_at.to_string(),
            "seen_at": run.seen_at.to_string(),
            "ended_at": run.ended_at.map(|at| at.to_string()),
        })
    });
    json!({
        "id": source.id.to_string(),
        "kind": source.kind,
        "location": source.location,
        "base_url": source.base_url,
        "settings": settings,
        "every": Every(source.every).to_string(),
        "next_at": source.next_at().map(|at| at.to_string()),
        "pages": source.pages,
        "passages": source.passages,
        "refreshed_at": source.refreshed_at.map(|at| at.to_string()),
        "run": run,
    })
}

/// `running`, `cut off` (it goes on with the next refresh, or in a running server), `done`, `failed`; empty: never ran.
fn state<'a>(knowledge: &Knowledge, source: &'a Source) -> &'a str {
    match &source.run {
        Some(run) if run.state == runs::RUNNING && !knowledge.is_refreshing(source) => "cut off",
        Some(run) => &run.state,
        None => "",
    }
}

fn in_short(knowledge: &Knowledge, source: &Source) -> String {
    let Some(run) = &source.run else { return "none yet".into() };
    let (state, counts) = (state(knowledge, source), &run.counts);
    match (&run.problem, run.ended_at) {
        (Some(problem), _) => format!("{state}: {}", short(&plain(problem))),
        (None, Some(at)) if counts.failed > 0 => format!("{state} {at}, {} failed", counts.failed),
        (None, Some(at)) => format!("{state} {at}"),
        (None, None) => format!("{state}, {} of {}", counts.done(), counts.found),
    }
}

fn short(text: &str) -> String {
    let mut signs = text.chars();
    let start: String = signs.by_ref().take(CELL).collect();
    if signs.next().is_some() { start + "…" } else { start }
}

/// What others wrote, without what a terminal would obey.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

pub fn search(found: &Found, json: bool) -> Result<()> {
    if json {
        let values: Vec<Value> = found
            .passages
            .iter()
            .map(|hit| {
                json!({
                    "path": hit.path,
                    "url": hit.url,
                    "title": hit.title,
                    "score": hit.score,
                    "text": hit.text,
                })
            })
            .collect();
        return output::json(&values);
    }
    output::line(&format!(
        "confidence {:.2}, {:.1} ms",
        found.confidence,
        found.took.as_secs_f64() * 1000.0
    ));
    for hit in &found.passages {
        output::line(&format!("\n{:.2}  {}  {}", hit.score, hit.title, hit.url));
        if !hit.heading.is_empty() {
            output::line(&format!("      {}", hit.heading));
        }
        let start: String = hit.text.chars().take(240).collect();
        output::line(&format!("      {}", start.replace('\n', " ")));
    }
    Ok(())
}
