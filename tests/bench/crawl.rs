//! How fast a site is read, and how fast it is read again when nothing has changed. The site runs as a process of its
//! own: a thousand pages that link to each other, with an ETag each.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use bytes::BytesMut;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    Bench, corpus,
    process::Process,
    report::{Bar, Line, Result, mb},
    wire::Head,
};

/// How this program is told to be the site.
pub const ARGUMENT: &str = "--site";

const PAGES: usize = 1000;
/// Links from each page.
const LINKS: usize = 40;
/// Politeness off.
const AT_ONCE: &str = "8";
/// How often the memory is looked at.
const LOOK: Duration = Duration::from_millis(10);

pub fn crawl(bench: &mut Bench) -> Result<()> {
    let site = Process::start(Command::new(std::env::current_exe()?).arg(ARGUMENT))?;
    let agent = bench.home.agent("Aria of a site")?;
    let url = format!("http://{}/", site.address);
    let mut seconds = Vec::new();
    for run in ["first", "unchanged"] {
        let pages = PAGES.to_string();
        let more = ["--max-pages", &pages, "--at-once", AT_ONCE, &url, "--json"];
        let add = [&["knowledge", "add", "--agent", agent.as_str()][..], &more].concat();
        let mut command = bench.home.command();
        let begin = Instant::now();
        let child = command.args(&add).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        let (stop, stopped) = mpsc::channel();
        let id = child.id();
        let watch = thread::spawn(move || memory_peak(id, &stopped));
        let output = child.wait_with_output()?;
        let took = begin.elapsed().as_secs_f64();
        drop(stop);
        let peak = watch.join().map_err(|_| "the memory was not watched")?;
        if !output.status.success() {
            return Err(format!("the crawl failed: {}", output.status).into());
        }
        let report: Value = serde_json::from_slice(&output.stdout)?;
        let number = |key: &str| report[key].as_f64().unwrap_or_default();
        Line::new("crawl")
            .with("run", run)
            .number("pages", number("pages"))
            .number("unchanged", number("unchanged"))
            .number("passages_written", number("passages"))
            .number("seconds", took)
            .number("pages_per_second", number("pages") / took)
            .number("memory_mb", mb(peak))
            .print();
        if run == "first" {
            let bar = Bar::AtLeast(100.0);
            bench.table.row("crawl of 1,000 pages", number("pages") / took, "/s", &bar);
            bench.table.row("crawl: memory", mb(peak), " MB", &Bar::AtMost(150.0));
        }
        seconds.push(took);
    }
    let share = 100.0 * seconds[1] / seconds[0];
    bench.table.row("crawl again, nothing changed: time", share, " %", &Bar::AtMost(10.0));
    Ok(())
}

/// The most memory that the process held until it was told to stop.
fn memory_peak(id: u32, stopped: &mpsc::Receiver<()>) -> u64 {
    let mut peak = 0;
    while stopped.recv_timeout(LOOK) == Err(mpsc::RecvTimeoutError::Timeout) {
        let status = fs::read_to_string(Path::new("/proc").join(id.to_string()).join("status"));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or_default() * 1024);
    }
    peak
}

/// Serves until killed, on one thread.
pub fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on http://{}", listener.local_addr()?);
        loop {
            let (socket, _) = listener.accept().await?;
            // A caller who leaves is no failure of ours.
            tokio::spawn(async { drop(answer(socket).await) });
        }
    })
}

async fn answer(mut socket: TcpStream) -> Result<()> {
    socket.set_nodelay(true)?;
    let mut received = BytesMut::with_capacity(16 * 1024);
    loop {
        let head = loop {
            if let Some(head) = Head::take(&mut received)? {
                break head;
            }
            if socket.read_buf(&mut received).await? == 0 {
                return Ok(());
            }
        };
        let path = head.second_word();
        let number = if path == "/" { Some(0) } else { page_number(path) };
        let response = match number {
            None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            Some(number) if head.header("if-none-match") == Some(&format!("\"{number}\"")) => {
                format!("HTTP/1.1 304 Not Modified\r\nETag: \"{number}\"\r\n\r\n")
            }
            Some(number) => {
                let body = page(number);
                format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: \"{number}\"\r\n\
                     Content-Length: {}\r\n\r\n{body}",
                    body.len()
                )
            }
        };
        socket.write_all(response.as_bytes()).await?;
    }
}

fn page_number(path: &str) -> Option<usize> {
    path.strip_prefix("/page-")?.parse().ok().filter(|number| *number < PAGES)
}

/// As pages of real sites are: a menu, some sections, links to others of them.
fn page(number: usize) -> String {
    let links: String = (1..=LINKS)
        .map(|step| (number * 7 + step * step) % PAGES)
        .map(|to| format!("<li><a href=\"/page-{to}\">Page {to}</a></li>"))
        .collect();
    let text: String = corpus::page(number)
        .split("\n\n")
        .map(|block| match block.trim().split_once(' ') {
            Some(("#", title)) => format!("<h1>{title}</h1>"),
            Some(("##", title)) => format!("<h2 id=\"s{}\">{title}</h2>", title.len()),
            _ => format!("<p>{block}</p>"),
        })
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><head><title>Page {number}</title></head><body><nav><ul>{links}</ul></nav>\
         <main>{text}</main><footer>All rights reserved.</footer></body></html>"
    )
}
