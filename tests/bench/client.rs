//! The visitors' side of the wire: one keep-alive connection that costs little, because it shares the machine's cores
//! with what is measured.

use std::{fmt::Write as _, net::SocketAddr};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    report::Result,
    wire::{Body, Head, line, wrong},
};

pub struct Connection {
    socket: TcpStream,
    received: BytesMut,
}

impl Connection {
    pub async fn open(to: SocketAddr) -> Result<Self> {
        let socket = TcpStream::connect(to).await?;
        socket.set_nodelay(true)?;
        Ok(Self { socket, received: BytesMut::with_capacity(2048) })
    }

    /// Sends one request and takes the whole body of its answer.
    ///
    /// # Errors
    /// Any status but 200, with the body; a connection that ends too early.
    pub async fn ask(&mut self, request: &[u8]) -> Result<BytesMut> {
        let (status, mut body) = self.begin(request).await?;
        let mut content = BytesMut::new();
        while !self.more(&mut body, &mut content).await? {}
        if status == "200" { Ok(content) } else { Err(refusal(&status, &content)) }
    }

    /// Sends one request, takes the whole body of its answer, and gives the status.
    ///
    /// # Errors
    /// A connection that ends too early.
    pub async fn status(&mut self, request: &[u8]) -> Result<String> {
        let (status, mut body) = self.begin(request).await?;
        let mut content = BytesMut::new();
        while !self.more(&mut body, &mut content).await? {}
        Ok(status)
    }

    /// Sends one request and hands over the `data:` lines of its answer as they come.
    ///
    /// # Errors
    /// As for [`Connection::ask`].
    pub async fn listen(&mut self, request: &[u8], mut on_data: impl FnMut(&[u8])) -> Result<()> {
        let (status, mut body) = self.begin(request).await?;
        let mut content = BytesMut::new();
        loop {
            let whole = self.more(&mut body, &mut content).await?;
            if status == "200" {
                while let Some(line) = line(&mut content) {
                    if let Some(data) = line.strip_prefix(b"data:") {
                        on_data(data.trim_ascii());
                    }
                }
            }
            if whole {
                return if status == "200" { Ok(()) } else { Err(refusal(&status, &content)) };
            }
        }
    }

    async fn begin(&mut self, request: &[u8]) -> Result<(String, Body)> {
        self.socket.write_all(request).await?;
        loop {
            if let Some(head) = Head::take(&mut self.received)? {
                return Ok((head.second_word().to_owned(), head.body()?));
            }
            self.read().await?;
        }
    }

    /// Reads on, unless what is there completes the body; true when it is whole.
    async fn more(&mut self, body: &mut Body, content: &mut BytesMut) -> Result<bool> {
        body.take(&mut self.received, content)?;
        if !body.is_whole() {
            self.read().await?;
            body.take(&mut self.received, content)?;
        }
        Ok(body.is_whole())
    }

    async fn read(&mut self) -> Result<()> {
        if self.socket.read_buf(&mut self.received).await? == 0 {
            return Err(wrong("the connection ended within an answer").into());
        }
        Ok(())
    }
}

/// The bytes of a GET.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench.example\r\n\r\n").into_bytes()
}

/// The bytes of a POST of JSON, with more headers if wanted.
pub fn post(path: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: bench.example\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        let _ = write!(request, "{name}: {value}\r\n");
    }
    let _ = write!(request, "\r\n{body}");
    request.into_bytes()
}

fn refusal(status: &str, content: &[u8]) -> Box<dyn std::error::Error + Send + Sync> {
    format!("answered {status}: {}", String::from_utf8_lossy(content)).into()
}
