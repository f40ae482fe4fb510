//! What is offered beside an answer: further questions, and the form for contact details.

use serde_json::{Value, json};

use crate::{
    harness::{Agent, Answer, Desk, SHOP},
    pages,
};

const FAQ: (&str, &str) = (
    "faq.md",
    "# Questions about returns\n\n## How long can I return an item?\n\nAny unworn item can be returned within 30 days \
     of delivery.\n\n## Who pays for the return of an item?\n\nWe pay for the return of an item that arrived broken; \
     else you do.\n\n## Returned items\n\nAn item that is returned must be in its box.\n",
);
const FORM: &str =
    r#"lead_form.fields=[{"name":"email","label":"E-mail","type":"email","required":true}]"#;

fn aside<'a>(answer: &'a Answer, kind: &str) -> Option<&'a Value> {
    answer.events.iter().find(|event| event["event"] == kind)
}

fn suggestions(answer: &Answer) -> Vec<&str> {
    let list = aside(answer, "suggestions").map(|event| event["suggestions"].as_array().unwrap());
    list.into_iter().flatten().map(|text| text.as_str().unwrap()).collect()
}

async fn set(desk: &Desk, agent: &Agent, change: &str) {
    desk.cli(&["agent", "set", &agent.id, change]).await.succeeded();
}

#[tokio::test]
async fn questions_that_the_same_pages_answer_are_offered() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[FAQ]).await;
    set(&desk, &agent, "starter_prompts=Do you ship?,Where are you?,Who are you?").await;
    let visitor = desk.visitor(&agent).await;
    let answer = visitor.asks("How long can I return an item?").await;
    assert!(answer.text.contains("30 days"), "{answer:?}");
    let expected = ["Who pays for the return of an item?", "Do you ship?", "Where are you?"];
    assert_eq!(suggestions(&answer), expected);
    let next = visitor.asks("Who pays for the return of an item").await;
    assert!(
        !suggestions(&next).iter().any(|it| it.contains("return")),
        "both were asked: {:?}",
        suggestions(&next)
    );
}

#[tokio::test]
async fn how_many_are_offered_is_the_owners_to_say() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[FAQ]).await;
    set(&desk, &agent, "answers.suggestions=0").await;
    let answer = desk.visitor(&agent).await.asks("How long can I return an item?").await;
    assert_eq!(aside(&answer, "suggestions"), None);
    let wrong = desk.cli(&["agent", "set", &agent.id, "answers.suggestions=5"]).await;
    wrong.failed(2, &["answers.suggestions", "0 to 4"]);
}

#[tokio::test]
async fn whoever_asks_to_be_contacted_is_offered_the_form() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let answer = visitor.asks("Can you call me back about my return?").await;
    assert_eq!(aside(&answer, "lead_prompt"), None, "the agent has no form");

    let agent = desk.agent_knowing(pages::SHOP).await;
    set(&desk, &agent, FORM).await;
    let visitor = desk.visitor(&agent).await;
    assert_eq!(aside(&visitor.asks("When are you open?").await, "lead_prompt"), None);
    for question in [
        "Please call me back!",
        "K\u{f6}nnen Sie mir einen R\u{fc}ckruf geben?",
        "\u{8bf7}\u{8054}\u{7cfb}\u{6211}",
    ] {
        let answer = visitor.asks(question).await;
        assert_eq!(
            aside(&answer, "lead_prompt"),
            Some(&json!({"event": "lead_prompt"})),
            "{question}"
        );
    }
    visitor.posts("/leads", &json!({"email": "ada@example.com"})).await.data(200);
    let answer = visitor.asks("Please contact me").await;
    assert_eq!(aside(&answer, "lead_prompt"), None, "who has left an address is not asked again");
}

/// In the order in which they are judged.
fn rules() -> Value {
    let card = |title: &str, deed: Value| json!([{"kind": "open"}, {"kind": "card", "title": title, "text": "Shall we?", "buttons": [deed]}]);
    json!([
        {
            "id": "page", "priority": 9, "conditions": [{"kind": "question", "words": ["item"]}],
            "actions": card("The page's", json!({"label": "No", "do": "dismiss"})),
        },
        {
            "id": "off", "priority": 8, "enabled": false, "conditions": [{"kind": "answer"}],
            "actions": card("Off", json!({"label": "No", "do": "dismiss"})),
        },
        {
            "id": "returns", "priority": 7,
            "conditions": [
                {"kind": "answer", "unsure": false, "cites": ["/faq*"]},
                {"kind": "url", "patterns": ["/pricing"]},
                {"kind": "any", "of": [{"kind": "question", "words": ["return"]}]},
            ],
            "actions": card("Returns", json!({"label": "Form", "do": "link", "url": "/returns"})),
        },
        {
            "id": "unsure", "cap": 1, "conditions": [{"kind": "answer", "unsure": true}],
            "actions": card("A person?", json!({"label": "Yes", "do": "human"})),
        },
    ])
}

