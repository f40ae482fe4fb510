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
