//! Refusals: one envelope for all of them, whoever refuses.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{API, Desk, SHOP, Visitor};

const TOKEN_ENDPOINTS: &[&str] = &["/messages/stream", "/messages", "/leads", "/events"];

async fn visitor(desk: &Desk) -> Visitor {
    desk.visitor(&desk.agent_on(SHOP).await).await
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    for endpoint in TOKEN_ENDPOINTS.iter().chain(&["/init"]) {
        for body in ["", "{", "{\"message\": \"a\",}", "\u{feff}", "{} {}"] {
            let request = desk
                .wire
                .request("POST", &format!("{API}{endpoint}"))
                .token(&visitor.jwt)
                .origin(SHOP);
            request.body(body, "application/json").send().await.error(400, "invalid_json");
        }
        let request =
            desk.wire.request("POST", &format!("{API}{endpoint}")).token(&visitor.jwt).origin(SHOP);
        let latin = b"{\"message\": \"caf\xe9\"}".to_vec();
        request.body(latin, "application/json").send().await.error(400, "invalid_json");
    }
}

#[tokio::test]
async fn json_of_another_kind_is_a_wrong_value_or_no_object() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    for body in [json!([]), json!("text"), json!(5), json!(null)] {
        let response = visitor.posts("/messages", &body).await;
        assert!(matches!(response.status, 400 | 422), "{} {}", response.status, response.body);
        let code = if response.status == 400 { "invalid_json" } else { "validation_failed" };
        response.error(response.status, code);
    }
}

#[tokio::test]
async fn another_content_type_is_refused() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    for endpoint in TOKEN_ENDPOINTS.iter().chain(&["/init"]) {
        for kind in
            ["text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense"]
        {
            let request = desk
                .wire
                .request("POST", &format!("{API}{endpoint}"))
                .token(&visitor.jwt)
                .origin(SHOP);
            request.body("{}", kind).send().await.error(415, "unsupported_media_type");
        }
    }
    let body = visitor.question("When are you open?").to_string();
    let request = desk.wire.request("POST", &format!("{API}/messages")).token(&visitor.jwt);
    request.body(body, "application/json; charset=utf-8").send().await.data(200);
}

#[tokio::test]
async fn a_body_that_nobody_asked_for_is_json_all_the_same() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    for (method, endpoint) in
        [("POST", "/typing"), ("POST", "/conversation/clear"), ("DELETE", "/me")]
    {
        let path = format!("{API}{endpoint}");
        let request = || desk.wire.request(method, &path).token(&visitor.jwt).origin(SHOP);
        request().body("x", "text/plain").send().await.error(415, "unsupported_media_type");
        request().body("{", "application/json").send().await.error(400, "invalid_json");
        let response = request().body("{}", "application/json").send().await;
        assert!(matches!(response.status, 200 | 202), "{endpoint}: {}", response.body);
    }
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    let long = json!(vec!["x"; 2000]);
    for (endpoint, body, wrong) in [
        (
            "/messages",
            json!({"message": "\u{e9}".repeat(4001), "page_url": 5}),
            vec!["message", "page_url"],
        ),
        (
            "/events",
            json!({"events": [{"event": "No"}, {"event": "a", "metadata": {"a": long}}], "event": "b"}),
            vec!["events", "events[0].event", "events[1].metadata"],
        ),
        (
            "/events",
            json!({"metadata": {"a": long}, "rule_id": 5}),
            vec!["event", "metadata", "rule_id"],
        ),
        (
            "/leads",
            json!({"email": "no", "phone": [], "fields": {"a": long, "b": "x".repeat(4001), "c": 1}}),
            vec!["email", "fields.a", "fields.b", "phone"],
        ),
    ] {
        assert_eq!(visitor.posts(endpoint, &body).await.wrong_fields(), wrong, "{endpoint}");
    }
}

