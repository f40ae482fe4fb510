//! An embedding server of OpenAI's wire format. A text's vector counts the words of a few topics in it, so that texts about
//! one topic are near, whatever their words; how many dimensions it has and how it fails, the test says.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::{Received, respond, serve};

/// Words of one topic each.
const TOPICS: &[&[&str]] = &[
    &["return", "refund", "send", "money", "back"],
    &["open", "hours", "monday", "come", "by"],
    &["shipping", "costs", "parcel", "postage"],
];

#[derive(Clone)]
pub struct Embeddings {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    mood: Mood,
    dimensions: usize,
    requests: Vec<Received>,
}

/// How it answers.
#[derive(Debug, Clone, Copy)]
pub enum Mood {
    Fine,
    /// 503.
    Down,
    Garbage,
    /// One vector less than texts.
    Short,
    /// Vectors without numbers.
    Empty,
    /// Vectors of several lengths.
    Ragged,
}

impl Embeddings {
    pub fn start(dimensions: usize) -> Self {
        let state = State { mood: Mood::Fine, dimensions, requests: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let address =
            serve(state.clone(), |state: Arc<Mutex<State>>, request, mut stream| async move {
                let (status, body) = state.lock().unwrap().answer(request);
                let kind = [("Content-Type".to_owned(), "application/json".to_owned())];
                let after = respond(&mut stream, status, &kind, body.as_bytes()).await;
                (stream, after)
            });
        Self { address, state }
    }

    /// The base of its API.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub fn is(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// From now on its vectors have another length.
    pub fn becomes(&self, dimensions: usize) {
        self.state.lock().unwrap().dimensions = dimensions;
    }

    pub fn requests(&self) -> Vec<Received> {
        self.state.lock().unwrap().requests.clone()
    }

    /// The texts of each request.
    pub fn texts(&self) -> Vec<Vec<String>> {
        let texts = |request: &Received| {
            let body: Value = serde_json::from_slice(&request.body).expect("a request in JSON");
            let input = body["input"].as_array().expect("a list of texts");
            input.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
        };
        self.requests().iter().map(texts).collect()
    }
}

impl State {
    fn answer(&mut self, request: Received) -> (u16, String) {
        let expected = request.method == "POST" && request.path == "/v1/embeddings";
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        self.requests.push(request);
        let Some(texts) = body["input"].as_array().filter(|_| expected) else {
            return (404, json!({"error": {"message": "scripted"}}).to_string());
        };
        let mut vectors: Vec<Vec<f32>> = texts
            .iter()
            .map(|text| vector(text.as_str().unwrap_or_default(), self.dimensions))
            .collect();
        match self.mood {
            Mood::Fine => {}
            Mood::Down => return (503, "busy".to_owned()),
            Mood::Garbage => return (200, "<html>It works!</html>".to_owned()),
            Mood::Short => drop(vectors.pop()),
            Mood::Empty => vectors.iter_mut().for_each(Vec::clear),
            Mood::Ragged => vectors.iter_mut().take(1).for_each(|vector| vector.push(1.0)),
        }
        // In any order: each says which text it belongs to.
        let data: Vec<Value> = vectors
            .iter()
            .enumerate()
            .rev()
            .map(|(index, vector)| json!({"object": "embedding", "index": index, "embedding": vector}))
            .collect();
        (200, json!({"object": "list", "data": data, "model": "scripted"}).to_string())
    }
}

fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    let text = text.to_lowercase();
    let mut vector = vec![0.01; dimensions];
    for (number, topic) in vector.iter_mut().zip(TOPICS) {
        *number += topic.iter().map(|word| text.matches(word).count() as f32).sum::<f32>();
    }
    vector
}
