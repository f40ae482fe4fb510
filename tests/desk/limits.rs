//! How often, how much: rates with their headers, and the budget of a conversation.

use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    harness::{API, Agent, Desk, Response, SHOP, Setup, token_endpoints, until},
    pages,
    scripted::{Model, Reply},
};

async fn arrives(desk: &Desk, agent: &Agent, forwarded: &str) -> Response {
    let body = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    let request = desk.wire.post(&format!("{API}/init"), &body).origin(SHOP);
    request.header("X-Forwarded-For", forwarded).send().await
}

fn number(response: &Response, header: &str) -> i64 {
    let text = response.header(header);
    text.parse().unwrap_or_else(|_| panic!("{header}: {text:?} in {:?}", response.headers))
}

#[tokio::test]
async fn visits_are_limited_with_headers_that_count_down() {
    let desk = Setup::default().limited().start().await;
    let agent = desk.agent_on(SHOP).await;
    for left in (0..60).rev() {
        let response = arrives(&desk, &agent, "198.51.100.7").await;
        response.data(200);
        assert_eq!(number(&response, "X-RateLimit-Limit"), 60);
        assert_eq!(number(&response, "X-RateLimit-Remaining"), left);
    }
    // A forged address of an untrusted peer changes nothing.
    let refused = arrives(&desk, &agent, "203.0.113.9").await;
    refused.error(429, "rate_limited");
    assert_eq!(number(&refused, "X-RateLimit-Remaining"), 0);
    assert!((1..=60).contains(&number(&refused, "Retry-After")));
    assert_eq!(refused.header("Access-Control-Allow-Origin"), SHOP);
    let other = desk.agent_on(SHOP).await;
    arrives(&desk, &other, "198.51.100.7").await.data(200);
}

