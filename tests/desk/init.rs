//! A visitor arrives: the shape of `/init`, resuming, and the origin gate.

use serde_json::{Value, json};

use crate::{
    harness::{API, Agent, Desk, SHOP, claims_of},
    pages,
};

/// The keys of an object, sorted. Keys may be added to the contract's; none may be missing.
#[track_caller]
fn has_keys(object: &Value, keys: &[&str]) {
    for key in keys {
        assert!(object.get(key).is_some(), "{key} is missing in {object}");
    }
}

fn request(agent: &Agent) -> Value {
    json!({"agent_id": agent.id, "page_url": "https://shop.example/pricing"})
}

#[tokio::test]
async fn init_answers_in_the_shape_of_the_contract() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let response =
        desk.wire.post(&format!("{API}/init"), &request(&agent)).origin(SHOP).send().await;
    let data = response.data(200);

    has_keys(
        &data,
        &[
            "conversation_id",
            "visitor_id",
            "anonymous_id",
            "jwt",
            "expires_at",
            "agent",
            "branding",
            "behavior_rules",
        ],
    );
    has_keys(&data, &["messages", "conversation", "reverb"]);
    assert_eq!(data["conversation"], json!({"status": "bot", "lead_captured": false}));
    assert_eq!(data["messages"], json!([]));
    assert_eq!(data["behavior_rules"], json!([]));
    has_keys(&data["reverb"], &["app_key", "host", "port", "scheme"]);
    assert!(data["reverb"]["port"].is_u64());
    has_keys(&data["branding"], &["show", "label", "url", "logo_url", "display_mode"]);
    assert!(
        ["label", "logo_only", "logo_and_label"]
            .contains(&data["branding"]["display_mode"].as_str().unwrap())
    );

    let shown = &data["agent"];
    assert_eq!(shown["id"], agent.id);
    assert_eq!(shown["name"], "Aria");
    assert_eq!(shown["persona"]["name"], "Aria");
    assert!(shown["persona"]["tone"].is_string());
    let theme = [
        "primary",
        "accent",
        "radius",
        "position",
        "launcher_label",
        "launcher_icon_url",
        "scheme",
    ];
    has_keys(&shown["theme"], &theme);
    assert!(shown["theme"]["radius"].is_u64());
    assert!(shown["starter_prompts"].is_array());
    assert!(shown["language_default"].is_string());
    assert_eq!(shown["lead_form"]["fields"], json!([]));
    assert_eq!(shown["lead_form"]["before_chat"], false);
    assert_eq!(shown["restricted_paths"], json!([]));

    for key in ["conversation_id", "visitor_id"] {
        let id = data[key].as_str().unwrap();
        assert!(
            id.len() == 26 && id.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()),
            "{key}: {id}"
        );
    }
    assert!(
        !shown.as_object().unwrap().contains_key("allowed_origins"),
        "the list of origins is nobody's business"
    );
}

#[tokio::test]
async fn the_token_says_who_may_speak_where_and_for_an_hour() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let claims = claims_of(&visitor.jwt);
    assert_eq!(claims["iss"], "pitchbar");
    assert_eq!(claims["visitor_id"], visitor.id);
    assert_eq!(claims["conversation_id"], visitor.conversation);
    assert_eq!(claims["agent_id"], visitor.greeting["agent"]["id"]);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    let expires = visitor.greeting["expires_at"].as_str().unwrap();
    assert!(expires.len() == 20 && expires.ends_with('Z'), "whole seconds, UTC: {expires}");
}