#[tokio::test]
async fn what_a_page_says_of_itself_is_never_an_error() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    for odd in [json!("text"), json!(5), json!([1]), json!(null), json!({"title": [{}], "text": 1})]
    {
        let mut question = visitor.question("When are you open?");
        question["page_context"] = odd;
        visitor.posts("/messages", &question).await.data(200);
    }
}

#[tokio::test]
async fn a_body_over_64_kib_is_refused() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    for endpoint in TOKEN_ENDPOINTS.iter().chain(&["/init"]) {
        let body = json!({"message": "x".repeat(64 * 1024)});
        visitor.posts(endpoint, &body).await.error(413, "payload_too_large");
        // Whoever is still sending hears it, too.
        let body = json!({"message": "x".repeat(900 * 1024)});
        let refused = visitor.posts(endpoint, &body).await;
        refused.error(413, "payload_too_large");
        assert_eq!(refused.header("Cache-Control"), "no-store");
    }
    for path in ["/healthz", "/chat/x", "/v1/widget/config", "/v1/widget/nothing"] {
        let request = desk.wire.request("GET", path).body("x".repeat(70_000), "text/plain");
        request.send().await.error(413, "payload_too_large");
    }
    let fits = json!({"event": "page.view", "ignored": "x".repeat(60 * 1024)});
    visitor.posts("/events", &fits).await.data(202);
}

#[tokio::test]
async fn a_chunked_body_that_grows_too_large_is_refused() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    let mut socket = tokio::net::TcpStream::connect(desk.wire.authority()).await.unwrap();
    let head = format!(
        "POST {API}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        visitor.jwt
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    for _ in 0..17 {
        socket.write_all(chunk.as_bytes()).await.unwrap();
    }
    let mut response = vec![0; 4096];
    let length = socket.read(&mut response).await.unwrap();
    let response = String::from_utf8_lossy(&response[..length]).into_owned();
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
    assert!(response.contains("payload_too_large"), "{response}");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let desk = Desk::start().await;
    for path in ["/v1/widget/nothing", "/api/v1/widget/nothing", "/v1/nothing", "/v1/widget/init/"]
    {
        desk.wire.get(path).send().await.error(404, "not_found");
        desk.wire.post(path, &json!({})).send().await.error(404, "not_found");
    }
    for path in ["/nothing", "/%ff", "/widget/nothing.js", "/widget/0/nothing.js", "/docs/nothing"]
    {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            desk.wire.request(method, path).send().await.error(404, "not_found");
        }
    }
    let response = desk.wire.request("POST", "/widget/widget.js").send().await;
    response.error(405, "method_not_allowed");
    assert_eq!(response.header("Allow"), "GET, HEAD");
}

#[tokio::test]
async fn another_method_is_refused_with_the_ones_allowed() {
    let desk = Desk::start().await;
    for endpoint in TOKEN_ENDPOINTS.iter().chain(&["/init"]) {
        for method in ["GET", "PUT", "PATCH"] {
            let response = desk.wire.request(method, &format!("{API}{endpoint}")).send().await;
            response.error(405, "method_not_allowed");
            let allowed: Vec<&str> = response.header("Allow").split(',').map(str::trim).collect();
            assert!(allowed.contains(&"POST"), "{allowed:?}");
            assert!(!allowed.contains(&method), "{allowed:?}");
        }
    }
    let readable = format!("{API}/conversation/messages");
    let response = desk.wire.request("DELETE", &readable).send().await;
    response.error(405, "method_not_allowed");
    assert_eq!(response.header("Allow"), "GET, HEAD, OPTIONS");
}

