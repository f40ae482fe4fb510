//! Turns as their listeners live them: a question goes out, words come in, the end comes. What is asked and who answers
//! is given.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use crate::{
    client::{self, Connection},
    desk::{self, MESSAGES_PER_VISITOR, Visitor},
    load,
    model::{FIRST_WORD, Model, Pace},
    process::Process,
    report::{Result, count},
};

/// How many turns at once, and after each other.
#[derive(Clone, Copy)]
pub struct Plan {
    /// Connections, each with one turn at a time.
    pub lanes: usize,
    /// On each lane, at most.
    pub turns: usize,
    /// The lanes begin evenly spread over this time.
    pub spread: Duration,
    /// No turn begins later than so long after the first.
    pub lasting: Option<Duration>,
}

pub struct Turn {
    pub first_ms: f64,
    pub whole_ms: f64,
}

/// What a frame is, to a listener.
pub enum Heard {
    Token,
    End,
    Other,
}

/// Has the planned turns at `address`.
///
/// # Errors
/// A turn whose first frame of words does not hold `begins`, one without its end, or one that is refused.
pub fn converse(
    address: SocketAddr,
    plan: &Plan,
    begins: &str,
    hear: impl Fn(&[u8]) -> Heard + Sync,
    request: impl Fn(usize, usize) -> Vec<u8> + Sync,
) -> Result<Vec<Turn>> {
    let end = plan.lasting.map(|lasting| Instant::now() + lasting);
    let turns = load::together(plan.lanes, async |lane| {
        let mut connection = Connection::open(address).await?;
        load::take_turn(lane, plan.lanes, plan.spread).await;
        let mut turns = Vec::new();
        for turn in 0..plan.turns {
            let request = request(lane, turn);
            let begin = Instant::now();
            if end.is_some_and(|end| begin >= end) {
                break;
            }
            let (mut first, mut ended) = (None, false);
            // What to show when it goes wrong.
            let mut seen = Vec::new();
            connection
                .listen(&request, |frame| match hear(frame) {
                    Heard::Token if first.is_none() => {
                        first = Some((load::ms_since(begin), contains(frame, begins)));
                        seen.extend_from_slice(frame);
                    }
                    Heard::Token => {}
                    Heard::End => ended = true,
                    Heard::Other => seen.extend_from_slice(frame),
                })
                .await?;
            match first {
                Some((first_ms, true)) if ended => {
                    turns.push(Turn { first_ms, whole_ms: load::ms_since(begin) });
                }
                _ => {
                    return Err(
                        format!("a turn went wrong: {}", String::from_utf8_lossy(&seen)).into()
                    );
                }
            }
        }
        Ok(turns)
    })?;
    Ok(turns.into_iter().flatten().collect())
}

/// What a frame of ours is.
pub fn hear_desk(frame: &[u8]) -> Heard {
    match desk::event(frame) {
        b"token" => Heard::Token,
        b"done" => Heard::End,
        _ => Heard::Other,
    }
}

/// What a frame of the model is; its opening frame has no words.
fn hear_model(frame: &[u8]) -> Heard {
    match frame {
        b"[DONE]" => Heard::End,
        frame if contains(frame, r#""content":""#) && !contains(frame, r#""content":"""#) => {
            Heard::Token
        }
        _ => Heard::Other,
    }
}

pub fn contains(frame: &[u8], words: &str) -> bool {
    words.is_empty() || frame.windows(words.len()).any(|bytes| bytes == words.as_bytes())
}

/// Who asks this turn: a visitor leaves before the limit.
pub fn asker(visitors: &[Vec<Visitor>], lane: usize, turn: usize) -> &Visitor {
    &visitors[lane][turn / MESSAGES_PER_VISITOR]
}

/// All that was measured of one way of asking, over some rounds.
#[derive(Default)]
pub struct Asked {
    pub first_ms: Vec<f64>,
    pub whole_ms: Vec<f64>,
    /// Of the desk's processor.
    cpu_seconds: f64,
    seconds: f64,
}

impl Asked {
    /// Has the turns at the model itself, with nothing between.
    pub fn ask_model(&mut self, model: &Model, pace: Pace, plan: &Plan) -> Result<()> {
        let path = format!("/{}/v1/chat/completions", pace.name());
        let body = r#"{"model":"scripted","stream":true,"messages":[{"role":"user","content":"When do you open?"}]}"#;
        let request = client::post(&path, &[], body);
        let begin = Instant::now();
        let turns =
            converse(model.0.address, plan, FIRST_WORD, hear_model, |_, _| request.clone())?;
        self.add(&turns, begin, 0.0);
        Ok(())
    }

    /// Has the turns with new visitors of the desk, whose questions are `question(lane, turn)` and whose answers begin
    /// with `begins`.
    pub fn ask_desk(
        &mut self,
        desk: &Process,
        agent: &str,
        plan: &Plan,
        begins: &str,
        question: impl Fn(usize, usize) -> String + Sync,
    ) -> Result<()> {
        let visitors = desk::arrive(desk.address, agent, plan.lanes, plan.turns)?;
        let (cpu, begin) = (desk.cpu_seconds()?, Instant::now());
        let turns = converse(desk.address, plan, begins, hear_desk, |lane, turn| {
            asker(&visitors, lane, turn).streams(&question(lane, turn))
        })?;
        self.add(&turns, begin, desk.cpu_seconds()? - cpu);
        Ok(())
    }

    pub fn per_second(&self) -> f64 {
        count(self.first_ms.len()) / self.seconds
    }

    pub fn cpu_seconds_per_1000(&self) -> f64 {
        self.cpu_seconds * 1000.0 / count(self.first_ms.len())
    }

    fn add(&mut self, turns: &[Turn], begin: Instant, cpu_seconds: f64) {
        self.first_ms.extend(turns.iter().map(|turn| turn.first_ms));
        self.whole_ms.extend(turns.iter().map(|turn| turn.whole_ms));
        self.seconds += begin.elapsed().as_secs_f64();
        self.cpu_seconds += cpu_seconds;
    }
}
