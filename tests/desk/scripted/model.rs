//! A model server of OpenAI's wire format or of Anthropic's that speaks by script: which bytes leave, when, and how it
//! breaks.
//! A request that no reply was written for, and a reply that nobody asked for, fail the test.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{After, Gate, Received, respond, serve};
use crate::harness::{Log, until};

/// How much of an endless line is sent before the script gives up: more than anybody should read.
const ENDLESS: usize = 256 << 20;

#[derive(Clone)]
pub struct Model {
    address: SocketAddr,
    state: Arc<State>,
}

/// How a model server is spoken to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Api {
    #[default]
    OpenAi,
    Anthropic,
}

#[derive(Default)]
struct State {
    api: Api,
    replies: Mutex<VecDeque<Reply>>,
    always: Mutex<Option<Reply>>,
    requests: Mutex<Vec<Received>>,
    surprises: Mutex<Vec<String>>,
}

/// What the model says to one request.
#[derive(Debug, Clone)]
pub struct Reply(Vec<Step>);

#[derive(Debug, Clone)]
enum Step {
    Status(u16, String),
    Head,
    Say(String),
    /// Tokens in and out.
    Usage(u32, u32),
    /// The model says that it is finished.
    Stop,
    /// One chunk of the body, as it is.
    Send(Vec<u8>),
    Wait(Gate),
    /// Nothing more, until the other side gives up.
    Silence,
    Endless,
    End,
    /// The end of the body, and of the connection.
    HangUp,
}

impl Reply {
    /// A whole answer, one token a frame.
    pub fn says(tokens: &[&str]) -> Self {
        Self::begins(tokens).ends()
    }

    /// The header and some tokens; what comes then is said by the methods below. Without one the line is cut.
    pub fn begins(tokens: &[&str]) -> Self {
        Self(vec![Step::Head]).then(tokens)
    }

    pub fn status(status: u16) -> Self {
        let body = json!({"error": {"message": "scripted refusal", "type": "server_error"}});
        Self(vec![Step::Status(status, body.to_string())])
    }

    /// Status 200, and no event stream at all.
    pub fn garbage() -> Self {
        Self(vec![Step::Status(200, "<html><h1>It works!</h1></html>\0\u{fffd}".into())])
    }

    /// The request is taken, and not a byte comes back.
    pub fn mute() -> Self {
        Self(vec![Step::Silence])
    }

    pub fn then(mut self, tokens: &[&str]) -> Self {
        self.0.extend(tokens.iter().map(|&token| Step::Say(token.to_owned())));
        self
    }

    /// Tells how many tokens it read and said.
    pub fn used(mut self, input: u32, output: u32) -> Self {
        self.0.push(Step::Usage(input, output));
        self
    }

    /// One chunk of the body, as it is.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.push(Step::Send(bytes.to_vec()));
        self
    }

    pub fn waits_for(mut self, gate: &Gate) -> Self {
        self.0.push(Step::Wait(gate.clone()));
        self
    }

    pub fn falls_silent(mut self) -> Self {
        self.0.push(Step::Silence);
        self
    }

    /// A line that goes on and on.
    pub fn never_ends_its_line(mut self) -> Self {
        self.0.push(Step::Endless);
        self
    }

    pub fn ends(mut self) -> Self {
        self.0.extend([Step::Stop, Step::End]);
        self
    }

    /// Whole, and then the line is cut.
    pub fn hangs_up(mut self) -> Self {
        self.0.extend([Step::Stop, Step::HangUp]);
        self
    }

    async fn play(self, api: Api, stream: &mut TcpStream) -> After {
        for step in self.0 {
            let sent = match step {
                Step::Status(status, body) => {
                    return respond(stream, status, &[], body.as_bytes()).await;
                }
                Step::Head => {
                    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
                    let sent = stream.write_all(head.as_bytes()).await;
                    match (sent, api.opening()) {
                        (Ok(()), Some(frame)) => chunk(stream, &frame).await,
                        (sent, _) => sent,
                    }
                }
                Step::Say(token) => chunk(stream, &api.token(&token)).await,
                Step::Usage(input, output) => chunk(stream, &api.usage(input, output)).await,
                Step::Stop => chunk(stream, &api.stop()).await,
                Step::Send(bytes) => chunk(stream, &bytes).await,
                Step::Wait(gate) => {
                    gate.opened().await;
                    Ok(())
                }
                Step::Silence => {
                    let _ = stream.read(&mut [0; 64]).await;
                    return After::Close;
                }
                Step::Endless => endless(stream).await,
                Step::HangUp => {
                    let _ = stream.write_all(b"0\r\n\r\n").await;
                    return After::Close;
                }
                Step::End => {
                    return stream
                        .write_all(b"0\r\n\r\n")
                        .await
                        .map_or(After::Close, |()| After::Next);
                }
            };
            if sent.is_err() {
                return After::Close;
            }
        }
        After::Close
    }
}

