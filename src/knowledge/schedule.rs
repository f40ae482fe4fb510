//! Sources whose time has come are refreshed by a running server: some at once, but one of each host, beside visitors,
//! and also those whose run was cut off.

use std::{
    collections::{HashMap, hash_map::Entry},
    time::Duration,
};

use tokio::task::{AbortHandle, JoinSet};
use url::Url;

use super::{Knowledge, Report, record::Record, web::Pace};
use crate::{
    clock::Moment,
    error::Error,
    id::{AgentId, SourceId},
    store::{
        agents, runs,
        sources::{self, Due, Source},
    },
};

/// How often it is looked for sources that are due.
const LOOK: Duration = Duration::from_secs(1);
/// Sources that are looked at: of some the host is busy, or another process holds them.
const TRIED: u32 = 200;
/// Sources that are refreshed at once: a slow site holds up no other one.
const AT_ONCE: usize = 3;

impl Knowledge {
    /// Refreshes whatever is due, beside visitors, and never ends.
    pub async fn keep_refreshing(self) {
        let mut runs = JoinSet::new();
        let mut busy: HashMap<String, AbortHandle> = HashMap::new();
        loop {
            tokio::time::sleep(LOOK).await;
            while runs.try_join_next().is_some() {}
            busy.retain(|_, run| !run.is_finished());
            let now = Moment::now();
            let due = match self.store.read(move |db| sources::due(db, now, TRIED)).await {
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(error = ?error, "sources that are due could not be found");
                    continue;
                }
            };
            for Due { agent, source, location } in due {
                let host = host(&location);
                if busy.len() >= AT_ONCE {
                    break;
                }
                if let Entry::Vacant(free) = busy.entry(host) {
                    let knowledge = self.clone();
                    let run = async move { knowledge.refresh_due(agent, source).await };
                    free.insert(runs.spawn(run));
                }
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

/// Whom a run of this source asks; of files and texts it is they themselves.
fn host(location: &str) -> String {
    let url = Url::parse(location).ok();
    let host = url.as_ref().and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
    host.map_or_else(|| location.to_owned(), |(host, port)| format!("{host}:{port}"))
}

fn was_cut_off_too_often(source: &Source) -> bool {
    source
        .run
        .as_ref()
        .is_some_and(|run| run.state == runs::RUNNING && run.cut_offs >= runs::CUT_OFFS)
}
