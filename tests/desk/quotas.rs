//! The month's quotas of a workspace: exact, however many ask at once.

use std::sync::Arc;

use serde_json::json;

use crate::{
    harness::{API, Desk, SHOP},
    pages,
};

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
