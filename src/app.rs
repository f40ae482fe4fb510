//! The running server: the parts are built here, once, and stopped in reverse order: first no new connections, then
//! the turns that still run, at last the store, which folds its log into the file.

use std::{path::Path, time::Duration};

use tokio::net::TcpListener;

use crate::{
    clock::Moment,
    config::Config,
    desk::Desk,
    error::{Error, Result},
    http::{self, site::Site},
    store::{self, Store},
};

/// How long a refused origin may wait until it is on the disk.
const WRITE_DOWN_EVERY: Duration = Duration::from_secs(2);
/// How long running answers may still take when the server is told to stop.
const FAREWELL: Duration = Duration::from_secs(6);
/// How long answers that were broken off then may take to be stored, and to tell their visitors. Supervisors kill ten
/// seconds after their signal.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Makes the data folder, for its owner alone, and opens what is in it.
///
/// # Errors
/// Names the folder when it cannot be used.
pub fn open(config: &Config) -> Result<Desk> {
    make_folder(&config.data).map_err(|error| {
        let folder = config.data.display().to_string();
        Error::conflict("data_unusable", format!("{folder} cannot be used as data folder: {error}"))
    })?;
    let file = store::file(&config.data);
    let store = Store::open(&file)?;
    keep_private(&file)?;
    Desk::open(config, store)
}

/// The database is for its owner alone, also in a folder that was there before and that others may read. The folder
/// stays as it is: it may hold other things.
#[cfg(unix)]
fn keep_private(database: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for suffix in ["", "-wal", "-shm"] {
        let mut file = database.as_os_str().to_owned();
        file.push(suffix);
        let Ok(found) = std::fs::metadata(&file) else { continue };
        if found.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> Result<()> {
    Ok(())
}

/// Each connection is an open file, and the usual soft limit of 1024 is soon reached: the hard one counts.
#[cfg(unix)]
pub fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(error = %error, "the limit of open files could not be raised");
    }
}

#[cfg(not(unix))]
pub fn raise_open_files() {}

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
    let answerers = desk.answerers.clone();
    let stop = async move {
        stop.await;
        tokio::spawn(async move {
            tokio::time::sleep(FAREWELL).await;
            answerers.hush();
        });
    };
    http::serve(listener, routes, stop, FAREWELL + LAST_WORDS).await?;
    if !desk.turns.drained(LAST_WORDS).await {
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
