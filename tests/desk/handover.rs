//! A person is asked for: the visitor waits for two minutes, hears that nobody is there, and goes on with the machine.

use serde_json::json;

use crate::{
    harness::{API, Desk, SHOP},
    pages,
};

#[tokio::test]
async fn when_nobody_comes_it_is_said_until_the_visitor_writes_again() {
    let mut desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor_with(&agent, json!({"anon_id": "waiting"})).await;
    let path = format!("{API}/conversation/messages");
    visitor.posts("/request-human", &json!({})).await.data(200);
    assert_eq!(visitor.gets(&path).await.data(200)["status"], "waiting");

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

#[tokio::test]
async fn while_a_person_is_awaited_the_machine_is_silent() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    visitor.posts("/request-human", &json!({})).await.data(200);
    let mut question = visitor.question("When are you open on Saturday?");
    question["client_message_id"] = json!("one");
    let events = visitor.begins_with(&question).await.rest().await;
    let stored = desk.messages(&visitor.conversation);
    assert_eq!(stored.len(), 1, "{stored:?}");
    let done = json!({
        "event": "done", "conversation_id": visitor.conversation, "message_id": stored[0].id, "low_confidence": false,
    });
    let waiting = json!({"event": "handoff", "status": "waiting"});
    assert_eq!(events, [waiting, json!({"event": "citations", "citations": []}), done]);

    let again = visitor.begins_with(&question).await.rest().await;
    assert_eq!(again, events, "a repeat asks nobody twice");
    let more = visitor.question("And on Sunday?");
    let data = visitor.posts("/messages", &more).await.data(200);
    assert_eq!((&data["handoff"], &data["content"]), (&json!("waiting"), &json!("")));
    assert_eq!(data["citations"], json!([]));
    let stored = desk.messages(&visitor.conversation);
    assert_eq!((stored.len(), stored[1].id.as_str()), (2, data["message_id"].as_str().unwrap()));
}

#[tokio::test]
async fn a_question_that_was_left_to_a_person_is_left_to_them_when_it_is_sent_again() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    visitor.posts("/request-human", &json!({})).await.data(200);
    let mut question = visitor.question("When are you open on Saturday?");
    question["client_message_id"] = json!("one");
    let first = visitor.begins_with(&question).await.rest().await;
    assert_eq!(first[0], json!({"event": "handoff", "status": "waiting"}));
    // Nobody comes, and the machine goes on with what is asked then.
    desk.execute("update conversations set human_asked_at = human_asked_at - 120000");
    visitor.asks("How many days do I have to return an item?").await;
    assert_eq!(visitor.begins_with(&question).await.rest().await, first);
    assert_eq!(visitor.posts("/messages", &question).await.data(200)["handoff"], "waiting");
    assert_eq!(desk.messages(&visitor.conversation).len(), 3);
}