#[tokio::test]
async fn a_rule_on_the_answer_shows_its_card_with_the_answer() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[FAQ]).await;
    let rules = rules();
    set(&desk, &agent, &format!("behavior_rules={rules}")).await;
    let visitor = desk.visitor(&agent).await;
    let answer = visitor.asks("How long can I return an item?").await;
    let returns = json!({
        "event": "cta", "rule_id": "returns",
        "cta": {
            "title": "Returns", "text": "Shall we?",
            "buttons": [{"label": "Form", "do": "link", "url": "/returns", "text": null}],
        },
    });
    assert_eq!(aside(&answer, "cta"), Some(&returns), "{answer:?}");
    let kinds: Vec<&str> = answer
        .events
        .iter()
        .filter_map(|it| it["event"].as_str())
        .filter(|it| *it != "token")
        .collect();
    assert_eq!(kinds, ["cta", "suggestions", "citations", "done"]);
    let again = visitor.asks("How long can I return an item?").await;
    assert_eq!(aside(&again, "cta"), Some(&returns), "it has no cap");

    // Whoever asks for the answer in one piece sees no card, and uses none up.
    let unseen = visitor.question("Who was the very first zeppelin captain?");
    visitor.posts("/messages", &unseen).await.data(200);

    // Once for each visitor.
    let other = desk.visitor(&agent).await;
    for visitor in [&visitor, &other] {
        let answer = visitor.asks("Who was the first zeppelin captain?").await;
        assert!(answer.low_confidence, "{answer:?}");
        assert_eq!(aside(&answer, "cta").map(|cta| &cta["rule_id"]), Some(&json!("unsure")));
        let answer = visitor.asks("Who was the last zeppelin captain?").await;
        assert_eq!(aside(&answer, "cta"), None);
    }
    let fired: Vec<(String, i64)> = desk.rows(
        "select rule_id, count(distinct visitor_id) from events where event = 'rule.fired' group by rule_id",
        |row| Ok((row.get(0)?, row.get(1)?)),
    );
    assert_eq!(fired, [("returns".to_owned(), 1), ("unsure".to_owned(), 2)]);
    assert_eq!(desk.count("select count(*) from events"), 4);
    // All that are on are still the page's to see, which does not know the condition.
    let shown = visitor.greeting["behavior_rules"].as_array().unwrap();
    let ids: Vec<&str> = shown.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["page", "returns", "unsure"]);
}

#[tokio::test]
async fn a_rule_cools_down_and_knows_the_curated_answer_that_it_is_for() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[FAQ]).await;
    let given = [
        "curated",
        "add",
        "--agent",
        &agent.id,
        "--words",
        "holidays",
        "--answer",
        "In August.",
        "--json",
    ];
    let made = desk.cli(&given).await.json();
    let mut rules = rules();
    rules[3] = json!({
        "id": "holidays", "cooldown_s": 3600, "actions": rules[3]["actions"],
        "conditions": [{"kind": "answer", "curated": made["id"]}],
    });
    set(&desk, &agent, &format!("behavior_rules={rules}")).await;
    let visitor = desk.visitor(&agent).await;
    let asks = async || {
        let answer = visitor.asks("When are your holidays?").await;
        assert_eq!(answer.text, "In August.");
        aside(&answer, "cta").cloned()
    };
    assert_eq!(asks().await.unwrap()["rule_id"], "holidays");
    assert_eq!(asks().await, None);
    desk.execute("update events set created_at = created_at - 3600000");
    assert_eq!(asks().await.unwrap()["rule_id"], "holidays");
    let other = visitor.asks("Who was the first zeppelin captain?").await;
    assert_eq!(aside(&other, "cta"), None);
}

#[tokio::test]
async fn a_repeat_is_told_what_was_offered_beside_the_answer_too() {
    let mut desk = Desk::start().await;
    let agent = desk.agent_knowing(&[FAQ]).await;
    set(&desk, &agent, FORM).await;
    set(&desk, &agent, &format!("behavior_rules={}", rules())).await;
    let visitor = desk.visitor(&agent).await;
    let mut question = visitor.question("How long can I return an item? Call me.");
    question["client_message_id"] = json!("one");
    let untold = |events: Vec<Value>| -> Vec<Value> {
        events.into_iter().filter(|event| event["event"] != "token").collect()
    };
    let first = untold(visitor.begins_with(&question).await.ends().await.events);
    let kinds: Vec<&str> = first.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(kinds[..2], ["lead_prompt", "cta"]);
    visitor.asks("Who pays for the return of an item?").await;
    for restart in [false, true] {
        if restart {
            desk.stop();
            desk.restart().await;
        }
        assert_eq!(untold(visitor.begins_with(&question).await.ends().await.events), first);
    }
    assert_eq!(
        desk.count("select count(*) from events where rule_id = 'returns'"),
        2,
        "not once more"
    );
}
