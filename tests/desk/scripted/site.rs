//! A website by script: pages, redirects, robots.txt and sitemap as a test writes them, and a list of who asked for what.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use super::{After, Gate, Received, gzip, respond, serve};

#[derive(Clone)]
pub struct Site {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    pages: Mutex<HashMap<String, Page>>,
    /// Said before the page of that path, each once.
    first: Mutex<HashMap<String, VecDeque<Page>>>,
    requests: Mutex<Vec<Received>>,
    /// Requests under way, and the most that there ever were.
    at_once: Mutex<(usize, usize)>,
}

#[derive(Debug, Clone)]
pub struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    gate: Option<Gate>,
}

impl Page {
    /// A page with a heading, what is around it on real sites, and links to other pages.
    pub fn about(title: &str, text: &str, links: &[&str]) -> Self {
        let links: String =
            links.iter().map(|to| format!("<li><a href=\"{to}\">{to}</a></li>")).collect();
        Self::html(&format!(
            "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body>\
             <nav><ul>{links}</ul></nav><main><h1>{title}</h1><p>{text}</p></main>\
             <footer>© The scripted shop. All rights reserved.</footer></body></html>"
        ))
    }

    pub fn html(body: &str) -> Self {
        Self::of("text/html; charset=utf-8", body)
    }

    pub fn of(content_type: &str, body: impl AsRef<[u8]>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self { status: 200, headers, body: body.as_ref().to_vec(), gate: None }
    }

    pub fn redirect(to: &str) -> Self {
        Self {
            status: 302,
            headers: vec![("Location".to_owned(), to.to_owned())],
            body: Vec::new(),
            gate: None,
        }
    }

    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), gate: None }
    }

    /// Said only once the gate is open.
    pub fn waits_for(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn gzipped(mut self) -> Self {
        self.body = gzip(&self.body);
        self.header("Content-Encoding", "gzip")
    }
}

impl Site {
    pub fn start() -> Self {
        let state = Arc::new(State::default());
        let address = serve(state.clone(), |state: Arc<State>, request, mut stream| async move {
            state.begin();
            let page = state.answer(request);
            if let Some(gate) = &page.gate {
                gate.opened().await;
            }
            // So that requests that are sent at once are seen to be.
            tokio::task::yield_now().await;
            state.end();
            let after: After = respond(&mut stream, page.status, &page.headers, &page.body).await;
            (stream, after)
        });
        Self { address, state }
    }

    pub fn has(&self, path: &str, page: Page) -> &Self {
        self.state.pages.lock().unwrap().insert(path.to_owned(), page);
        self
    }

    /// Nothing is there any more.
    pub fn has_no(&self, path: &str) -> &Self {
        self.state.pages.lock().unwrap().remove(path);
        self
    }

    /// Answers the next request for the path with this, before it goes on with its page.
    pub fn first(&self, path: &str, page: Page) -> &Self {
        self.state.first.lock().unwrap().entry(path.to_owned()).or_default().push_back(page);
        self
    }

    /// The most requests that were under way at once.
    pub fn most_at_once(&self) -> usize {
        self.state.at_once.lock().unwrap().1
    }

    /// Forgets who asked for what so far.
    pub fn forgets(&self) {
        self.state.requests.lock().unwrap().clear();
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The paths that were asked for, in order.
    pub fn visited(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.path).collect()
    }

    pub fn requests(&self) -> Vec<Received> {
        self.state.requests.lock().unwrap().clone()
    }
}

impl State {
    fn begin(&self) {
        let mut at_once = self.at_once.lock().unwrap();
        at_once.0 += 1;
        at_once.1 = at_once.1.max(at_once.0);
    }

    fn end(&self) {
        self.at_once.lock().unwrap().0 -= 1;
    }

    fn answer(&self, request: Received) -> Page {
        let first = self.first.lock().unwrap().get_mut(&request.path).and_then(VecDeque::pop_front);
        let page = first.or_else(|| self.pages.lock().unwrap().get(&request.path).cloned());
        let asked_for = request.header("If-None-Match").map(str::to_owned);
        let asked_since = request.header("If-Modified-Since").map(str::to_owned);
        self.requests.lock().unwrap().push(request);
        let Some(page) = page else { return Page::status(404) };
        let said = |name: &str| {
            page.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let (tag, date) = (said("ETag"), said("Last-Modified"));
        let same = |said: Option<String>, asked| said.is_some() && said == asked;
        if same(tag, asked_for) || same(date, asked_since) { Page::status(304) } else { page }
    }
}
