//! What the framework can do when it does nothing: the ruler for every throughput here. Runs as a process of its own.

use std::{convert::Infallible, process::Command, sync::Arc, time::Instant};

use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use poem::{
    Endpoint as _, Route, get, handler,
    http::{Request, Response, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use tokio::net::TcpListener;

use crate::{
    client::{self, Connection},
    load,
    process::Process,
    report::Result,
};

/// How this program is told to be it.
pub const ARGUMENT: &str = "--hello";

#[handler]
fn greet() -> &'static str {
    "hello world"
}

/// Serves until killed.
pub fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let local = LocalAddr(listener.local_addr()?.into());
        println!("listening on http://{}", listener.local_addr()?);
        let routes = Arc::new(Route::new().at("/", get(greet)));
        loop {
            let (stream, peer) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let (routes, local, remote) = (routes.clone(), local.clone(), RemoteAddr(peer.into()));
            tokio::spawn(async move {
                let service = service_fn(|request: Request<Incoming>| {
                    let request = (request, local.clone(), remote.clone(), Scheme::HTTP).into();
                    let answered = routes.get_response(request);
                    async move { Ok::<Response<_>, Infallible>(answered.await.into()) }
                });
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
            });
        }
    })
}

pub fn start() -> Result<Process> {
    Process::start(Command::new(std::env::current_exe()?).arg(ARGUMENT))
}

/// Asks over `connections` until `end`: how many milliseconds each answer took.
pub fn measure(ruler: &Process, connections: usize, end: Instant) -> Result<Vec<f64>> {
    let request = client::get("/");
    let times = load::together(connections, async |_| {
        let mut connection = Connection::open(ruler.address).await?;
        let mut times = Vec::new();
        while Instant::now() < end {
            let asked = Instant::now();
            connection.ask(&request).await?;
            times.push(load::ms_since(asked));
        }
        Ok(times)
    })?;
    Ok(times.into_iter().flatten().collect())
}