#[tokio::test]
async fn visits_that_are_refused_count_too() {
    let desk = Desk::with("FRONTDESK_LIMITS_INIT", "3").start().await;
    let agent = desk.agent_on(SHOP).await;
    let path = format!("{API}/init");
    let sends = |body: String| {
        let request = desk.wire.request("POST", &path).origin(SHOP);
        request.body(body, "application/json").send()
    };
    let nobody =
        json!({"agent_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "page_url": "https://shop.example/"});
    sends("{".into()).await.error(400, "invalid_json");
    sends("{}".into()).await.error(422, "validation_failed");
    let last = sends(nobody.to_string()).await;
    last.error(404, "agent_not_found");
    assert_eq!(number(&last, "X-RateLimit-Remaining"), 0);
    for body in ["{".into(), "{}".into(), nobody.to_string()] {
        let refused = sends(body).await;
        refused.error(429, "rate_limited");
        assert!((1..=60).contains(&number(&refused, "Retry-After")));
    }
    // Those to an agent that there is count as its own.
    for _ in 0..3 {
        let wrong = json!({"agent_id": agent.id, "page_url": "ftp://shop.example/"});
        sends(wrong.to_string()).await.error(422, "validation_failed");
    }
    arrives(&desk, &agent, "198.51.100.7").await.error(429, "rate_limited");
    arrives(&desk, &desk.agent_on(SHOP).await, "198.51.100.7").await.data(200);
}

#[tokio::test]
async fn what_is_too_large_counts_before_any_of_it_is_read() {
    let desk =
        Desk::with("FRONTDESK_LIMITS_INIT", "2").set("FRONTDESK_LIMITS_EVENTS", "2").start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    for endpoint in ["/init", "/events"] {
        for (status, left) in [("413", "1"), ("413", "0"), ("429", "0")] {
            let mut socket = TcpStream::connect(desk.wire.authority()).await.unwrap();
            let head = format!(
                "POST {API}{endpoint} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nOrigin: {SHOP}\r\n\
                 Content-Type: application/json\r\nContent-Length: 70000\r\n\r\n",
                visitor.jwt
            );
            socket.write_all(head.as_bytes()).await.unwrap();
            // Not a byte of the body is sent.
            let mut answer = Vec::new();
            let text = until("a refusal", &desk.log, || {
                let text = String::from_utf8_lossy(&answer).into_owned();
                let whole = text.contains("}}").then_some(text);
                let _ = socket.try_read_buf(&mut answer);
                async { whole }
            })
            .await;
            assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{endpoint}: {text}");
            assert!(text.contains(&format!("x-ratelimit-remaining: {left}\r\n")), "{text}");
            assert!(text.contains(&format!("access-control-allow-origin: {SHOP}\r\n")), "{text}");
        }
    }
    assert_eq!(desk.count("select count(*) from events"), 0);
}

#[tokio::test]
async fn looks_at_an_agents_settings_are_limited_by_address() {
    let desk = Setup::default().limited().start().await;
    let agent = desk.agent_on(SHOP).await;
    let looks = |query: String, origin: &'static str| {
        desk.wire.get(&format!("{API}/config{query}")).origin(origin).send()
    };
    let query = format!("?agent_id={}", agent.id);
    let first = looks(query.clone(), SHOP).await;
    first.data(200);
    assert_eq!(number(&first, "X-RateLimit-Limit"), 600);
    assert_eq!(number(&first, "X-RateLimit-Remaining"), 599);
    let refused = looks(query.clone(), "https://evil.example").await;
    refused.error(403, "origin_forbidden");
    assert_eq!(number(&refused, "X-RateLimit-Remaining"), 598);
    let desk = Desk::with("FRONTDESK_LIMITS_CONFIG", "1").start().await;
    let looks = |query: String| desk.wire.get(&format!("{API}/config{query}")).origin(SHOP).send();
    looks(String::new()).await.error(422, "validation_failed");
    let refused = looks(query).await;
    refused.error(429, "rate_limited");
    assert_eq!(refused.header("Access-Control-Allow-Origin"), SHOP);
    arrives(&desk, &desk.agent_on(SHOP).await, "198.51.100.7").await.data(200);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_limit() {
    let desk = Desk::with("FRONTDESK_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")
        .set("FRONTDESK_LIMITS_INIT", "2")
        .start()
        .await;
    let agent = desk.agent_on(SHOP).await;
    for _ in 0..2 {
        arrives(&desk, &agent, "203.0.113.1, 198.51.100.7, 10.1.2.3").await.data(200);
    }
    // The right-most address that is no proxy counts, whatever the client wrote before it.
    arrives(&desk, &agent, "203.0.113.2, 198.51.100.7").await.error(429, "rate_limited");
    arrives(&desk, &agent, "Zürich, 198.51.100.7").await.error(429, "rate_limited");
    arrives(&desk, &agent, "198.51.100.8").await.data(200);
    for last in ["1", "ffff"] {
        arrives(&desk, &agent, &format!("2001:db8:1:2::{last}")).await.data(200);
    }
    arrives(&desk, &agent, "2001:db8:1:2:3::4").await.error(429, "rate_limited");
    arrives(&desk, &agent, "2001:db8:1:3::1").await.data(200);
}

#[tokio::test]
async fn messages_are_limited_by_conversation_and_a_fresh_token_does_not_help() {
    let desk = Desk::with("FRONTDESK_LIMITS_MESSAGES", "3").start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    for _ in 0..3 {
        visitor.asks("When are you open?").await;
    }
    let question = visitor.question("When are you open?");
    visitor.posts("/messages/stream", &question).await.error(429, "rate_limited");
    let again = desk.visitor_with(&agent, json!({"anon_id": visitor.anonymous_id})).await;
    again.posts("/messages", &question).await.error(429, "rate_limited");
    visitor.posts("/events", &json!({"event": "page.view"})).await.data(202);
    assert_eq!(desk.messages(&visitor.conversation).len(), 6, "what was refused is not stored");
}

#[tokio::test]
async fn a_batch_counts_its_events() {
    let desk = Desk::with("FRONTDESK_LIMITS_EVENTS", "10").start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let batch = |size: usize| json!({"events": vec![json!({"event": "page.view"}); size]});
    visitor.posts("/events", &batch(9)).await.data(202);
    visitor.posts("/events", &batch(2)).await.error(429, "rate_limited");
    assert_eq!(desk.count("select count(*) from events"), 9);
}

#[tokio::test]
async fn events_that_are_refused_count_too() {
    let desk = Desk::with("FRONTDESK_LIMITS_EVENTS", "2").start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    for _ in 0..2 {
        visitor.posts("/events", &json!({})).await.error(422, "validation_failed");
    }
    visitor.posts("/events", &json!({"event": "page.view"})).await.error(429, "rate_limited");
}

#[tokio::test]
async fn where_one_bucket_holds_all_a_batch_counts_as_one_request() {
    let desk = Desk::with("FRONTDESK_RATE_LIMITS", "diagent").limited().start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let batch = json!({"events": vec![json!({"event": "page.view"}); 50]});
    let response = visitor.posts("/events", &batch).await;
    response.data(202);
    assert_eq!(number(&response, "X-RateLimit-Remaining"), 29);
}

#[tokio::test]
async fn the_presets_are_what_their_descriptions_say() {
    let desk = Desk::with("FRONTDESK_RATE_LIMITS", "diagent").limited().start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    for left in (0..30).rev() {
        let response = visitor.posts("/events", &json!({"event": "page.view"})).await;
        response.data(202);
        assert_eq!(number(&response, "X-RateLimit-Remaining"), left);
    }
    let question = visitor.question("One bucket with messages?");
    visitor.posts("/messages", &question).await.error(429, "rate_limited");

    let desk = Desk::with("FRONTDESK_RATE_LIMITS", "glozr").limited().start().await;
    let visitor = desk.visitor(&desk.agent_knowing(&[pages::HOURS]).await).await;
    for _ in 0..40 {
        let question = visitor.question("When are you open?");
        visitor.posts("/messages", &question).await.data(200);
    }
}

#[tokio::test]
async fn each_endpoint_counts_in_its_bucket_of_the_table() {
    const INIT: (&str, i64) = ("init", 60);
    for (preset, messages, conversation, events) in [
        ("default", Some(("messages", 30)), ("conversation", 30), ("events", 600)),
        ("glozr", None, ("conversation", 30), ("events", 600)),
        ("diagent", Some(("messages", 30)), ("messages", 30), ("messages", 30)),
    ] {
        let desk = Desk::with("FRONTDESK_RATE_LIMITS", preset).limited().start().await;
        let agent = desk.agent_on(SHOP).await;
        let visit = arrives(&desk, &agent, "").await;
        assert_eq!(number(&visit, "X-RateLimit-Limit"), INIT.1);
        let visitor = desk.visitor(&agent).await;
        let mut counted = std::collections::HashMap::new();
        for (method, endpoint, body) in token_endpoints(&visitor.conversation) {
            let bucket = match endpoint {
                "/messages" | "/messages/stream" => messages,
                "/leads" => Some(("leads", 5)),
                "/typing" => Some(("typing", 120)),
                "/events" => Some(events),
                _ => Some(conversation),
            };
            let path = format!("{API}{endpoint}");
            let response = visitor.sends(method, &path, &body, SHOP).await;
            let Some((name, limit)) = bucket else {
                assert_eq!(response.header("X-RateLimit-Limit"), "", "{preset} {endpoint}");
                continue;
            };
            let hits = counted.entry(name).or_insert(0);
            *hits += 1;
            assert_eq!(number(&response, "X-RateLimit-Limit"), limit, "{preset} {endpoint}");
            let left = number(&response, "X-RateLimit-Remaining");
            assert_eq!(left, limit - *hits, "{preset} {endpoint}");
        }
    }
}

#[tokio::test]
async fn a_conversation_that_used_up_its_budget_is_told_so() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    desk.cli(&["agent", "set", &agent.id, "answers.max_messages=3"]).await.succeeded();
    let visitor = desk.visitor(&agent).await;
    let question = visitor.question("When are you open?");
    let refused = until("the budget is used up", &desk.log, || async {
        let response = visitor.posts("/messages", &question).await;
        (response.status != 200).then_some(response)
    })
    .await;
    refused.error(429, "conversation_budget_exceeded");
    let wait = number(&refused, "Retry-After");
    assert!((23 * 3600..=24 * 3600).contains(&wait), "until its day is over: {wait} s");
    desk.visitor(&agent).await.asks("When are you open?").await;
    desk.execute("update conversations set budget_at = budget_at - 86400000");
    visitor.asks("When are you open?").await;
}

#[tokio::test]
async fn a_conversation_that_used_up_the_models_words_is_told_so() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    desk.cli(&["agent", "set", &agent.id, "answers.max_output_tokens=10"]).await.succeeded();
    let visitor = desk.visitor(&agent).await;
    model.will(Reply::says(&["word "; 20]));
    visitor.asks("When are you open?").await;
    let question = visitor.question("When are you open?");
    let refused = visitor.posts("/messages/stream", &question).await;
    refused.error(429, "conversation_budget_exceeded");
    assert_eq!(desk.messages(&visitor.conversation).len(), 2, "what is refused is not stored");
}
