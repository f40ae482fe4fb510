//! From connections to requests: HTTP/1.1 over each, until it is told to stop.
//!
//! poem's own server also speaks HTTP/2, which nobody uses without TLS and which our guard refuses; without it the
//! program is smaller and a request takes one layer less.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use poem::{
    Endpoint,
    http::{self, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use tokio::{net::TcpListener, sync::watch, time};

use super::connection::{Connection, Listener};

/// Serves until `stop`; then no new connections are made, and those that answer have so long to end.
///
/// # Errors
/// When the socket has no address.
pub async fn serve(
    listener: TcpListener,
    endpoint: impl Endpoint<Output = poem::Response> + 'static,
    stop: impl Future<Output = ()>,
    patience: Duration,
) -> std::io::Result<()> {
    let mut listener = Listener::new(listener)?;
    let local = listener.local();
    let endpoint = Arc::new(endpoint);
    // Each connection holds a receiver: the sender knows when the last has gone.
    let (stopping, running) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            (connection, remote) = listener.accept() => {
                let (endpoint, local, running) = (endpoint.clone(), local.clone(), running.clone());
                tokio::spawn(talk(connection, endpoint, local, remote, running));
            }
        }
    }
    drop((listener, running));
    stopping.send_replace(true);
    // Those that take longer are dropped with the runtime.
    let _ = time::timeout(patience, stopping.closed()).await;
    Ok(())
}

/// Answers the requests of one connection.
async fn talk(
    connection: Connection,
    endpoint: Arc<impl Endpoint<Output = poem::Response>>,
    local: LocalAddr,
    remote: RemoteAddr,
    mut running: watch::Receiver<bool>,
) {
    let service = service_fn(|request: Request<Incoming>| {
        let request = (request, local.clone(), remote.clone(), Scheme::HTTP).into();
        let answered = endpoint.get_response(request);
        async move { Ok::<http::Response<_>, Infallible>(answered.await.into()) }
    });
    // Without a timer: how long a peer may take is the connection's affair.
    let requests = http1::Builder::new().serve_connection(TokioIo::new(connection), service);
    let mut requests = pin!(requests);
    tokio::select! {
        // A peer that breaks off is no event.
        _ = &mut requests => return,
        _ = running.wait_for(|stopping| *stopping) => {}
    }
    requests.as_mut().graceful_shutdown();
    let _ = requests.await;
}
