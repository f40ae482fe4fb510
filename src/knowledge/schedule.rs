//! Sources whose time has come are refreshed by a running server: one after the other, beside visitors, and also those
//! whose run was cut off.

use std::time::Duration;

use super::{Knowledge, Report, record::Record, web::Pace};
use crate::{
    clock::Moment,
    error::Error,
    id::{AgentId, SourceId},
    store::{
        agents, runs,
        sources::{self, Source},
    },
};

/// How often it is looked for sources that are due.
const LOOK: Duration = Duration::from_secs(1);
/// Sources that are tried at one look: some are held by other processes.
const TRIED: u32 = 20;

impl Knowledge {
    /// Refreshes whatever is due, one source after the other and beside visitors, and never ends.
    pub async fn keep_refreshing(self) {
        loop {
            tokio::time::sleep(LOOK).await;
            let now = Moment::now();
            let due = match self.store.read(move |db| sources::due(db, now, TRIED)).await {
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(error = ?error, "sources that are due could not be found");
                    continue;
                }
            };
            for (agent, source) in due {
                self.refresh_due(agent, source).await;
            }
        }
    }

    async fn refresh_due(&self, agent: AgentId, source: SourceId) {
        let found = async {
            let found = self.named(agent, &source.to_string()).await?;
            let agent = self.store.read(move |db| agents::find(db, agent)).await?;
            Ok::<_, Error>(agent.zip(found))
        };
        let refreshed = match found.await {
            // It has gone meanwhile.
            Ok(None) => return,
            Ok(Some((_, found))) if was_cut_off_too_often(&found) => {
                let often = runs::CUT_OFFS;
                let problem = format!("the program ended in the middle of it {often} times");
                Record::give_up(&self.store, &found, &problem)
                    .await
                    .and_then(|()| Err(Error::conflict("source_given_up", problem)))
            }
            Ok(Some((agent, found))) => {
                self.again(&agent, found, Pace::Beside(&self.visits), &|_| {}).await
            }
            Err(error) => Err(error),
        };
        match refreshed {
            Ok(Report { pages, unchanged, removed, .. }) => {
                tracing::info!(source_id = %source, pages, unchanged, removed, "a source was refreshed");
            }
            Err(error) if error.code() == "source_busy" => {}
            Err(error) => {
                tracing::warn!(source_id = %source, error = ?error, "a source could not be refreshed");
            }
        }
    }
}

fn was_cut_off_too_often(source: &Source) -> bool {
    source
        .run
        .as_ref()
        .is_some_and(|run| run.state == runs::RUNNING && run.cut_offs >= runs::CUT_OFFS)
}