impl Api {
    fn opening(self) -> Option<Vec<u8>> {
        (self == Self::Anthropic).then(|| {
            let begun = json!({"type": "message_start", "message": {"id": "msg_1", "role": "assistant", "content": []}});
            let block = json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}});
            [event(&begun), event(&json!({"type": "ping"})), event(&block)].concat()
        })
    }

    fn token(self, token: &str) -> Vec<u8> {
        match self {
            Self::OpenAi => frame(&json!({"content": token}), None),
            Self::Anthropic => {
                let delta = json!({"type": "text_delta", "text": token});
                event(&json!({"type": "content_block_delta", "index": 0, "delta": delta}))
            }
        }
    }

    fn usage(self, input: u32, output: u32) -> Vec<u8> {
        match self {
            Self::OpenAi => {
                let usage = json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output});
                format!("data: {}\n\n", json!({"choices": [], "usage": usage})).into_bytes()
            }
            Self::Anthropic => {
                let usage = json!({"input_tokens": input, "output_tokens": 1});
                let begun = event(&json!({"type": "message_start", "message": {"usage": usage}}));
                let usage = json!({"output_tokens": output});
                [begun, event(&json!({"type": "message_delta", "delta": {}, "usage": usage}))]
                    .concat()
            }
        }
    }

    fn stop(self) -> Vec<u8> {
        match self {
            Self::OpenAi => {
                [frame(&json!({}), Some("stop")), b"data: [DONE]\n\n".to_vec()].concat()
            }
            Self::Anthropic => [
                event(&json!({"type": "content_block_stop", "index": 0})),
                event(&json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}})),
                event(&json!({"type": "message_stop"})),
            ]
            .concat(),
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::OpenAi => "/v1/chat/completions",
            Self::Anthropic => "/v1/messages",
        }
    }
}

/// An event of Anthropic's, which carries its name twice.
fn event(event: &Value) -> Vec<u8> {
    let name = event["type"].as_str().expect("a name");
    format!("event: {name}\ndata: {event}\n\n").into_bytes()
}

/// A frame of a streamed chat completion.
fn frame(delta: &Value, finish: Option<&str>) -> Vec<u8> {
    let chunk = json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    });
    format!("data: {chunk}\n\n").into_bytes()
}

async fn chunk(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    stream.write_all(&chunk).await
}

async fn endless(stream: &mut TcpStream) -> std::io::Result<()> {
    chunk(stream, b"data: {\"choices\":[{\"delta\":{\"content\":\"").await?;
    let piece = vec![b'a'; 1 << 16];
    for _ in 0..ENDLESS / piece.len() {
        chunk(stream, &piece).await?;
    }
    Ok(())
}

impl Model {
    pub fn start() -> Self {
        Self::speaking(Api::OpenAi)
    }

    pub fn speaking(api: Api) -> Self {
        let state = Arc::new(State { api, ..State::default() });
        let address = serve(state.clone(), |state: Arc<State>, request, mut stream| async move {
            let reply = state.reply_to(request);
            let after = reply.play(state.api, &mut stream).await;
            (stream, after)
        });
        Self { address, state }
    }

    /// The base of its API.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Writes down the reply to the next request that has none yet.
    pub fn will(&self, reply: Reply) {
        self.state.replies.lock().unwrap().push_back(reply);
    }

    /// The reply to every request that no other is written for.
    pub fn always(&self, reply: Reply) {
        *self.state.always.lock().unwrap() = Some(reply);
    }

    pub fn requests(&self) -> Vec<Received> {
        self.state.requests.lock().unwrap().clone()
    }

    /// The body of the latest request, once at least `count` have come.
    pub async fn heard(&self, count: usize, log: &Log) -> Value {
        let what = format!("the model was asked {count} times");
        until(&what, log, || async {
            let requests = self.requests();
            let latest = requests.last().filter(|_| requests.len() >= count)?;
            Some(serde_json::from_slice(&latest.body).expect("a request in JSON"))
        })
        .await
    }

    /// Every reply was asked for, and every request had one.
    pub fn check(&self) -> Result<(), String> {
        let unread = self.state.replies.lock().unwrap().len();
        if unread > 0 {
            return Err(format!("{unread} replies of the scripted model were never asked for"));
        }
        match self.state.surprises.lock().unwrap().first() {
            Some(request) => Err(format!("the scripted model had no reply to {request}")),
            None => Ok(()),
        }
    }
}

impl State {
    fn reply_to(&self, request: Received) -> Reply {
        let expected = request.method == "POST" && request.path == self.api.path();
        let reply = expected.then(|| {
            let next = self.replies.lock().unwrap().pop_front();
            next.or_else(|| self.always.lock().unwrap().clone())
        });
        if reply.as_ref().is_none_or(Option::is_none) {
            let asked = String::from_utf8_lossy(&request.body);
            let text = format!("{} {} {asked}", request.method, request.path);
            self.surprises.lock().unwrap().push(text);
        }
        self.requests.lock().unwrap().push(request);
        reply.flatten().unwrap_or_else(|| Reply::status(404))
    }
}
