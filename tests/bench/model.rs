//! A scripted model server that speaks the usual chat format: what it says and when is known, so what is measured on
//! top of it is ours. Runs as a process of its own; the first part of the path says how fast it talks.

use std::{fmt::Write as _, process::Command, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep_until},
};

use crate::{process::Process, report::Result, wire::Head};

/// How this program is told to be it.
pub const ARGUMENT: &str = "--model";
/// The first word of every answer: whoever sees it heard the model.
pub const FIRST_WORD: &str = "Certainly";
/// A question with these words is answered at once, whatever the path says: for warming up.
pub const HURRY: &str = "answer at once please";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// 40 tokens in one write.
    AtOnce,
    /// The first of 40 tokens after 200 ms, then one each 20 ms.
    Realistic,
    /// 400 tokens, one each 50 ms.
    Slow,
}

impl Pace {
    const ALL: [Self; 3] = [Self::AtOnce, Self::Realistic, Self::Slow];

    pub const fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Realistic => "realistic",
            Self::Slow => "slow",
        }
    }

    const fn tokens(self) -> u32 {
        match self {
            Self::AtOnce | Self::Realistic => 40,
            Self::Slow => 400,
        }
    }

    /// Until the first token, and between two.
    const fn waits(self) -> (Duration, Duration) {
        match self {
            Self::AtOnce => (Duration::ZERO, Duration::ZERO),
            Self::Realistic => (Duration::from_millis(200), Duration::from_millis(20)),
            Self::Slow => (Duration::from_millis(50), Duration::from_millis(50)),
        }
    }
}

/// The running server, and the base URL for each pace.
pub struct Model(pub Process);

impl Model {
    pub fn start() -> Result<Self> {
        Ok(Self(Process::start(Command::new(std::env::current_exe()?).arg(ARGUMENT))?))
    }

    pub fn url(&self, pace: Pace) -> String {
        format!("http://{}/{}/v1", self.0.address, pace.name())
    }
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
            tokio::spawn(async { drop(converse(socket).await) });
        }
    })
}

async fn converse(mut socket: TcpStream) -> Result<()> {
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
        let mut body = head.body()?;
        let mut question = BytesMut::new();
        body.take(&mut received, &mut question)?;
        while !body.is_whole() {
            if socket.read_buf(&mut received).await? == 0 {
                return Ok(());
            }
            body.take(&mut received, &mut question)?;
        }
        let named = head.second_word().split('/').nth(1).unwrap_or_default();
        let pace = Pace::ALL.into_iter().find(|pace| pace.name() == named).unwrap_or(Pace::AtOnce);
        let in_a_hurry = pace == Pace::Slow
            && question.windows(HURRY.len()).any(|words| words == HURRY.as_bytes());
        answer(&mut socket, if in_a_hurry { Pace::AtOnce } else { pace }).await?;
    }
}

async fn answer(socket: &mut TcpStream, pace: Pace) -> Result<()> {
    let begin = Instant::now();
    let (first, next) = pace.waits();
    let mut out = String::from(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    frame(&mut out, r#"{"role":"assistant","content":""}"#, "null");
    for token in 0..pace.tokens() {
        if pace != Pace::AtOnce {
            socket.write_all(out.as_bytes()).await?;
            out.clear();
            sleep_until(begin + first + next * token).await;
        }
        let content = match token {
            0 => FIRST_WORD,
            _ if token + 2 == pace.tokens() => " [1]",
            _ if token + 1 == pace.tokens() => ".",
            _ => " word",
        };
        frame(&mut out, &format!(r#"{{"content":"{content}"}}"#), "null");
    }
    frame(&mut out, "{}", r#""stop""#);
    chunk(&mut out, "data: [DONE]\n\n");
    out.push_str("0\r\n\r\n");
    socket.write_all(out.as_bytes()).await?;
    Ok(())
}

/// One frame in a chunk of its own, as model servers send them.
fn frame(out: &mut String, delta: &str, finish_reason: &str) {
    let frame = format!(
        "data: {{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1767225600,\"model\":\"scripted\",\
         \"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{finish_reason}}}]}}\n\n"
    );
    chunk(out, &frame);
}

fn chunk(out: &mut String, text: &str) {
    let _ = write!(out, "{:x}\r\n{text}\r\n", text.len());
}
