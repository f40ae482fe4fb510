//! What a curated answer cites: its link, with the title and the supporting words of that page where the agent knows
//! it.

use std::sync::Arc;

use url::Url;

use crate::{
    answer::quotes,
    error::Result,
    id::AgentId,
    knowledge::{Hit, Passage, wording::Reader},
    store::{Connection, curated::Link, messages::Citation, pages},
};

/// Words that answer and page must share for the page's words to support the answer.
const SHARED: usize = 2;

pub(super) fn citations(
    db: &Connection,
    agent: AgentId,
    answer: &str,
    link: Option<&Link>,
) -> Result<Vec<Citation>> {
    let Some(link) = link else { return Ok(Vec::new()) };
    let address = link.url.split('#').next().unwrap_or_default();
    let page = pages::by_url(db, agent, address)?;
    let title = match &page {
        _ if !link.title.is_empty() => link.title.clone(),
        Some(page) => page.title.clone(),
        None => name(&link.url),
    };
    let quote = page.map(|page| quote(answer, page)).unwrap_or_default();
    Ok(vec![Citation { id: 1, url: link.url.clone(), title, quote }])
}

/// The sentence of the page that supports the answer; empty if none does.
fn quote(answer: &str, page: pages::Text) -> String {
    let language = [page.language.clone()];
    let source = Hit {
        passage: Arc::new(Passage {
            passage_id: 0,
            path: String::new(),
            url: String::new(),
            title: page.title,
            heading: String::new(),
            text: page.text,
            language: page.language,
            is_pair: false,
        }),
        score: 0.0,
        near: None,
        units_near: Arc::default(),
    };
    let quote = quotes::quote(answer, &source).text;
    let reader = Reader::new(&language);
    let wording = reader.read(&quote);
    let shared = reader.terms(answer).iter().filter(|(_, term)| wording.holds(term)).count();
    if shared >= SHARED { quote } else { String::new() }
}

/// A page without a title is called by its address.
fn name(url: &str) -> String {
    let Ok(parsed) = Url::parse(url) else { return url.to_owned() };
    let path = Some(parsed.path()).filter(|path| *path != "/").unwrap_or_default();
    format!("{}{path}", parsed.host_str().unwrap_or_default())
}
