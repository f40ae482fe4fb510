//! A person is asked for: the visitor waits for two minutes, hears that nobody is there, and goes on with the machine.

use serde_json::json;

use crate::{
    harness::{API, Desk},
    pages,
};

#[tokio::test]
async fn when_nobody_comes_it_is_said_until_the_visitor_writes_again() {
    let mut desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor_with(&agent, json!({"anon_id": "waiting"})).await;
    let path = format!("{API}/conversation/messages");
    visitor.posts("/request-human", &json!({})).await.data(200);
    visitor.asks("When are you open on Saturday?").await;
    assert_eq!(
        visitor.gets(&path).await.data(200)["status"],
        "waiting",
        "the machine helps meanwhile"
    );

    desk.stop();
    let file = rusqlite::Connection::open(desk.data().join("frontdesk.db")).unwrap();
    let patience = 120 * 1000;
    file.execute("update conversations set human_asked_at = human_asked_at - ?1", [patience])
        .unwrap();
    drop(file);
    desk.restart().await;
    let visitor = desk.visitor_with(&agent, json!({"anon_id": "waiting"})).await;
    assert_eq!(visitor.greeting["conversation"]["status"], "offline");
    assert_eq!(visitor.gets(&path).await.data(200)["status"], "offline");

    let answer = visitor.asks("How many days do I have to return an item?").await;
    assert!(answer.text.contains("30 days"), "{answer:?}");
    assert_eq!(visitor.gets(&path).await.data(200)["status"], "bot");
    assert_eq!(desk.count("select count(*) from conversations where human_asked_at > 0"), 1);
    visitor.posts("/request-human", &json!({})).await.data(200);
    assert_eq!(
        visitor.gets(&path).await.data(200)["status"],
        "waiting",
        "and may be asked for again"
    );
}
