//! The wire: the route table, and nothing else. What is refused before a handler sees it, `gate.rs` refuses.

mod assets;
mod auth;
mod bare;
mod body;
mod chat;
mod connection;
mod document;
mod error;
mod gate;
mod health;
mod intake;
mod limits;
mod patience;
mod serve;
pub mod site;
mod stream;
pub mod tag;
mod timing;
mod widget;

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, IntoEndpoint, Route, get};

use crate::{config::Config, desk::Desk, error::Result};

pub use serve::serve;

/// Everything that the server answers. `site` is the demo's website; without one, `/` leads to the documentation.
///
/// # Errors
/// When the OpenAPI document cannot be made.
pub fn routes(
    desk: &Desk,
    config: &Config,
    site: Option<site::Site>,
) -> Result<impl Endpoint<Output = poem::Response> + 'static> {
    let service = widget::service();
    let document = Arc::new(document::Document::new(
        &service.spec(),
        site.as_ref().map(|site| site.agent_id),
    )?);
    let api = Arc::new(service.into_endpoint());

    let table = Route::new()
        // The widget API, under both of its prefixes. The gate holds its limits, CORS and origins.
        .nest("/v1", api.clone())
        .nest("/api/v1", api)
        // For developers: offline, cached by their tags.
        .at("/openapi.json", get(document::json))
        .at("/docs", get(document::page))
        .at("/docs/*path", document::part)
        // The widget's files: any website may load them, so no origin is checked.
        .at("/widget/widget.js", get(assets::loader))
        .at("/widget/:hash/*path", assets::hashed)
        // The chat as a page of its own; posting to it, from itself alone, is the chat without scripts.
        .at("/chat/:agent", get(chat::open).post(chat::post))
        .at("/frontdesk-pages/chat.css", get(chat::part))
        .at("/frontdesk-pages/chat-dark.css", get(chat::part))
        .at("/frontdesk-pages/chat.js", get(chat::part))
        // For supervisors: no limit, no log line.
        .at("/healthz", get(health::alive))
        .at("/readyz", get(health::ready))
        // All else is the demo's website.
        .at("/", site::Pages { desk: desk.clone(), site: site.clone() })
        .at("/*path", site::Pages { desk: desk.clone(), site });

    let table = table
        .data(desk.clone())
        .data(document.clone())
        .data(Arc::new(limits::Turnstile::new(config)))
        .data_opt(config.public_url.as_ref().and_then(gate::PublicAddress::of));
    Ok(gate::Gate::new(table, document))
}
