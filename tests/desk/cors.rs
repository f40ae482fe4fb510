//! Browsers on other sites: preflights, and responses that the page may read, refusals included.

use serde_json::json;

use crate::harness::{API, Desk, Response, SHOP, token_endpoints};

fn list(response: &Response, header: &str) -> Vec<String> {
    let mut names: Vec<String> = response
        .header(header)
        .split(',')
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    names.sort();
    names
}

fn is_readable_from(response: &Response, origin: &str) {
    assert_eq!(response.header("Access-Control-Allow-Origin"), origin, "{:?}", response.headers);
    assert!(list(response, "Vary").contains(&"origin".to_owned()), "{:?}", response.headers);
    let exposed = [
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-request-id",
    ];
    assert_eq!(list(response, "Access-Control-Expose-Headers"), exposed);
    assert!(response.headers.get("Access-Control-Allow-Credentials").is_none());
    assert!(response.headers.get("Set-Cookie").is_none());
}

#[tokio::test]
async fn every_widget_path_answers_a_preflight() {
    let desk = Desk::start().await;
    for prefix in [API, "/api/v1/widget"] {
        let others = ["/init", "/config", "/nothing"];
        let endpoints = token_endpoints("01JZ8QK3T5W7Y9ABCDEFGHJKMN");
        for endpoint in endpoints.iter().map(|(_, endpoint, _)| *endpoint).chain(others) {
            let response = desk
                .wire
                .request("OPTIONS", &format!("{prefix}{endpoint}"))
                .origin("https://any.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .send()
                .await;
            assert_eq!(response.status, 204, "{endpoint}: {}", response.body);
            assert_eq!(response.body, "");
            assert_eq!(response.header("Access-Control-Allow-Origin"), "https://any.example");
            assert_eq!(list(&response, "Access-Control-Allow-Methods"), ["delete", "get", "post"]);
            let headers = ["authorization", "content-type", "x-request-id"];
            assert_eq!(list(&response, "Access-Control-Allow-Headers"), headers);
            assert_eq!(response.header("Access-Control-Max-Age"), "600");
            assert!(list(&response, "Vary").contains(&"origin".to_owned()));
            assert!(response.headers.get("Access-Control-Allow-Credentials").is_none());
        }
    }
}

#[tokio::test]
async fn responses_echo_the_origin_on_success_and_on_every_refusal() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let init = format!("{API}/init");
    let body = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    let ok = desk.wire.post(&init, &body).origin(SHOP).send().await;
    let token = ok.data(200)["jwt"].as_str().unwrap().to_owned();
    is_readable_from(&ok, SHOP);
    let evil = "https://evil.example";
    is_readable_from(&desk.wire.post(&init, &body).origin(evil).send().await, evil);
    is_readable_from(&desk.wire.post(&init, &json!({})).origin(SHOP).send().await, SHOP);
    is_readable_from(&desk.wire.get(&init).origin(SHOP).send().await, SHOP);
    is_readable_from(&desk.wire.get(&format!("{API}/nothing")).origin(SHOP).send().await, SHOP);
    let messages = format!("{API}/messages");
    is_readable_from(&desk.wire.post(&messages, &json!({})).origin(SHOP).send().await, SHOP);
    is_readable_from(
        &desk.wire.post(&messages, &json!({})).origin(SHOP).token(&token).send().await,
        SHOP,
    );
    let large = json!({"message": "x".repeat(70_000)});
    is_readable_from(
        &desk.wire.post(&messages, &large).origin(SHOP).token(&token).send().await,
        SHOP,
    );
    let text = desk
        .wire
        .request("POST", &messages)
        .body("{", "application/json")
        .origin(SHOP)
        .token(&token);
    is_readable_from(&text.send().await, SHOP);
}

#[tokio::test]
async fn a_stolen_token_is_of_no_use_on_another_site() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    for (method, endpoint, body) in token_endpoints(&visitor.conversation) {
        let path = format!("{API}{endpoint}");
        for origin in ["https://evil.example", "null", "https://www.shop.example"] {
            let response = visitor.sends(method, &path, &body, origin).await;
            response.error(403, "origin_forbidden");
            assert_eq!(response.header("Access-Control-Allow-Origin"), origin, "{endpoint}");
        }
    }
    let body = visitor.question("When are you open?");
    let path = format!("{API}/messages");
    desk.wire.post(&path, &body).token(&visitor.jwt).send().await.data(200);
    assert_eq!(desk.messages(&visitor.conversation).len(), 2);
}

#[tokio::test]
async fn a_strange_origin_harms_nothing() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let body = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    for origin in [
        "https://b\u{fc}cher.example",
        "javascript:alert(1)",
        "https://shop.example, https://evil.example",
        "x",
    ] {
        let response = desk.wire.post(&format!("{API}/init"), &body).origin(origin).send().await;
        assert_eq!(response.status, 403, "{origin}: {}", response.body);
    }
}

#[tokio::test]
async fn only_a_page_of_this_server_passes_as_its_own() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(crate::harness::SHOP).await;
    let body = serde_json::json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    let path = format!("{}/init", crate::harness::API);
    let from = |origin: String| {
        let request = desk.wire.post(&path, &body).header("Sec-Fetch-Site", "same-origin");
        request.origin(&origin).send()
    };
    from("https://evil.example".into()).await.error(403, "origin_forbidden");
    from("null".into()).await.error(403, "origin_forbidden");
    from(desk.wire.base()).await.data(200);
}
