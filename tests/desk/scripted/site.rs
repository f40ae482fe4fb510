//! A website by script: pages, redirects, robots.txt and sitemap as a test writes them, and a list of who asked for what.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use super::{After, Received, gzip, respond, serve};

#[derive(Clone)]
pub struct Site {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    pages: Mutex<HashMap<String, Page>>,
    requests: Mutex<Vec<Received>>,
}

#[derive(Debug, Clone)]
pub struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
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
        Self { status: 200, headers, body: body.as_ref().to_vec() }
    }

    pub fn redirect(to: &str) -> Self {
        Self {
            status: 302,
            headers: vec![("Location".to_owned(), to.to_owned())],
            body: Vec::new(),
        }
    }

    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
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
            let page = state.answer(request);
            let after: After = respond(&mut stream, page.status, &page.headers, &page.body).await;
            (stream, after)
        });
        Self { address, state }
    }

    pub fn has(&self, path: &str, page: Page) -> &Self {
        self.state.pages.lock().unwrap().insert(path.to_owned(), page);
        self
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
    fn answer(&self, request: Received) -> Page {
        let page = self.pages.lock().unwrap().get(&request.path).cloned();
        let asked_for = request.header("If-None-Match").map(str::to_owned);
        self.requests.lock().unwrap().push(request);
        let Some(page) = page else { return Page::status(404) };
        let tag = page.headers.iter().find(|(name, _)| name == "ETag").map(|(_, tag)| tag.clone());
        if tag.is_some() && tag == asked_for { Page::status(304) } else { page }
    }
}
