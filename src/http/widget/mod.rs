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

#[derive(Tags)]
enum Tag {
    /// A visitor arrives.
    Visit,
    /// Questions and answers.
    Messages,
    /// The rest of the conversation.
    Conversation,
    /// Contact details.
    Leads,
    /// What the widget reports.
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
    .description(
        "What a visitor's browser, or a client of your own, may rely on. Begin with `POST /widget/init`; its `jwt` is \
         the bearer token of everything else. Names, codes and shapes never change within v1; keys may be added.",
    )
    .server("/v1")
    .server("/api/v1")
}