#[tokio::test]
async fn a_visitor_who_comes_back_finds_the_conversation() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let first = desk.visitor(&agent).await;
    let answer = first.asks("When are you open on Saturday?").await;
    let again = desk.visitor_with(&agent, json!({"anon_id": first.anonymous_id})).await;
    assert_eq!(again.id, first.id);
    assert_eq!(again.conversation, first.conversation);
    let messages = again.greeting["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0]["role"], "user");
    assert_eq!(messages[0]["content"], "When are you open on Saturday?");
    assert_eq!(messages[1]["role"], "assistant");
    assert_eq!(messages[1]["content"], answer.text);
    assert_eq!(messages[1]["id"], answer.message_id);
    assert_eq!(messages[1]["citations"], json!(answer.citations));
    assert!(messages[0]["created_at"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn the_last_thirty_messages_come_oldest_first() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let first = desk.visitor(&agent).await;
    for number in 1..=17 {
        first.asks(&format!("Question number {number}")).await;
    }
    let again = desk.visitor_with(&agent, json!({"anon_id": first.anonymous_id})).await;
    let messages = again.greeting["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 30);
    assert_eq!(messages[0]["content"], "Question number 3");
    assert_eq!(messages[28]["content"], "Question number 17");
}

#[tokio::test]
async fn resume_false_begins_a_new_conversation_of_the_same_visitor() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let first = desk.visitor(&agent).await;
    first.asks("When are you open?").await;
    let more = json!({"anon_id": first.anonymous_id, "resume": false});
    let again = desk.visitor_with(&agent, more).await;
    assert_eq!(again.id, first.id);
    assert_ne!(again.conversation, first.conversation);
    assert_eq!(again.greeting["messages"], json!([]));
}

#[tokio::test]
async fn a_conversation_that_rested_for_a_day_is_over() {
    let mut desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let first = desk.visitor(&agent).await;
    first.asks("When are you open?").await;
    desk.stop();
    let file = rusqlite::Connection::open(desk.data().join("frontdesk.db")).unwrap();
    let day = 24 * 3600 * 1000;
    file.execute("update conversations set last_activity_at = last_activity_at - ?1", [day])
        .unwrap();
    drop(file);
    desk.restart().await;
    let again = desk.visitor_with(&agent, json!({"anon_id": first.anonymous_id})).await;
    assert_eq!(again.id, first.id);
    assert_ne!(again.conversation, first.conversation);
}

#[tokio::test]
async fn the_browsers_own_anonymous_id_is_kept_and_belongs_to_one_agent() {
    let desk = Desk::start().await;
    let (one, other) = (desk.agent_on(SHOP).await, desk.agent_on(SHOP).await);
    let anon = json!({"anon_id": "anon_chosen-by_the-browser"});
    let here = desk.visitor_with(&one, anon.clone()).await;
    let there = desk.visitor_with(&other, anon).await;
    assert_eq!(here.anonymous_id, "anon_chosen-by_the-browser");
    assert_ne!(here.id, there.id);
    assert_ne!(here.conversation, there.conversation);
}

#[tokio::test]
async fn visitors_without_an_id_get_one_that_nobody_can_guess() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let (one, other) = (desk.visitor(&agent).await, desk.visitor(&agent).await);
    assert_ne!(one.id, other.id);
    assert_ne!(one.anonymous_id, other.anonymous_id);
    assert!(one.anonymous_id.len() >= "anon_".len() + 22, "128 bits: {}", one.anonymous_id);
    assert!(one.anonymous_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'));
}

#[tokio::test]
async fn an_agent_that_is_unknown_or_not_published_is_not_found() {
    let desk = Desk::start().await;
    let draft =
        desk.cli(&["agent", "create", "--name", "Draft", "--origin", SHOP, "--json"]).await.json();
    assert_eq!(draft["published"], false);
    for id in [draft["id"].as_str().unwrap(), "01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        let body = json!({"agent_id": id, "page_url": "https://shop.example/"});
        let response = desk.wire.post(&format!("{API}/init"), &body).origin(SHOP).send().await;
        response.error(404, "agent_not_found");
    }
}

#[tokio::test]
async fn an_origin_that_is_not_allowed_is_named_in_the_refusal() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    for origin in
        ["https://staging.shop.example", "http://shop.example", "https://shop.example:8443"]
    {
        let response =
            desk.wire.post(&format!("{API}/init"), &request(&agent)).origin(origin).send().await;
        let error = response.error(403, "origin_forbidden");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(origin), "{message}");
        assert!(!message.replace(origin, "").contains(SHOP), "the list stays private: {message}");
        let command = format!("frontdesk agent allow {} '{origin}'", agent.id);
        assert!(message.contains(&command), "{message}");
        assert_eq!(
            response.header("Access-Control-Allow-Origin"),
            origin,
            "so that the loader can read why"
        );
    }
}

#[tokio::test]
async fn a_request_without_an_origin_passes_only_with_the_star() {
    let desk = Desk::start().await;
    let (shop, anywhere) = (desk.agent_on(SHOP).await, desk.agent_on("*").await);
    let path = format!("{API}/init");
    desk.wire.post(&path, &request(&shop)).send().await.error(403, "origin_forbidden");
    desk.wire
        .post(&path, &request(&shop))
        .origin("null")
        .send()
        .await
        .error(403, "origin_forbidden");
    desk.wire.post(&path, &request(&anywhere)).send().await.data(200);
    desk.wire.post(&path, &request(&anywhere)).origin("null").send().await.data(200);
    desk.wire
        .post(&path, &request(&anywhere))
        .origin("http://localhost:5500")
        .send()
        .await
        .data(200);
}

#[tokio::test]
async fn a_wildcard_lets_subdomains_in_and_nobody_else() {
    let desk = Desk::start().await;
    let agent = desk.agent_on("https://*.shop.example").await;
    let path = format!("{API}/init");
    for origin in ["https://www.shop.example", "https://a.b.shop.example"] {
        desk.wire.post(&path, &request(&agent)).origin(origin).send().await.data(200);
    }
    for origin in [SHOP, "https://evilshop.example", "https://www.shop.example.evil.example"] {
        desk.wire
            .post(&path, &request(&agent))
            .origin(origin)
            .send()
            .await
            .error(403, "origin_forbidden");
    }
}

#[tokio::test]
async fn an_agent_without_origins_lets_nobody_in() {
    let desk = Desk::start().await;
    let made = desk.cli(&["agent", "create", "--name", "Shy", "--publish", "--json"]).await.json();
    let agent = Agent { id: made["id"].as_str().unwrap().to_owned(), origin: SHOP.to_owned() };
    let response =
        desk.wire.post(&format!("{API}/init"), &request(&agent)).origin(SHOP).send().await;
    response.error(403, "origin_forbidden");
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let path = format!("{API}/init");
    let wrong = json!({"agent_id": agent.id, "page_url": "ftp://shop.example/", "anon_id": "two words", "locale": "!"});
    let response = desk.wire.post(&path, &wrong).origin(SHOP).send().await;
    assert_eq!(response.wrong_fields(), ["anon_id", "locale", "page_url"]);
    let response = desk.wire.post(&path, &json!({})).origin(SHOP).send().await;
    assert_eq!(response.wrong_fields(), ["agent_id", "page_url"]);
    let long = format!("https://shop.example/{}", "x".repeat(2048));
    let wrong =
        json!({"agent_id": agent.id, "page_url": long, "anon_id": "x".repeat(65), "resume": "yes"});
    let response = desk.wire.post(&path, &wrong).origin(SHOP).send().await;
    assert!(response.wrong_fields().iter().any(|field| field == "resume"), "{}", response.body);
}
