//! A body for each endpoint that takes one, to try it out with, and what each answers.

use serde_json::{Value, json};

/// Stands for an agent's id; a demo's document has its agent's instead.
pub const AGENT_ID: &str = "01JZ8QK3T5W7Y9ABCDEFGHJKMN";
const CONVERSATION_ID: &str = "01JZ8QM9E2C4V6XZ8B0D2F4H6J";
const MESSAGE_ID: &str = "01JZ8QN4K7P9R1T3V5X7Z9B2D4";
const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJwaXRjaGJhciJ9.c2lnbmF0dXJl";

/// What to send.
pub fn request(path: &str, method: &str) -> Option<Value> {
    if method != "post" {
        return None;
    }
    Some(match path {
        "/widget/init" => json!({
            "agent_id": AGENT_ID,
            "page_url": "https://shop.example/returns",
            "locale": "en",
        }),
        // Without an id of its own, so that it can be tried twice.
        "/widget/messages" | "/widget/messages/stream" => json!({
            "message": "How long can I return things?",
            "page_url": "https://shop.example/returns",
            "page_context": {"title": "Returns", "headings": ["Returns", "Refunds"]},
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
            "channel_name": format!("private-conversation.{CONVERSATION_ID}"),
        }),
        "/widget/satisfaction" => json!({"rating": "good", "comment": "Quick and right"}),
        "/widget/messages/{message_id}/feedback" => json!({"rating": "good"}),
        _ => return None,
    })
}

/// What comes back.
pub fn answer(path: &str, method: &str) -> Option<Value> {
    let data = match (method, path) {
        ("post", "/widget/messages/stream") => return Some(Value::from(stream())),
        ("post", "/widget/broadcasting/auth") => {
            let signature = "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4";
            return Some(json!({"auth": format!("frontdesk:{signature}")}));
        }
        ("post", "/widget/init") => json!({
            "conversation_id": CONVERSATION_ID,
            "visitor_id": "01JZ8QM9E0A2C4E6G8J0M2P4R6",
            "anonymous_id": "anon_7d9f2b4c6e8a0c1e3f5a7b9d1c3e5f70",
            "identified": false,
            "jwt": TOKEN,
            "expires_at": "2026-05-07T13:00:00Z",
            "agent": agent(),
            "branding": branding(),
            "behavior_rules": [rule()],
            "messages": [],
            "conversation": {"status": "bot", "lead_captured": false},
            "reverb": socket(),
        }),
        ("get", "/widget/config") => json!({
            "agent": agent(),
            "branding": branding(),
            "behavior_rules": [rule()],
            "strings": {"greeting": "Ask us anything"},
            "realtime": socket(),
        }),
        ("post", "/widget/messages") => json!({
            "message_id": MESSAGE_ID,
            "conversation_id": CONVERSATION_ID,
            "content": "Within 30 days of delivery [1].",
            "citations": [citation()],
            "low_confidence": false,
            "handoff": null,
        }),
        ("get", "/widget/conversation/messages") => json!({
            "messages": [{
                "id": MESSAGE_ID,
                "role": "assistant",
                "content": "Within 30 days of delivery [1].",
                "citations": [citation()],
                "incomplete": false,
                "created_at": "2026-05-07T12:00:04Z",
            }],
            "status": "bot",
            "operator": null,
            "operator_typing": false,
        }),
        ("post", "/widget/conversation/clear") => json!({"cleared_at": "2026-05-07T12:05:00Z"}),
        ("post", "/widget/request-human") => json!({"status": "waiting", "timeout_seconds": 120}),
        ("post", "/widget/typing") => json!({"accepted": true}),
        ("post", "/widget/satisfaction" | "/widget/messages/{message_id}/feedback") => {
            json!({"rating": "good"})
        }
        ("post", "/widget/leads") => {
            json!({"lead_id": "01JZ8QP2S5V8Y1B4E7H0K3N6Q9", "status": "created"})
        }
        ("post", "/widget/events") => json!({"accepted": 1}),
        ("delete", "/widget/me") => {
            json!({"erased": {"conversations": 1, "messages": 8, "leads": 1, "events": 12}})
        }
        _ => return None,
    };
    Some(json!({ "data": data }))
}

/// A whole turn as it is on the wire, its keys in the order in which they come.
fn stream() -> String {
    let citation = "{\"id\":1,\"url\":\"https://shop.example/returns#refunds\",\"title\":\"Refunds\",\
                    \"quote\":\"within 30 days of delivery\"}";
    let frames = [
        "{\"event\":\"token\",\"token\":\"Within 30 days \"}".to_owned(),
        "{\"event\":\"token\",\"token\":\"of delivery [1].\"}".to_owned(),
        "{\"event\":\"suggestions\",\"suggestions\":[\"Who pays for the return?\"]}".to_owned(),
        format!("{{\"event\":\"citations\",\"citations\":[{citation}]}}"),
        format!(
            "{{\"event\":\"done\",\"conversation_id\":\"{CONVERSATION_ID}\",\"message_id\":\"{MESSAGE_ID}\",\
             \"low_confidence\":false}}"
        ),
    ];
    frames.iter().map(|frame| format!("data: {frame}\n\n")).collect()
}

fn citation() -> Value {
    json!({
        "id": 1,
        "url": "https://shop.example/returns#refunds",
        "title": "Refunds",
        "quote": "within 30 days of delivery",
    })
}

fn agent() -> Value {
    json!({
        "id": AGENT_ID,
        "name": "Aria",
        "persona": {"name": "Aria", "tone": "friendly"},
        "theme": {
            "primary": "#111827", "accent": "#10b981", "radius": 12, "position": "bottom-right",
            "launcher_label": "", "launcher_icon_url": null, "scheme": "auto",
        },
        "starter_prompts": ["When are you open?"],
        "language_default": "en",
        "lead_form": {
            "fields": [{
                "name": "email", "label": "E-mail", "type": "email", "required": true, "max_length": 254, "options": [],
            }],
            "before_chat": false,
            "consent": null,
        },
        "restricted_paths": ["/checkout"],
    })
}

fn branding() -> Value {
    json!({
        "show": true, "label": "Powered by Frontdesk", "url": "", "logo_url": null, "display_mode": "label",
    })
}

fn rule() -> Value {
    json!({
        "id": "pricing-help",
        "priority": 10,
        "conditions": [{"kind": "url", "patterns": ["/pricing*"]}, {"kind": "time_on_page", "seconds": 20}],
        "actions": [{"kind": "teaser", "text": "Which plan fits you?"}],
        "cap": 1,
    })
}

fn socket() -> Value {
    json!({"app_key": "frontdesk", "host": "desk.example", "port": 443, "scheme": "wss"})
}
