//! The demo's website: the sample that the binary carries, or the pages that were added from a folder or a site, each
//! with the widget on it. Without a demo, `/` leads to the documentation.

use poem::{
    Endpoint, Request, Response,
    http::{StatusCode, header},
};

use super::{
    assets::{Asset, asset, read_only},
    tag,
};
use crate::{
    desk::Desk,
    error::{Error, Result},
    id::AgentId,
    store::library,
};

/// What stands in the sample's files for the address under which it is served.
const ORIGIN: &str = "{{origin}}";
const STYLE: &str = "/frontdesk-pages/shell.css";
/// Pages listed on the first one.
const LISTED: u32 = 1000;

#[derive(Clone)]
pub struct Site {
    pub agent_id: AgentId,
    /// Scheme, host and port under which this server is reached.
    pub origin: String,
    pub content: Content,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The pages in the binary.
    Sample,
    /// The pages in the agent's knowledge, as they were read.
    Knowledge,
}

/// Answers what no other route does.
pub struct Pages {
    pub desk: Desk,
    pub site: Option<Site>,
}

impl Endpoint for Pages {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let path = request.uri().path();
        let response = match &self.site {
            None if path == "/" => Response::builder()
                .status(StatusCode::FOUND)
                .header(header::LOCATION, "/docs")
                .finish(),
            None => return Err(nothing().into()),
            Some(site) if site.content == Content::Sample => sample(site, &request)?,
            Some(_) if path == STYLE => {
                asset(&request, &Asset::carried("pages/shell.css").ok_or_else(nothing)?)
            }
            Some(site) if path == "/" => index(&self.desk, site).await?,
            Some(site) => known_page(&self.desk, site, path).await?,
        };
        read_only(&request, response)
    }
}

fn sample(site: &Site, request: &Request) -> Result<Response> {
    let path = match request.uri().path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let found = Asset::carried(&format!("demo/{path}")).ok_or_else(nothing)?;
    if !path.ends_with(".html") && !path.ends_with(".xml") && path != "robots.txt" {
        return Ok(asset(request, &found));
    }
    let text = found.text().replace(ORIGIN, &site.origin);
    let text = text.replace("</body>", &format!("{}\n</body>", script(site)));
    Ok(asset(request, &Asset::made(found.content_type(), text.into_bytes())))
}

/// The pages that there are to ask about.
async fn index(desk: &Desk, site: &Site) -> Result<Response> {
    let agent_id = site.agent_id;
    let listed = desk.store.read(move |db| library::list(db, agent_id, LISTED)).await?;
    let mut content = format!(
        "<h1>Ask about these pages</h1>\n<p class=\"about\">{} pages are known. The button at the lower right \
         opens the chat.</p>\n<ul class=\"pages\">\n",
        listed.len()
    );
    for page in &listed {
        let link = site_path(site, &page.url);
        content += &format!(
            "<li><a href=\"{}\">{}</a> <small>{}</small></li>\n",
            escape(&link),
            escape(&page.title),
            escape(&page.path)
        );
    }
    content += "</ul>";
    Ok(shell(site, "Ask about these pages", &content))
}

/// A page as it was read: its passages' Markdown, made harmless.
async fn known_page(desk: &Desk, site: &Site, path: &str) -> Result<Response> {
    let (agent_id, url) = (site.agent_id, format!("{}{path}", site.origin));
    let found = desk.store.read(move |db| library::page(db, agent_id, &url)).await?;
    let page = found.ok_or_else(nothing)?;
    let options = pulldown_cmark::Options::ENABLE_TABLES;
    let mut html = String::new();
    pulldown_cmark::html::push_html(
        &mut html,
        pulldown_cmark::Parser::new_ext(&page.passages.join("\n\n"), options),
    );
    let content = format!("<h1>{}</h1>\n{}", escape(&page.title), ammonia::clean(&html));
    Ok(shell(site, &page.title, &content))
}

/// A page of ours by its path; another site's by its whole address.
fn site_path(site: &Site, url: &str) -> String {
    url.strip_prefix(&site.origin).unwrap_or(url).to_owned()
}

fn shell(site: &Site, title: &str, content: &str) -> Response {
    let shell = Asset::carried("pages/shell.html").map(|asset| asset.text()).unwrap_or_default();
    let text = shell
        .replace("{{title}}", &escape(title))
        .replace("{{script}}", &script(site))
        .replace("{{content}}", content);
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-cache")
        .header(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; img-src 'self' https: data:; object-src 'none'; base-uri 'none'",
        )
        .body(text)
}

/// The one tag that a site owner pastes.
fn script(site: &Site) -> String {
    tag::plain("", site.agent_id)
}

fn escape(text: &str) -> String {
    ammonia::clean_text(text)
}

fn nothing() -> Error {
    Error::not_found("not_found", "There is nothing at this address.")
}
