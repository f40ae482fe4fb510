//! Leave to listen on the conversation's channel of the realtime socket: `POST /widget/broadcasting/auth`.

use poem::{IntoResponse, Response, http::header, web};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    payload::Json,
    registry::{MetaResponses, Registry},
};

use super::Tag;
use crate::{
    desk::Desk,
    error::Error,
    http::{
        auth::Caller,
        body::{Checked, FormOrJson},
    },
};

/// Before the conversation's id.
const CHANNEL: &str = "private-conversation.";

pub struct Broadcasting;

/// Which connection wants to listen to which channel.
#[derive(Object)]
struct ChannelRequest {
    /// What the socket told the client when it connected: two numbers with a dot between.
    socket_id: String,
    /// `private-conversation.` and the id of the token's conversation.
    channel_name: String,
}

impl Checked for ChannelRequest {}

/// Leave to listen.
#[derive(Object)]
struct ChannelResponse {
    /// To be sent to the socket with `pusher:subscribe`.
    auth: String,
}

/// Without `data` around it: Pusher clients read it as it stands.
struct Bare(ChannelResponse);

impl IntoResponse for Bare {
    fn into_response(self) -> Response {
        Json(self.0).with_header(header::CACHE_CONTROL, "no-store").into_response()
    }
}

impl ApiResponse for Bare {
    fn meta() -> MetaResponses {
        Json::<ChannelResponse>::meta()
    }

    fn register(registry: &mut Registry) {
        <Json<ChannelResponse> as ApiResponse>::register(registry);
    }
}

#[OpenApi]
impl Broadcasting {
    /// Join the conversation's channel
    ///
    /// For Pusher clients, which take this address as `authEndpoint`. They send a form; JSON does as well. The answer has
    /// no `data` around it.
    #[oai(
        path = "/widget/broadcasting/auth",
        method = "post",
        tag = "Tag::Conversation",
        operation_id = "join_channel"
    )]
    async fn join(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        body: FormOrJson<ChannelRequest>,
    ) -> poem::Result<Bare> {
        let ChannelRequest { socket_id, channel_name } = body.0;
        let own = caller.0.conversation.id.to_string();
        if channel_name.strip_prefix(CHANNEL) != Some(own.as_str()) {
            return Err(Error::not_found(
                "conversation_not_found",
                "The token is good for one conversation, and this channel is not of that one.",
            )
            .into());
        }
        Ok(Bare(ChannelResponse { auth: desk.tokens.admission(&socket_id, &channel_name) }))
    }
}
