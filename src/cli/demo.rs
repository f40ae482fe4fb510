//! `frontdesk demo`: from nothing to a website with a desk that answers, without a key, a model or a network.

use std::path::Path;

use clap::Args;
use url::Url;

use super::{
    knowledge::{end_progress, progress},
    output,
};
use crate::{
    app,
    clock::Moment,
    config::Config,
    desk::{Desk, agents},
    error::{Error, Kind, Result},
    http::site::{Content, Site},
    knowledge::{Origin, Report, Wishes},
    store::{self, agents::Agent},
};

/// The sample's name; an agent of one's own pages is named after them.
const SAMPLE: &str = "Heron Lane Cycles";
const SAMPLE_PROMPTS: &str = "When are you open?,How much does a full service cost?,Can I send a bike back?,Do you deliver to Ireland?";

#[derive(Args)]
pub struct Demo {
    /// Forget what an earlier demo stored, and begin anew
    #[arg(long)]
    fresh: bool,
    /// Answer from your own files (Markdown, HTML, text, PDF, Word, CSV, JSON) instead of the sample
    #[arg(long, value_name = "FOLDER", conflicts_with = "url")]
    dir: Option<String>,
    /// Answer from your own website instead of the sample
    url: Option<Url>,
}

impl Demo {
    pub async fn run(self, config: Config) -> Result<()> {
        if let Some(folder) = self.dir.as_ref().filter(|folder| !Path::new(folder).exists()) {
            return Err(Error::invalid("--dir", format!("names {folder:?}, which does not exist")));
        }
        let listener = app::bind(&config).await?;
        let address = format!("http://{}", listener.local_addr()?);
        if self.fresh {
            forget(&config.data)?;
        }
        let desk = app::open(&config)?;
        let agent = self.agent(&desk).await?;
        let site = Site {
            agent_id: agent.id,
            origin: address.clone(),
            content: if self.is_sample() { Content::Sample } else { Content::Knowledge },
        };
        let server = app::serve(desk.clone(), &config, listener, Some(site), app::told_to_stop()?);
        let read = async {
            let report = self.read(&desk, &agent, &address).await?;
            let place = std::fs::canonicalize(&config.data)?;
            self.announce(&report, &address, &place);
            // From here on there is nothing to do but serve.
            std::future::pending::<Result<()>>().await
        };
        tokio::select! {
            served = server => served,
            failed = read => failed,
        }
    }

    fn is_sample(&self) -> bool {
        self.dir.is_none() && self.url.is_none()
    }

    /// The agent of an earlier demo over the same pages, or a new one.
    async fn agent(&self, desk: &Desk) -> Result<Agent> {
        let name = match (&self.dir, &self.url) {
            (Some(folder), _) => {
                let folder = std::fs::canonicalize(folder)?;
                folder
                    .file_name()
                    .map_or_else(|| "Demo".into(), |name| name.to_string_lossy().into_owned())
            }
            (None, Some(url)) => url.host_str().unwrap_or("Demo").to_owned(),
            (None, None) => SAMPLE.to_owned(),
        };
        match agents::named(&desk.store, &name).await {
            Err(error) if error.kind() == Kind::NotFound => {}
            found => return found,
        }
        let now = Moment::now();
        let agent = agents::create(&desk.store, &name, &["*".to_owned()], true, now).await?;
        if self.is_sample() {
            let prompts = ("starter_prompts".to_owned(), SAMPLE_PROMPTS.to_owned());
            return agents::set(&desk.store, &agent.id.to_string(), &[prompts], &[], now).await;
        }
        Ok(agent)
    }

    async fn read(&self, desk: &Desk, agent: &Agent, address: &str) -> Result<Report> {
        let origin = match (&self.dir, &self.url) {
            (Some(folder), _) => {
                Origin::Files { path: folder.into(), base_url: Some(format!("{address}/")) }
            }
            (None, Some(url)) => website(url.clone()),
            (None, None) => {
                let url = Url::parse(address).map_err(Error::internal)?;
                // An earlier demo may have been at another port: its pages would lead nowhere.
                for source in desk.knowledge.sources(agent.id).await? {
                    if source.location.trim_end_matches('/') != address {
                        desk.knowledge.remove(agent.id, &source.id.to_string()).await?;
                    }
                }
                website(url)
            }
        };
        let report = desk.knowledge.add(agent, origin, &Wishes::default(), &progress).await;
        end_progress();
        report
    }

    fn announce(&self, report: &Report, address: &str, data: &Path) {
        for skipped in report.skipped.iter().filter(|_| !self.is_sample()) {
            eprintln!("skipped {}: {}", skipped.path, skipped.reason);
        }
        output::line(&format!("site  {address}/"));
        output::line(&format!("docs  {address}/docs"));
        output::line(&format!("data  {}", data.display()));
    }
}

fn website(url: Url) -> Origin {
    Origin::Web { url, kind: None }
}

/// Removes the database of an earlier demo; nothing else in the folder.
fn forget(data: &Path) -> Result<()> {
    let file = store::file(data);
    for ending in ["", "-wal", "-shm"] {
        let mut name = file.clone().into_os_string();
        name.push(ending);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
