//! A turn in one piece (`/messages`), and what both forms of a turn share.

use serde_json::json;

use crate::{
    harness::{API, Desk, SHOP},
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
    let body = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    let init = desk.wire.post("/api/v1/widget/init", &body).origin(SHOP).send().await.data(200);
    let jwt = init["jwt"].as_str().unwrap();
    let message = json!({"message": "When are you open?", "page_url": "https://shop.example/"});
    let mut contents = Vec::new();
    for prefix in [API, "/api/v1/widget"] {
        let response = desk
            .wire
            .post(&format!("{prefix}/messages"), &message)
            .token(jwt)
            .origin(SHOP)
            .send()
            .await;
        contents.push(response.data(200)["content"].clone());
        desk.wire
            .post(&format!("{prefix}/messages"), &message)
            .send()
            .await
            .error(401, "invalid_token");
        let stream =
            desk.wire.post(&format!("{prefix}/messages/stream"), &message).token(jwt).send().await;
        assert!(stream.body.contains("\"event\":\"done\""), "{}", stream.body);
        let event = json!({"event": "launcher.opened"});
        desk.wire.post(&format!("{prefix}/events"), &event).token(jwt).send().await.data(202);
        let lead = json!({"email": "ada@example.com"});
        desk.wire.post(&format!("{prefix}/leads"), &lead).token(jwt).send().await.data(200);
    }
    assert_eq!(contents[0], contents[1]);
}

#[tokio::test]
async fn unknown_keys_of_a_request_are_ignored() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let mut question = visitor.question("When are you open?");
    question["from_a_newer_client"] = json!({"a": [1]});
    visitor.posts("/messages", &question).await.data(200);
}
