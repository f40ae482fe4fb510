//! A run that was kept: in the database, beside the agent that it measures, so that a copy of the one file holds it and
//! it goes when the agent goes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{questions::Question, score::Outcome};
use crate::{
    cli::output,
    clock::Moment,
    desk::Desk,
    error::{Error, Result},
    store::{agents::Agent, baselines},
};

/// Characters of a name.
const LONGEST: usize = 64;

#[derive(Serialize, Deserialize)]
pub struct Baseline {
    /// Passages that meaning did not find yet.
    pub waiting: usize,
    pub questions: Vec<Question>,
    pub outcomes: Vec<Outcome>,
}

/// # Errors
/// When it cannot be a name.
pub fn name(name: &str) -> Result<String> {
    let name = name.trim();
    let fits = (1..=LONGEST).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Error::invalid("NAME", format!("must have 1 to {LONGEST} characters")))
    }
}

/// # Errors
/// When the agent has as many as it may.
pub async fn save(desk: &Desk, agent: &Agent, name: &str, baseline: &Baseline) -> Result<()> {
    let (agent, name) = (agent.clone(), name.to_owned());
    let run = serde_json::to_string(baseline)?;
    let kept = desk
        .store
        .write(move |tx| {
            baselines::put(tx, agent.workspace_id, agent.id, &name, &run, Moment::now())
        })
        .await?;
    if kept {
        return Ok(());
    }
    Err(Error::conflict(
        "too_many_baselines",
        format!("{} are saved already; `frontdesk eval remove NAME` forgets one", baselines::MOST),
    ))
}

/// # Errors
/// When there is none of this name.
pub async fn find(desk: &Desk, agent: &Agent, name: &str) -> Result<Baseline> {
    let (id, wanted) = (agent.id, name.to_owned());
    let run = desk.store.read(move |db| baselines::find(db, id, &wanted)).await?;
    let run = run.ok_or_else(|| unknown(name))?;
    serde_json::from_str(&run).map_err(|error| {
        Error::conflict(
            "baseline_unreadable",
            format!("{name} was saved by another version of this program; save it again"),
        )
        .caused_by(error)
    })
}

pub async fn list(desk: &Desk, agent: &Agent, as_json: bool) -> Result<()> {
    let id = agent.id;
    let saved = desk.store.read(move |db| baselines::list(db, id)).await?;
    if as_json {
        let values: Vec<Value> = saved
            .iter()
            .map(|one| json!({"name": one.name, "questions": one.questions, "saved_at": one.saved_at.to_string()}))
            .collect();
        return output::json(&values);
    }
    let mut rows = vec![["NAME", "QUESTIONS", "SAVED"].map(str::to_owned).to_vec()];
    rows.extend(
        saved
            .iter()
            .map(|one| vec![one.name.clone(), one.questions.to_string(), one.saved_at.to_string()]),
    );
    output::table(&rows);
    Ok(())
}

/// # Errors
/// When there is none of this name.
pub async fn remove(desk: &Desk, agent: &Agent, name: &str) -> Result<()> {
    let (id, wanted) = (agent.id, name.to_owned());
    let gone = desk.store.write(move |tx| baselines::delete(tx, id, &wanted)).await?;
    if gone { Ok(()) } else { Err(unknown(name)) }
}

fn unknown(name: &str) -> Error {
    Error::not_found(
        "baseline_not_found",
        format!("Nothing is saved as {name:?}; `frontdesk eval list` shows what is"),
    )
}
