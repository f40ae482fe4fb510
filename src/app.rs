//! The running server: the parts are built here, once, and stopped in reverse order: first no new connections, then
//! the turns that still run, at last the store, which folds its log into the file.

use std::{path::Path, time::Duration};

use poem::Server;
use tokio::net::TcpListener;

use crate::{
    clock::Moment,
    config::Config,
    desk::Desk,
    error::{Error, Result},
    http::{self, Listener, site::Site},
    store::{self, Store},
};

/// How long a refused origin may wait until it is on the disk.
const WRITE_DOWN_EVERY: Duration = Duration::from_secs(2);
/// How long running answers may still take when the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// Makes the data folder, for its owner alone, and opens what is in it.
///
/// # Errors
/// Names the folder when it cannot be used.
pub fn open(config: &Config) -> Result<Desk> {
    make_folder(&config.data).map_err(|error| {
        let folder = config.data.display().to_string();
        Error::conflict("data_unusable", format!("{folder} cannot be used as data folder: {error}"))
    })?;
    let store = Store::open(&store::file(&config.data))?;
    Desk::open(config, store)
}

/// Binds the address.
///
/// # Errors
/// Names the address when it is taken or not ours.
pub async fn bind(config: &Config) -> Result<TcpListener> {
    TcpListener::bind(config.listen).await.map_err(|error| {
        Error::conflict(
            "address_unusable",
            format!(
                "Cannot listen on {}: {error}. Choose another with --listen, such as 127.0.0.1:0 for any free port",
                config.listen
            ),
        )
    })
}

/// Serves until the process is told to stop.
///
/// # Errors
/// When the listening socket breaks.
pub async fn serve(
    desk: Desk,
    config: &Config,
    listener: TcpListener,
    site: Option<Site>,
    stop: impl Future<Output = ()>,
) -> Result<()> {
    let routes = http::routes(&desk, config, site)?;
    let counting = tokio::spawn(write_down_refusals(desk.clone()));
    let embedding = tokio::spawn(desk.knowledge.clone().keep_embedding());
    let refreshing = tokio::spawn(desk.knowledge.clone().keep_refreshing());
    let sweeping = tokio::spawn(desk.clone().keep_sweeping_receipts());
    Server::new_with_acceptor(Listener::new(listener)?)
        .run_with_graceful_shutdown(routes, stop, Some(FAREWELL))
        .await?;
    if !desk.turns.drained(FAREWELL).await {
        tracing::warn!(
            "some answers were cut off: they took too long after the server was told to stop"
        );
    }
    // A run that is cut off goes on after the next start.
    refreshing.abort();
    embedding.abort();
    sweeping.abort();
    counting.abort();
    desk.refusals.write_down(&desk.store, Moment::now()).await
}

async fn write_down_refusals(desk: Desk) {
    loop {
        tokio::time::sleep(WRITE_DOWN_EVERY).await;
        if let Err(error) = desk.refusals.write_down(&desk.store, Moment::now()).await {
            tracing::warn!(error = ?error, "refused origins could not be counted");
        }
    }
}

/// Listens for the signals from now on, not only once it is awaited: whoever read our first line may stop us at once.
pub fn told_to_stop() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupted, mut terminated) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
