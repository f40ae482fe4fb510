//! A turn in one piece (`/messages`), and what both forms of a turn share.

use serde_json::{Value, json};

use crate::{
    harness::{API, Desk, SHOP, token_endpoints},
    pages,
    scripted::{Model, Reply},
};

#[tokio::test]
async fn a_turn_in_one_piece_has_the_shape_of_the_contract() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let question = visitor.question("How much is standard shipping?");
    let data = visitor.posts("/messages", &question).await.data(200);
    assert_eq!(data["conversation_id"], visitor.conversation);
    assert!(data["content"].as_str().unwrap().contains("4.90"), "{data}");
    assert_eq!(data["low_confidence"], false);
    assert!(data.as_object().unwrap()["handoff"].is_null());
    let citation = &data["citations"][0];
    assert_eq!(citation["id"], 1);
    for key in ["url", "title", "quote"] {
        assert!(citation[key].is_string(), "{citation}");
    }
    let stored = desk.messages(&visitor.conversation);
    assert_eq!(stored.len(), 2);
    assert_eq!(stored[1].id, data["message_id"].as_str().unwrap());
    assert_eq!(stored[1].content, data["content"].as_str().unwrap());
    assert_eq!(stored[1].citations, data["citations"]);
}

#[tokio::test]
async fn both_forms_of_a_turn_share_one_conversation() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    model.will(Reply::says(&["At ", "nine."]));
    model.will(Reply::says(&["At ", "six."]));
    let question = visitor.question("When do you open?");
    let data = visitor.posts("/messages", &question).await.data(200);
    assert_eq!(data["content"], "At nine.");
    visitor.asks("When do you close?").await;
    let said: Vec<String> =
        desk.messages(&visitor.conversation).into_iter().map(|message| message.content).collect();
    assert_eq!(said, ["When do you open?", "At nine.", "When do you close?", "At six."]);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_a_502_with_the_question_stored() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    model.will(Reply::begins(&["We open "]));
    let question = visitor.question("When do you open?");
    visitor.posts("/messages", &question).await.error(502, "answer_failed");
    let stored = desk.messages(&visitor.conversation);
    assert_eq!(stored[0].content, "When do you open?");
    assert!(stored.iter().all(|message| message.role == "user" || !message.complete), "{stored:?}");
}

#[tokio::test]
async fn both_prefixes_answer_alike() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let init = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    let mut answers = Vec::new();
    for prefix in [API, "/api/v1/widget"] {
        desk.wire.post(&format!("{prefix}/init"), &init).origin(SHOP).send().await.data(200);
        let config = format!("{prefix}/config?agent_id={}", agent.id);
        let config = desk.wire.get(&config).origin(SHOP).send().await;
        let mut told = vec![(config.status, shape(&config.json()))];
        let visitor = desk.visitor(&agent).await;
        for (method, endpoint, body) in token_endpoints(&visitor.conversation) {
            let path = format!("{prefix}{endpoint}");
            desk.wire.request(method, &path).send().await.error(401, "invalid_token");
            let response = visitor.sends(method, &path, &body, SHOP).await;
            if endpoint == "/messages/stream" {
                assert!(response.body.contains("\"event\":\"done\""), "{}", response.body);
                told.push((response.status, json!(null)));
            } else {
                told.push((response.status, shape(&response.json())));
            }
        }
        answers.push(told);
    }
    assert_eq!(answers[0], answers[1]);
    let statuses: Vec<u16> = answers[0].iter().map(|(status, _)| *status).collect();
    let expected = [200, 200, 200, 200, 202, 200, 200, 202, 200, 404, 200, 200, 200];
    assert_eq!(statuses, expected);
}

/// What is the same in two answers to two visitors: all but texts.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => json!("text"),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), shape(value))).collect()
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn unknown_keys_of_a_request_are_ignored() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let mut question = visitor.question("When are you open?");
    question["from_a_newer_client"] = json!({"a": [1]});
    visitor.posts("/messages", &question).await.data(200);
}
