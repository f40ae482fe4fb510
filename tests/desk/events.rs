//! What the widget reports.

use serde_json::{Value, json};

use crate::harness::{Desk, SHOP};

#[tokio::test]
async fn one_event_is_accepted_and_stored() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let event = json!({"event": "cta.click", "rule_id": "rule-7", "metadata": {"button": 1, "labels": ["a"]}});
    assert_eq!(visitor.posts("/events", &event).await.data(202), json!({"accepted": 1}));
    let rows = desk.rows("select event, rule_id, metadata, visitor_id from events", |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, String>(3)?,
        ))
    });
    assert_eq!(rows.len(), 1);
    let (name, rule, metadata, by) = &rows[0];
    assert_eq!(
        (name.as_str(), rule.as_str(), by.as_str()),
        ("cta.click", "rule-7", visitor.id.as_str())
    );
    assert_eq!(serde_json::from_str::<Value>(metadata).unwrap(), event["metadata"]);
}

#[tokio::test]
async fn a_batch_is_accepted_as_a_whole() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let event = json!({"event": "page.view"});
    let batch = json!({"events": vec![event.clone(); 50]});
    assert_eq!(visitor.posts("/events", &batch).await.data(202), json!({"accepted": 50}));
    let too_many = json!({"events": vec![event; 51]});
    assert_eq!(visitor.posts("/events", &too_many).await.wrong_fields(), ["events"]);
    assert_eq!(desk.count("select count(*) from events"), 50);
}

#[tokio::test]
async fn one_bad_event_of_a_batch_is_named_and_none_is_stored() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let batch = json!({"events": [{"event": "page.view"}, {"event": "Not A Name"}]});
    let wrong = visitor.posts("/events", &batch).await.wrong_fields();
    assert!(wrong.len() == 1 && wrong[0].contains('1'), "the second one is meant: {wrong:?}");
    assert_eq!(desk.count("select count(*) from events"), 0);
}

#[tokio::test]
async fn names_and_metadata_have_limits() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    for name in ["", "Launcher.opened", "1st", "has space", "x-y", &"x".repeat(65)] {
        let wrong = visitor.posts("/events", &json!({"event": name})).await.wrong_fields();
        assert_eq!(wrong, ["event"], "{name:?}");
    }
    visitor.posts("/events", &json!({"event": "x".repeat(64)})).await.data(202);
    let large = json!({"event": "page.view", "metadata": {"text": "x".repeat(4096)}});
    assert_eq!(visitor.posts("/events", &large).await.wrong_fields(), ["metadata"]);
    assert!(!visitor.posts("/events", &json!({})).await.wrong_fields().is_empty());
    assert_eq!(desk.count("select count(*) from events"), 1);
}

#[tokio::test]
async fn a_stream_that_was_held_back_is_told_to_the_owner_and_no_flood_of_it_to_the_log() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let word = "answers reach visitors in one piece";
    let shown = desk.cli(&["agent", "show", &agent.id]).await;
    assert!(!shown.out.contains(word), "{}", shown.out);
    for _ in 0..3 {
        visitor.posts("/events", &json!({"event": "stream.buffered"})).await.data(202);
    }
    let told = || async { desk.log.contains(word).then_some(()) };
    crate::harness::until("the log has a warning", &desk.log, told).await;
    assert_eq!(desk.log.to_string().matches(word).count(), 1);
    let shown = desk.cli(&["agent", "show", &agent.id]).await;
    let line = format!("3 times in the last 7 days: {word}");
    assert!(shown.out.contains(&line), "{}", shown.out);
}
