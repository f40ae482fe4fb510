//! Receipts: for each answer what it was made of and what it took, kept for some days and swept by and by. Written with
//! the answer in one transaction, so that a turn costs no other commit.

use std::time::Duration;

use super::{Desk, workspaces};
use crate::{
    answer::{self, Prompt},
    clock::Moment,
    error::{Error, Result},
    id::{AgentId, MessageId},
    store::{
        passages::{self, Match},
        receipts as rows,
    },
};

pub use rows::{Receipt, Times, Turn};

/// Turns that are listed at once.
pub const MOST: u32 = 200;
/// How often it is looked for receipts that are too old.
const LOOK: Duration = Duration::from_mins(10);
/// Between two batches visitors come first.
const REST: Duration = Duration::from_millis(100);

/// How long receipts are kept.
#[derive(Clone, Copy)]
pub struct Receipts {
    keep: Duration,
}

/// A turn with the passages of its receipt as they are now; none for one that is not there any more.
pub struct Shown {
    pub turn: Turn,
    pub passages: Vec<Option<Match>>,
}

impl Receipts {
    /// For no time at all: none are written.
    pub fn kept_for(keep: Duration) -> Self {
        Self { keep }
    }

    /// None if none are kept, or the turn took no time as it is only told again.
    pub fn of(self, prompt: &Prompt, times: Option<Times>) -> Option<Receipt> {
        times.filter(|_| !self.keep.is_zero()).map(|times| receipt(prompt, times))
    }
}

/// What an answer was made of.
pub fn receipt(prompt: &Prompt, times: Times) -> Receipt {
    let round = |number: f64| (number * 1e4).round() / 1e4;
    Receipt {
        confidence: round(prompt.confidence),
        threshold: prompt.threshold,
        times,
        prompt_hash: Some(answer::fingerprint(prompt)),
        passages: prompt
            .sources
            .iter()
            .map(|hit| rows::Used {
                passage_id: hit.passage_id,
                score: hit.score as f32,
                url: hit.url.clone(),
            })
            .collect(),
    }
}

impl Desk {
    /// The turn of a question or of an answer, by its id.
    ///
    /// # Errors
    /// `turn_not_found`.
    pub async fn turn(&self, message: &str) -> Result<Shown> {
        let unknown = || {
            Error::not_found(
                "turn_not_found",
                format!(
                    "There is no answered question {message}; `frontdesk turn list` shows the latest"
                ),
            )
        };
        let id: MessageId = message.parse().map_err(|_| unknown())?;
        let workspace = workspaces::ensured(&self.store, Moment::now()).await?.id;
        let shown = self.store.read(move |db| {
            let Some(turn) = rows::turn(db, workspace, id)? else { return Ok(None) };
            let mut found = Vec::new();
            for used in turn.receipt.iter().flat_map(|receipt| &receipt.passages) {
                let now = passages::find(db, turn.agent_id, used.passage_id)?;
                found.push(now.filter(|now| place(now) == used.url));
            }
            Ok(Some(Shown { turn, passages: found }))
        });
        shown.await?.ok_or_else(unknown)
    }

    /// The latest turns first, at most [`MOST`].
    ///
    /// # Errors
    /// Those of the store.
    pub async fn latest_turns(&self, agent: Option<AgentId>, limit: u32) -> Result<Vec<Turn>> {
        let workspace = workspaces::ensured(&self.store, Moment::now()).await?.id;
        self.store.read(move |db| rows::latest(db, workspace, agent, limit.min(MOST))).await
    }

    /// Takes receipts that are too old, a few at a time, and never ends.
    pub async fn keep_sweeping_receipts(self) {
        loop {
            let now = Moment::now().millis();
            let keep = i64::try_from(self.receipts.keep.as_millis()).unwrap_or(i64::MAX);
            let before = Moment::from_millis(now.saturating_sub(keep));
            let rest = match self.store.write(move |tx| rows::sweep(tx, before)).await {
                Ok(0) => LOOK,
                Ok(_) => REST,
                Err(error) => {
                    tracing::warn!(error = ?error, "old receipts could not be taken away");
                    LOOK
                }
            };
            tokio::time::sleep(rest).await;
        }
    }
}

/// The URL under which a passage is cited.
fn place(passage: &Match) -> String {
    match &passage.anchor {
        Some(anchor) => format!("{}#{anchor}", passage.url),
        None => passage.url.clone(),
    }
}
