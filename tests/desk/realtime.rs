//! Leave to listen on the realtime socket, and where the socket is.

use serde_json::{Value, json};

use crate::harness::{API, Agent, Desk, Response, SHOP, Visitor};

async fn joins(visitor: &Visitor, body: &str, kind: &str) -> Response {
    let path = format!("{API}/broadcasting/auth");
    let request = visitor.wire.request("POST", &path).origin(SHOP).token(&visitor.jwt);
    request.body(body.to_owned(), kind).send().await
}

#[tokio::test]
async fn a_pusher_client_may_join_its_own_conversation_and_no_other() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let channel = format!("private-conversation.{}", visitor.conversation);
    let form = format!("socket_id=123.456&channel_name={channel}");
    let joined = joins(&visitor, &form, FORM).await;
    assert_eq!(joined.status, 200, "{}", joined.body);
    let joined = joined.json();
    let keys: Vec<&String> = joined.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["auth"]);
    let signed = joined["auth"].as_str().unwrap().strip_prefix("frontdesk:").unwrap();
    assert!(signed.len() == 64 && signed.bytes().all(|it| it.is_ascii_hexdigit()), "{signed}");
    let body = json!({"socket_id": "123.456", "channel_name": channel}).to_string();
    assert_eq!(joins(&visitor, &body, "application/json").await.json(), joined);
    let other = json!({"socket_id": "123.457", "channel_name": channel}).to_string();
    assert_ne!(joins(&visitor, &other, "application/json").await.json(), joined);

    let strange = desk.visitor(&agent).await;
    let form = format!("socket_id=1.2&channel_name=private-conversation.{}", strange.conversation);
    joins(&visitor, &form, FORM).await.error(404, "conversation_not_found");
    for (form, wrong) in [
        ("", vec!["channel_name", "socket_id"]),
        ("socket_id=1.2&channel_name=private-workspace.1", vec!["channel_name"]),
        ("socket_id=1.2:private&channel_name=x", vec!["channel_name", "socket_id"]),
    ] {
        assert_eq!(joins(&visitor, form, FORM).await.wrong_fields(), wrong, "{form}");
    }
    joins(&visitor, "{}", "text/plain").await.error(415, "unsupported_media_type");
    let path = format!("{API}/broadcasting/auth");
    desk.wire.post(&path, &json!({})).send().await.error(401, "invalid_token");
}

async fn socket(desk: &Desk, agent: &Agent, headers: &[(&str, &str)]) -> Value {
    let body = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    let mut request = desk.wire.post(&format!("{API}/init"), &body).origin(SHOP);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.send().await.data(200)["reverb"].clone()
}

#[tokio::test]
async fn behind_a_proxy_that_is_trusted_the_socket_is_where_the_proxy_says() {
    let told = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "desk.example")];
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    assert_eq!(socket(&desk, &agent, &told).await["scheme"], "ws", "anybody can say so");

    let desk = Desk::with("FRONTDESK_TRUSTED_PROXIES", "127.0.0.1").start().await;
    let agent = desk.agent_on(SHOP).await;
    let secure =
        json!({"app_key": "frontdesk", "host": "desk.example", "port": 443, "scheme": "wss"});
    assert_eq!(socket(&desk, &agent, &told).await, secure);
    let host = [("X-Forwarded-Proto", "https"), ("Host", "desk.example")];
    assert_eq!(socket(&desk, &agent, &host).await, secure);
    assert_eq!(socket(&desk, &agent, &[("X-Forwarded-Host", "a, b")]).await["host"], "127.0.0.1");
}