#[tokio::test]
async fn whoever_asks_for_a_person_in_the_chat_is_handed_over() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    visitor.asks("What does shipping cost?").await;
    let mut wish = visitor.question("Can I talk to a human about my order, please?");
    wish["client_message_id"] = json!("wish");
    let events = visitor.begins_with(&wish).await.rest().await;
    assert_eq!(events[0], json!({"event": "handoff", "status": "waiting"}));
    assert_eq!(events.last().unwrap()["event"], "done");
    assert_eq!(visitor.begins_with(&wish).await.rest().await, events, "asked once");
    let path = format!("{API}/conversation/messages");
    assert_eq!(visitor.gets(&path).await.data(200)["status"], "waiting");
    let reason = "select count(*) from conversations where human_reason like '%about my order%'";
    assert_eq!(desk.count(reason), 1);
    assert_eq!(desk.messages(&visitor.conversation).len(), 3);

    // What they asked before it is the gap, not the wish.
    let gaps = desk.cli(&["gaps", "--agent", &agent.id, "--json"]).await.json();
    let asked: Vec<_> = gaps.as_array().unwrap().iter().map(|gap| &gap["question"]).collect();
    assert_eq!(asked, ["What does shipping cost?"]);

    // Nobody comes; then they may wish again, or go on with the machine.
    desk.execute("update conversations set human_asked_at = human_asked_at - 120000");
    let again = visitor.begins("operator").await.rest().await;
    assert_eq!(again[0], json!({"event": "handoff", "status": "waiting"}));
    desk.execute("update conversations set human_asked_at = human_asked_at - 120000");
    assert!(!visitor.asks("When are you open on Saturday?").await.text.is_empty());

    let asked = desk.cli(&["ask", "--agent", &agent.id, "--json", "human please"]).await.json();
    assert_eq!((&asked["handoff"], &asked["content"]), (&json!("waiting"), &json!("")));

    // An owner's own answer to it comes first.
    let agent = desk.agent_knowing(pages::SHOP).await;
    let words = ["--agent", &agent.id, "--words", "human", "--answer", "Call 0113 496 0000."];
    desk.cli(&[&["curated", "add"], &words[..]].concat()).await.succeeded();
    let other = desk.visitor(&agent).await;
    assert_eq!(other.asks("human please").await.text, "Call 0113 496 0000.");
}

#[tokio::test]
async fn a_wish_for_a_person_needs_no_body() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let path = format!("{API}/request-human");
    let asked = || desk.wire.request("POST", &path).token(&visitor.jwt);
    let waiting = json!({"status": "waiting", "timeout_seconds": 120});
    assert_eq!(asked().send().await.data(200), waiting);
    assert_eq!(asked().body("", "application/json").send().await.data(200), waiting);
    asked().body("{}", "text/plain").send().await.error(415, "unsupported_media_type");
    asked().body("{", "application/json").send().await.error(400, "invalid_json");
    let long = json!({"reason": "x".repeat(501)});
    assert_eq!(visitor.posts("/request-human", &long).await.wrong_fields(), ["reason"]);
}

#[tokio::test]
async fn when_nobody_is_there_it_is_said_when_somebody_will_be() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let day = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
        .checked_add(jiff::Span::new().days(3));
    let day = day.unwrap();
    let weekday = day.weekday().to_monday_one_offset();
    let hours =
        |days: &str| format!(r#"handover.hours=[{{"days":[{days}],"from":"09:00","to":"17:30"}}]"#);
    desk.cli(&["agent", "set", &agent.id, &hours(&weekday.to_string())]).await.succeeded();
    let offline = json!({"status": "offline", "opens_at": format!("{day}T09:00:00Z")});
    let visitor = desk.visitor(&agent).await;
    let ask = async || visitor.posts("/request-human", &json!({"reason": "late"})).await.data(200);
    assert_eq!(ask().await, offline);
    assert_eq!(ask().await, offline);
    let path = format!("{API}/conversation/messages");
    assert_eq!(visitor.gets(&path).await.data(200)["status"], "offline");
    assert_eq!(desk.count("select count(*) from conversations where human_reason = 'late'"), 1);
    let said = visitor.begins("Could I speak to someone?").await.rest().await;
    let opens = json!(format!("{day}T09:00:00Z"));
    assert_eq!((&said[0]["status"], &said[0]["opens_at"]), (&json!("offline"), &opens));

    let answer = visitor.asks("How many days do I have to return an item?").await;
    assert!(answer.text.contains("30 days"), "{answer:?}");
    assert_eq!(visitor.gets(&path).await.data(200)["status"], "bot");

    let wrong = desk.cli(&["agent", "set", &agent.id, &hours("8")]).await;
    wrong.failed(2, &["handover.hours", "Monday"]);
    let zone = desk.cli(&["agent", "set", &agent.id, "handover.timezone=Mars/Olympus"]).await;
    zone.failed(2, &["handover.timezone", "Mars/Olympus"]);
}
