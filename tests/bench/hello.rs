//! What the framework can do when it does nothing: the ruler for every throughput here. Runs as a process of its own.

use std::{process::Command, time::Instant};

use poem::{
    EndpointExt as _, Route, Server, get, handler,
    listener::{Acceptor as _, Listener as _, TcpListener},
};

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
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
        let addresses = acceptor.local_addr();
        let address =
            addresses.first().and_then(|address| address.as_socket_addr()).ok_or("no address")?;
        println!("listening on http://{address}");
        Server::new_with_acceptor(acceptor).run(Route::new().at("/", get(greet)).boxed()).await?;
        Ok(())
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
