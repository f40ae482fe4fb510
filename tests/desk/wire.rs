//! The wire itself, byte by byte: what libraries hide. Peers that stop half way, come twice, read slowly or not at all.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    harness::{API, Desk, SHOP, Setup, Visitor, until},
    pages,
    scripted::{Gate, Model, Reply},
};

async fn connected(desk: &Desk) -> TcpStream {
    TcpStream::connect(desk.wire.authority()).await.unwrap()
}

fn head(visitor: &Visitor, endpoint: &str, length: usize, more: &str) -> String {
    format!(
        "POST {API}{endpoint} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{more}\r\n",
        visitor.wire.authority(),
        visitor.jwt
    )
}

/// Reads until the bytes so far satisfy the test, or the peer closes.
async fn read_until(
    socket: &mut TcpStream,
    desk: &Desk,
    what: &str,
    enough: impl Fn(&str) -> bool,
) -> String {
    let mut bytes = Vec::new();
    let mut text = String::new();
    let patience = std::time::Duration::from_mins(1);
    while !enough(&text) {
        let read = tokio::time::timeout(patience, socket.read_buf(&mut bytes)).await;
        match read
            .unwrap_or_else(|_| panic!("waited in vain for {what}; so far: {text}\n{}", desk.log))
        {
            Ok(0) | Err(_) => {
                panic!("the connection ended before {what}; so far: {text}\n{}", desk.log)
            }
            Ok(_) => text = String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
    text
}

#[tokio::test]
async fn a_body_that_stops_half_way_stores_nothing() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let body = visitor.question("When are you open?").to_string();
    let mut socket = connected(&desk).await;
    socket.write_all(head(&visitor, "/messages", body.len(), "").as_bytes()).await.unwrap();
    socket.write_all(&body.as_bytes()[..body.len() / 2]).await.unwrap();
    drop(socket);
    visitor.asks("Is that still the first question?").await;
    assert_eq!(desk.messages(&visitor.conversation).len(), 2);
}

#[tokio::test]
async fn requests_in_one_packet_are_answered_in_order() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let event = json!({"event": "page.view"}).to_string();
    let one = head(&visitor, "/events", event.len(), "X-Request-Id: first\r\n") + &event;
    let two = head(&visitor, "/events", event.len(), "X-Request-Id: second\r\n") + &event;
    let mut socket = connected(&desk).await;
    socket.write_all((one + &two).as_bytes()).await.unwrap();
    let both = |text: &str| text.matches("{\"accepted\":1}").count() == 2;
    let text = read_until(&mut socket, &desk, "both responses", both).await;
    assert!(text.find("first").unwrap() < text.find("second").unwrap(), "{text}");
}

#[tokio::test]
async fn headers_that_contradict_each_other_are_refused() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let event = json!({"event": "page.view"}).to_string();
    for more in ["Content-Length: 3\r\n", "Content-Length: 18446744073709551616\r\n"] {
        let mut socket = connected(&desk).await;
        let request = head(&visitor, "/events", event.len(), more) + &event;
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{more}: {answer}");
    }
    assert_eq!(desk.count("select count(*) from events"), 0);
}

#[tokio::test]
async fn a_request_names_one_host_and_brings_one_token() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let event = json!({"event": "page.view"}).to_string();
    let good = head(&visitor, "/events", event.len(), "Connection: close\r\n") + &event;
    let token = format!("Authorization: Bearer {}\r\n", visitor.jwt);
    let host = good.lines().find(|line| line.starts_with("Host: ")).unwrap().to_owned() + "\r\n";
    for (request, status) in [
        (good.clone(), "202"),
        (good.replace(&host, ""), "400"),
        (good.replace(&host, &format!("{host}Host: other.example\r\n")), "400"),
        (good.replace(&host, "Host:\r\n"), "400"),
        (good.replace(&host, "Host: a b\r\n"), "400"),
        (good.replace(&host, "Host: a@b\r\n"), "400"),
        (good.replace(&host, "Host: [::1]:80\r\n"), "202"),
        (good.replace("POST", "OPTIONS").replace(&host, &format!("{host}{host}")), "400"),
        (good.replace(&token, &format!("{token}{token}")), "401"),
    ] {
        let mut socket = connected(&desk).await;
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{request}: {answer}");
    }
    assert_eq!(desk.count("select count(*) from events"), 2);
}

#[tokio::test]
async fn a_request_head_without_end_is_refused() {
    let desk = Desk::start().await;
    let mut socket = connected(&desk).await;
    let _ = socket.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").await;
    let line = format!("X-Padding: {}\r\n", "x".repeat(8000));
    let mut sent = 0;
    // The peer's refusal shows as a failed write at the latest after its buffers are full.
    while socket.write_all(line.as_bytes()).await.is_ok() {
        sent += line.len();
        assert!(sent < 64 << 20, "a head of {sent} bytes was taken");
    }
    assert_eq!(desk.wire.get("/healthz").send().await.status, 200);
}

/// Connections that wait between two requests, as those of browsers do.
const IDLE: usize = 10_000;
/// Files that the test and the server need beside them.
const OTHER_FILES: usize = 500;

/// As many files as the system allows, which may be fewer than are wanted: then it is said how many.
fn idle_connections() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).expect("the hard limit");
    let most = maximum.map_or(usize::MAX, |most| usize::try_from(most).expect("a number"));
    let idle = IDLE.min(most.saturating_sub(OTHER_FILES));
    if idle < IDLE {
        println!(
            "NOT {IDLE} CONNECTIONS: this system allows {most} open files, so there are {idle}"
        );
    }
    assert!(idle > 0, "this system allows {most} open files");
    idle
}

