//! The month's quotas of a workspace: exact, however many ask at once.

use std::sync::Arc;

use serde_json::json;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    harness::{API, Desk, SHOP, Visitor},
    pages,
};

/// Two requests with one message, while nothing can be written: the one that began its turn, which waits, and the one
/// that joined it, whose headers came.
async fn two(desk: &Desk, visitor: &Visitor) -> (TcpStream, TcpStream) {
    let mut question = visitor.question("When do you open?");
    question["client_message_id"] = json!("the-same");
    let body = question.to_string();
    let request = format!(
        "POST {API}/messages/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        visitor.jwt,
        body.len()
    );
    let sent = async || {
        let mut socket = TcpStream::connect(desk.wire.authority()).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        socket
    };
    let (one, other) = (sent().await, sent().await);
    let heard = async {
        tokio::select! {
            heard = one.readable() => heard.map(|()| false),
            heard = other.readable() => heard.map(|()| true),
        }
    };
    let patience = std::time::Duration::from_secs(20);
    let other_joined = tokio::time::timeout(patience, heard).await.expect("one that joined");
    if other_joined.unwrap() { (one, other) } else { (other, one) }
}

async fn all(mut socket: TcpStream) -> String {
    let mut text = String::new();
    socket.read_to_string(&mut text).await.unwrap();
    text
}

fn writes_wait(desk: &Desk) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(desk.data().join("frontdesk.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    other
}

#[tokio::test]
async fn who_leaves_before_they_are_let_in_stops_nothing() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    // Before the server knows the agent, which it believes to have no quota for a tenth of a second.
    desk.cli(&["workspace", "set", "monthly_messages=100"]).await.succeeded();
    let visitor = desk.visitor(&agent).await;
    let other = writes_wait(&desk);
    let (began, joined) = two(&desk, &visitor).await;
    drop(began);
    // That it left is seen before anything can be written.
    desk.wire.get("/healthz").send().await;
    other.execute_batch("commit").unwrap();
    let heard = all(joined).await;
    assert!(heard.starts_with("HTTP/1.1 200 ") && heard.contains("\"done\""), "{heard}");
    assert_eq!(desk.messages(&visitor.conversation).len(), 2);
}

#[tokio::test]
async fn who_joined_a_turn_that_is_refused_is_told_why() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    desk.cli(&["workspace", "set", "monthly_messages=1"]).await.succeeded();
    let (first, visitor) = (desk.visitor(&agent).await, desk.visitor(&agent).await);
    first.asks("When do you open?").await;
    let other = writes_wait(&desk);
    let (began, joined) = two(&desk, &visitor).await;
    other.execute_batch("commit").unwrap();
    let (began, joined) = (all(began).await, all(joined).await);
    assert!(began.starts_with("HTTP/1.1 429 "), "{began}");
    assert!(joined.starts_with("HTTP/1.1 200 "), "{joined}");
    for heard in [began, joined] {
        assert!(heard.contains("\"code\":\"message_quota_exceeded\""), "{heard}");
    }
    assert_eq!(desk.messages(&visitor.conversation).len(), 0);
}

#[tokio::test]
async fn of_five_hundred_at_once_exactly_as_many_are_answered_as_the_quota_allows() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    desk.cli(&["workspace", "set", "monthly_messages=100"]).await.succeeded();
    let mut visitors = Vec::new();
    for _ in 0..50 {
        visitors.push(Arc::new(desk.visitor(&agent).await));
    }
    let mut asking = tokio::task::JoinSet::new();
    for visitor in &visitors {
        let visitor = visitor.clone();
        // One conversation answers one question at a time, so each asks its ten in a row.
        asking.spawn(async move {
            let mut statuses = Vec::new();
            for _ in 0..10 {
                let question = visitor.question("When do you open?");
                let response = visitor.posts("/messages", &question).await;
                if response.status != 200 {
                    response.error(429, "message_quota_exceeded");
                }
                statuses.push(response.status);
            }
            statuses
        });
    }
    let statuses: Vec<u16> = asking.join_all().await.into_iter().flatten().collect();
    assert_eq!(statuses.len(), 500);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 100);
    let stored: Vec<i64> =
        desk.rows("select count(*) from messages where role = 'user'", |row| row.get(0));
    assert_eq!(stored, [100], "a refused question is not stored");
}

#[tokio::test]
async fn a_page_view_counts_for_nothing_and_a_running_conversation_goes_on() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    desk.cli(&["workspace", "set", "monthly_conversations=1"]).await.succeeded();
    let (talking, looking) = (desk.visitor(&agent).await, desk.visitor(&agent).await);
    talking.asks("When do you open?").await;
    let question = looking.question("And on Sunday?");
    looking.posts("/messages", &question).await.error(429, "plan_limit_reached");
    let body = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    let newcomer = desk.wire.post(&format!("{API}/init"), &body).origin(SHOP).send().await;
    newcomer.error(429, "plan_limit_reached");
    assert_eq!(talking.asks("And on Saturday?").await.events.last().unwrap()["event"], "done");
}
