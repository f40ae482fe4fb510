//! The widget API, by noun. Each file holds what one noun takes and gives, and its handlers: parse, one call, done.

mod agent;
mod broadcasting;
mod config;
mod conversation;
mod events;
mod init;
mod leads;
pub mod messages;
mod realtime;

use poem_openapi::{OpenApiService, Tags};

use super::document::INTRODUCTION;

#[derive(Tags)]
enum Tag {
    /// A visitor arrives: begin here.
    Visit,
    /// Questions and answers.
    Messages,
    /// The rest of the conversation: reading it again, a person, ratings, and being forgotten.
    Conversation,
    /// Contact details.
    Leads,
    /// What the widget reports of its use.
    Events,
}

type Apis = (
    init::Init,
    config::Config,
    messages::Messages,
    conversation::Conversation,
    leads::Leads,
    events::Events,
    broadcasting::Broadcasting,
);

/// The service, not yet under its prefixes.
pub fn service() -> OpenApiService<Apis, ()> {
    OpenApiService::new(
        (
            init::Init,
            config::Config,
            messages::Messages,
            conversation::Conversation,
            leads::Leads,
            events::Events,
            broadcasting::Broadcasting,
        ),
        "Frontdesk widget API",
        env!("CARGO_PKG_VERSION"),
    )
    .description(INTRODUCTION)
    .server("/v1")
    .server("/api/v1")
}