#[tokio::test]
async fn ten_thousand_idle_connections_keep_nobody_out() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    desk.visitor(&agent).await.asks("When are you open?").await;
    let (files, memory) = (desk.files(), desk.memory());
    let wanted = idle_connections();
    let mut idle = Vec::new();
    for _ in 0..wanted {
        let mut socket = connected(&desk).await;
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", desk.wire.authority());
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 512];
        let read = socket.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200 "), "{}", desk.log);
        idle.push(socket);
    }
    let visitor = desk.visitor(&agent).await;
    assert!(!visitor.asks("When are you open?").await.text.is_empty());
    let (held, grown) = (desk.files() - files, desk.memory().saturating_sub(memory));
    assert!(held >= wanted, "{held} of {wanted} connections are still held");
    let each = grown / wanted as u64;
    println!("{wanted} idle connections: {grown} bytes, {each} each");
    assert!(each < 32 * 1024, "{each} bytes for each idle connection");
    // None of them was given up meanwhile.
    let last = idle.last_mut().expect("a connection");
    last.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    read_until(last, &desk, "an answer", |text| text.starts_with("HTTP/1.1 200 ")).await;
}

#[tokio::test]
async fn a_quiet_stream_is_kept_alive_by_comments_whatever_the_client_expected() {
    let model = Model::start();
    let patient = Setup::default().model(&model).set("FRONTDESK_LLM_TOKEN_TIMEOUT_MS", "60000");
    let desk = patient.start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let gate = Gate::closed();
    model.will(Reply::begins(&["We open "]).waits_for(&gate).then(&["at nine."]).ends());
    let body = visitor.question("When are you open?").to_string();
    let mut socket = connected(&desk).await;
    let head = head(&visitor, "/messages/stream", body.len(), "Expect: 100-continue\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut socket, &desk, "leave to send the body", |text| {
        text.starts_with("HTTP/1.1 100 ")
    })
    .await;
    socket.write_all(body.as_bytes()).await.unwrap();
    let commented = |text: &str| text.contains("We open") && text.contains("\r\n:");
    read_until(&mut socket, &desk, "a comment in the stream", commented).await;
    gate.open();
    read_until(&mut socket, &desk, "the end of the stream", |text| text.contains("\"done\"")).await;
}

#[tokio::test]
async fn who_asks_whether_to_send_what_is_too_large_is_told_not_to() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let mut socket = connected(&desk).await;
    let head = head(&visitor, "/events", 70_000, "Expect: 100-continue\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let text = read_until(&mut socket, &desk, "a refusal", |text| text.contains("}}")).await;
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
    let mut rest = Vec::new();
    assert_eq!(socket.read_to_end(&mut rest).await.unwrap_or(0), 0, "nobody waits for the body");
}

#[tokio::test]
async fn a_reader_slower_than_the_model_costs_bounded_memory_and_no_word() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let tokens: Vec<String> = (0..4000).map(|number| format!("word{number} ")).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    model.will(Reply::says(&tokens));
    let body = visitor.question("Tell me everything").to_string();
    let mut socket = connected(&desk).await;
    let request = head(&visitor, "/messages/stream", body.len(), "") + &body;
    socket.write_all(request.as_bytes()).await.unwrap();
    // Nothing is read until the whole turn is stored.
    let stored = until("the answer is stored", &desk.log, || async {
        desk.messages(&visitor.conversation).into_iter().find(|message| message.role == "assistant")
    })
    .await;
    assert_eq!(stored.content.trim_end(), tokens.concat().trim_end());
    let text =
        read_until(&mut socket, &desk, "the end of the stream", |text| text.contains("\"done\""))
            .await;
    let heard = text.matches("\"event\":\"token\"").count();
    assert!(heard > 0 && text.contains("word3999"), "{heard} tokens");
    assert!(desk.memory_peak() < 150 << 20);
}

#[tokio::test]
async fn a_second_message_waits_for_the_first_or_is_told_so() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let gate = Gate::closed();
    model.will(Reply::begins(&["We open "]).waits_for(&gate).then(&["at nine."]).ends());
    let mut turn = visitor.begins("When are you open?").await;
    turn.hears().await;
    let second = visitor.question("And on Sundays?");
    for endpoint in ["/messages", "/messages/stream"] {
        visitor.posts(endpoint, &second).await.error(409, "turn_in_progress");
    }
    gate.open();
    turn.ends().await;
    model.will(Reply::says(&["No."]));
    // At once: whoever heard "done" may ask again.
    assert_eq!(visitor.asks("And on Sundays?").await.text, "No.");
}

#[tokio::test]
async fn a_message_that_was_answered_is_told_again_while_another_is_being_answered() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let mut first = visitor.question("When are you open?");
    first["client_message_id"] = json!("first");
    model.will(Reply::says(&["At nine."]));
    let told = visitor.begins_with(&first).await.ends().await;
    let gate = Gate::closed();
    model.will(Reply::begins(&["We "]).waits_for(&gate).then(&["do not."]).ends());
    let mut turn = visitor.begins("And on Sundays?").await;
    turn.hears().await;
    let again = visitor.begins_with(&first).await.ends().await;
    assert_eq!((again.text, again.message_id), (told.text, told.message_id));
    first["client_message_id"] = json!("unknown");
    visitor.posts("/messages", &first).await.error(409, "turn_in_progress");
    gate.open();
    assert_eq!(turn.ends().await.text, "We do not.");
    assert_eq!(desk.messages(&visitor.conversation).len(), 4);
}

#[tokio::test]
async fn as_many_files_may_be_open_as_the_system_allows() {
    let few = 64;
    let desk = Setup::default().with_open_files(few).start().await;
    let (soft, hard) = desk.open_files();
    assert_eq!(soft, hard);
    assert_ne!(soft, few.to_string(), "this system allows no more than that");
}
