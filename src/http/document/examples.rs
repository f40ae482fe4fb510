//! A body for each endpoint that takes one, to try it out with.

use serde_json::{Value, json};

/// An id as it could be, made up.
const AGENT_ID: &str = "01JZ8QK3T5W7Y9ABCDEFGHJKMN";

pub fn example(path: &str, method: &str) -> Option<Value> {
    if method != "post" {
        return None;
    }
    Some(match path {
        "/widget/init" => json!({
            "agent_id": AGENT_ID,
            "page_url": "https://shop.example/returns",
            "locale": "en",
        }),
        "/widget/messages" | "/widget/messages/stream" => json!({
            "message": "How long can I return things?",
            "page_url": "https://shop.example/returns",
            "client_message_id": "m-1",
        }),
        "/widget/leads" => json!({
            "email": "ann@mail.example",
            "name": "Ann",
            "fields": {"size": "M"},
        }),
        "/widget/events" => json!({
            "event": "launcher.opened",
            "metadata": {"seconds_on_page": 12},
        }),
        "/widget/request-human" => json!({"reason": "My order is late"}),
        "/widget/broadcasting/auth" => json!({
            "socket_id": "1234.5678",
            "channel_name": format!("private-conversation.{AGENT_ID}"),
        }),
        "/widget/satisfaction" => json!({"rating": "good", "comment": "Quick and right"}),
        "/widget/messages/{message_id}/feedback" => json!({"rating": "good"}),
        _ => return None,
    })
}