#[tokio::test]
async fn without_a_token_all_endpoints_but_init_say_the_same() {
    let desk = Desk::start().await;
    let mut texts = Vec::new();
    for endpoint in TOKEN_ENDPOINTS {
        let path = format!("{API}{endpoint}");
        let body = json!({"message": "Hi", "page_url": "https://shop.example/"});
        for header in
            ["", "Basic YTpi", "Bearer", "Bearer ", "Bearer a.b.c", "bearer-without-space"]
        {
            let mut request = desk.wire.post(&path, &body).origin(SHOP);
            if !header.is_empty() {
                request = request.header("Authorization", header);
            }
            let response = request.send().await;
            assert_eq!(response.header("WWW-Authenticate"), "Bearer", "{:?}", response.headers);
            texts.push(response.error(401, "invalid_token")["message"].to_string());
        }
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
}

#[tokio::test]
async fn every_response_has_a_request_id_and_a_well_formed_one_is_kept() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let path = format!("{API}/init");
    let body = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    let mut seen = Vec::new();
    for body in [&body, &json!({})] {
        let response = desk.wire.post(&path, body).origin(SHOP).send().await;
        seen.push(response.header("X-Request-Id").to_owned());
        let response = desk
            .wire
            .post(&path, body)
            .origin(SHOP)
            .header("X-Request-Id", "my-id_1.2")
            .send()
            .await;
        assert_eq!(response.header("X-Request-Id"), "my-id_1.2");
        for wrong in ["two words", "<script>", &"x".repeat(300)] {
            let response =
                desk.wire.post(&path, body).origin(SHOP).header("X-Request-Id", wrong).send().await;
            assert_ne!(response.header("X-Request-Id"), wrong);
            assert!(!response.header("X-Request-Id").is_empty());
        }
    }
    for response in [desk.wire.get("/nothing").send().await, desk.wire.get("/healthz").send().await]
    {
        seen.push(response.header("X-Request-Id").to_owned());
    }
    assert!(seen.iter().all(|id| !id.is_empty()), "{seen:?}");
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all, "each request has its own");
}

#[tokio::test]
async fn a_request_that_is_no_http_ends_the_connection_and_nothing_else() {
    let desk = Desk::start().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    ] {
        let mut socket = tokio::net::TcpStream::connect(desk.wire.authority()).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        socket.shutdown().await.unwrap();
        let mut rest = Vec::new();
        let _ = socket.read_to_end(&mut rest).await;
        assert!(!String::from_utf8_lossy(&rest).starts_with("HTTP/1.1 2"), "{rest:?}");
    }
    assert_eq!(desk.wire.get("/healthz").send().await.status, 200);
}

#[tokio::test]
async fn what_cannot_be_read_as_a_request_is_refused_in_the_form_of_every_other_refusal() {
    let desk = Desk::start().await;
    let headers: String = (0..200).map(|number| format!("X-{number}: x\r\n")).collect();
    for (request, status) in [
        ("GET\r\n\r\n".to_owned(), 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n".to_owned(), 400),
        (format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(70_000)), 414),
        (format!("GET / HTTP/1.1\r\nHost: x\r\n{headers}\r\n"), 431),
    ] {
        let mut socket = tokio::net::TcpStream::connect(desk.wire.authority()).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{answer}");
        assert!(head.contains("x-request-id: ") && head.contains("application/json"), "{answer}");
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["error"]["code"], "invalid_request", "{body}");
    }
}

#[tokio::test]
async fn every_wrong_parameter_of_a_query_is_named_at_once() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    let reads = async |query: &str| {
        let path = format!("{API}/conversation/messages{query}");
        visitor.gets(&path).await.wrong_fields()
    };
    let long = "x".repeat(27);
    assert_eq!(reads(&format!("?limit=many&after={long}")).await, ["after", "limit"]);
    assert_eq!(reads(&format!("?after={long}&limit=0")).await, ["after", "limit"]);
    assert_eq!(reads(&format!("?after={long}&limit=9")).await, ["after"]);
    assert_eq!(reads("?limit=101").await, ["limit"]);
    let looks = desk.wire.get(&format!("{API}/config?limit=many")).send().await;
    assert_eq!(looks.wrong_fields(), ["agent_id"]);
}
