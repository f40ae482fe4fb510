//! Sources whose time has come are refreshed by a running server: one after the other, beside visitors, and also those
//! whose run was cut off.

use std::time::Duration;

use super::{Knowledge, Report, web::Pace};
use crate::{
    clock::Moment,
    error::Error,
    id::{AgentId, SourceId},
    store::{agents, sources},
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
