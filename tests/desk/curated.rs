//! Curated answers: given first, word for word, without a search and without a model, to the questions that they are
//! for and to no others.

use serde_json::{Value, json};

use crate::{
    harness::{API, Agent, Answer, Desk, SHOP, Visitor, until},
    pages,
    scripted::{Model, Reply},
};

/// Writes an answer for the agent; gives it as the command line shows it.
pub async fn curate(desk: &Desk, agent: &Agent, more: &[&str]) -> Value {
    desk.cli(&[&["curated", "add", "--agent", &agent.id, "--json"], more].concat()).await.json()
}

fn id(curated: &Value) -> String {
    curated["id"].as_str().expect("an id").to_owned()
}

/// Asks until the running server gives this answer: it sees a change within a tenth of a second.
pub async fn answered_with(desk: &Desk, visitor: &Visitor, question: &str, answer: &str) -> Answer {
    until("the server gives the new answer", &desk.log, || async {
        let given = visitor.asks(question).await;
        (given.text == answer).then_some(given)
    })
    .await
}

#[tokio::test]
async fn a_curated_answer_is_given_before_any_model_is_asked() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let answer = "Shoes go back within **30 days** of delivery, as any item.";
    let link = "https://shop.example/policies/returns.md#how-long";
    let words = ["--words", "refund shoes", "--answer", answer, "--link", link];
    curate(&desk, &agent, &words).await;
    let visitor = desk.visitor(&agent).await;

    let given = visitor.asks("My SHOE is torn - are those refunded?").await;
    assert_eq!(given.text, answer);
    assert!(!given.low_confidence);
    assert_eq!(
        given.citations,
        [json!({"id": 1, "url": link, "title": "Returns and refunds",
                "quote": "You may return any unused item within 30 days of delivery for a full refund."})]
    );
    let stored = desk.messages(&visitor.conversation);
    assert_eq!((stored.len(), stored[1].id.as_str()), (2, given.message_id.as_str()));
    assert_eq!((stored[1].content.as_str(), stored[1].complete), (answer, true));
    assert_eq!(stored[1].citations, json!(given.citations));
    let speakers: Vec<String> =
        desk.rows("select model from messages where role = 'assistant'", |row| row.get(0));
    assert_eq!(speakers, ["curated"]);
    assert!(model.requests().is_empty());

    let whole = visitor.posts("/messages", &visitor.question("refund, shoes")).await.data(200);
    assert_eq!((&whole["content"], &whole["handoff"]), (&json!(answer), &Value::Null));
    assert_eq!(whole["citations"], json!(given.citations));

    model.will(Reply::says(&["Shirts too."]));
    assert_eq!(visitor.asks("My shirt is torn - is it refunded?").await.text, "Shirts too.");
    let asked = model.heard(1, &desk.log).await.to_string();
    assert!(asked.contains("go back within"), "the model sees what was said: {asked}");
}

#[tokio::test]
async fn patterns_work_in_every_script() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let cases = [
        ("--words", "退款", "三十天之内。", "请问，怎么退款？", "怎么退货？"),
        ("--words", "استرجاع", "خلال 30 يومًا.", "كيف يمكنني الاسترجاع؟", "متى تفتحون؟"),
        ("--words", "🎉", "Cheers!", "yeah 🎉🎉", "yeah"),
        ("--words", "👍", "Glad to hear it.", "ok 👍🏽", "ok"),
        ("--phrase", "返品 方法", "30日以内です。", "返品方法は？", "返品の方法は？"),
        ("--phrase", "crème brûlée", "Only on Sundays.", "Creme Brulee, please!", "Cream brulee?"),
        ("--exact", "Здравствуйте", "Добрый день!", "здравствуйте!!", "Здравствуйте, вы кто?"),
        ("--regex", "บัตร.{0,9}เครดิต", "รับค่ะ", "รับบัตรเครดิตไหม", "รับบัตรไหม"),
        ("--words", "Öffnungszeiten", "Immer.", "ÖFFNUNGSZEITEN am Montag?", "Montag"),
    ];
    for (kind, pattern, answer, ..) in cases {
        curate(&desk, &agent, &[kind, pattern, "--answer", answer]).await;
    }
    let visitor = desk.visitor(&agent).await;
    for (_, pattern, answer, question, other) in cases {
        assert_eq!(visitor.asks(question).await.text, answer, "{pattern}");
        assert_ne!(visitor.asks(other).await.text, answer, "{pattern}: {other}");
    }
}

#[tokio::test]
async fn a_running_server_sees_each_change() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    let visitor = desk.visitor(&agent).await;
    let question = "Is there a secret handshake?";
    assert!(visitor.asks(question).await.low_confidence);
    let made = curate(&desk, &agent, &["--words", "handshake", "--answer", "Yes."]).await;
    answered_with(&desk, &visitor, question, "Yes.").await;
    let set = |more: &[&'static str]| {
        let command = ["curated".to_owned(), "set".to_owned(), id(&made)];
        [&command[..], &more.iter().map(|&it| it.to_owned()).collect::<Vec<_>>()].concat()
    };
    for (change, answer) in [
        (&["--answer", "No."][..], "No."),
        (&["--phrase", "handshake of the order"], ""),
        (&["--phrase", "SECRET handshake"], "No."),
        (&["--off"], ""),
        (&["--on"], "No."),
    ] {
        let command = set(change);
        desk.cli(&command.iter().map(String::as_str).collect::<Vec<_>>()).await.succeeded();
        until("the server sees the change", &desk.log, || async {
            let given = visitor.asks(question).await;
            let fits = if answer.is_empty() { given.low_confidence } else { given.text == answer };
            fits.then_some(())
        })
        .await;
    }
    desk.cli(&["curated", "remove", &id(&made)]).await.succeeded();
    until("the server no longer gives it", &desk.log, || async {
        visitor.asks(question).await.low_confidence.then_some(())
    })
    .await;
    desk.cli(&["curated", "show", &id(&made)]).await.failed(1, &["no curated answer", "list"]);
}

#[tokio::test]
async fn the_highest_priority_comes_first_and_page_and_language_must_fit() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    for more in [
        &["--words", "wifi", "--answer", "old"][..],
        &["--words", "wifi", "--answer", "here", "--page", "/pricing", "--priority", "5"],
        &[
            "--words",
            "wifi",
            "--answer",
            "there",
            "--page",
            "https://other.example",
            "--priority",
            "9",
        ],
        &["--words", "wifi", "--answer", "hier", "--language", "de-DE", "--priority", "7"],
        &["--words", "wifi", "--answer", "new"],
    ] {
        curate(&desk, &agent, more).await;
    }
    let english = desk.visitor_with(&agent, json!({"locale": "en-GB"})).await;
    assert_eq!(english.asks("wifi?").await.text, "here", "asked on /pricing");
    let german = desk.visitor_with(&agent, json!({"locale": "de-AT"})).await;
    assert_eq!(german.asks("WiFi?").await.text, "hier");
    for (page, answer) in [("https://shop.example/", "old"), ("https://other.example/x", "there")] {
        let mut body = english.question("wifi?");
        body["page_url"] = json!(page);
        assert_eq!(english.begins_with(&body).await.ends().await.text, answer);
    }
    let test = ["curated", "test", "--page", "https://shop.example/pricing/a", "wifi", "--json"];
    let tested = desk.cli(&test).await.json();
    let others = tested["others"].as_array().unwrap().iter().map(|other| other["answer"].as_str());
    assert_eq!(tested["given"]["answer"], "here");
    assert_eq!(others.collect::<Vec<_>>(), [Some("old"), Some("new")]);
}

#[tokio::test]
async fn hostile_expressions_and_questions_cost_no_more_than_others() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    // Ruin for an engine that goes back; here each is linear.
    for expression in ["(a+)+$", "(a|aa)+$", "(.*)(.*)(.*)(.*)=b", "^(([a-z])+.)+[A-Z]([a-z])+$"] {
        curate(&desk, &agent, &["--regex", expression, "--answer", "Caught."]).await;
    }
    let visitor = desk.visitor(&agent).await;
    let long = format!("{}!", "a".repeat(3999));
    for question in [
        long.as_str(),
        &"\u{1f389}\u{200d}".repeat(1500),
        &"退".repeat(4000),
        &"a\u{301}".repeat(4000),
    ] {
        visitor.asks(question).await;
    }
    assert_eq!(visitor.asks("aaaa").await.text, "Caught.");
}

#[tokio::test]
async fn a_repeated_message_gets_the_answer_of_then() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    let made = curate(
        &desk,
        &agent,
        &["--words", "handshake", "--answer", "Yes.", "--link", "https://x.example/"],
    )
    .await;
    let visitor = desk.visitor(&agent).await;
    let mut body = visitor.question("Is there a handshake?");
    body["client_message_id"] = json!("one");
    let first = visitor.begins_with(&body).await.ends().await;
    assert_eq!(first.text, "Yes.");
    desk.cli(&["curated", "remove", &id(&made)]).await.succeeded();
    until("the answer is gone", &desk.log, || async {
        visitor.asks("handshake?").await.low_confidence.then_some(())
    })
    .await;
    let again = visitor.begins_with(&body).await.ends().await;
    assert_eq!((again.events, again.message_id), (first.events, first.message_id));
    let asked = "select count(*) from messages where client_message_id = 'one'";
    assert_eq!(desk.count(asked), 1);
}

#[tokio::test]
async fn a_curated_turn_counts_as_any_other() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    curate(&desk, &agent, &["--words", "handshake", "--answer", "Yes."]).await;
    desk.cli(&["workspace", "set", "monthly_messages=3"]).await.succeeded();
    let set = format!("answers.max_messages={}", 2);
    desk.cli(&["agent", "set", &agent.id, &set]).await.succeeded();
    let visitor = desk.visitor(&agent).await;
    for _ in 0..2 {
        assert_eq!(visitor.asks("handshake").await.text, "Yes.");
    }
    let question = visitor.question("handshake");
    visitor.posts("/messages", &question).await.error(429, "conversation_budget_exceeded");
    let other = desk.visitor(&agent).await;
    assert_eq!(other.asks("handshake").await.text, "Yes.");
    other.posts("/messages", &question).await.error(429, "message_quota_exceeded");
    let used: Vec<(i64, i64)> = desk
        .rows("select messages, conversations from usage", |row| Ok((row.get(0)?, row.get(1)?)));
    assert_eq!(used, [(3, 2)]);
    let tokens = "select sum(budget_tokens) from conversations";
    assert_eq!(desk.count(tokens), 0, "nothing was spoken by a model");
}

#[tokio::test]
async fn a_rule_of_the_page_gives_a_curated_answer() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let more = [
        "--words",
        "handshake",
        "--answer",
        "Yes.",
        "--link",
        "https://x.example/a",
        "--link-title",
        "A",
    ];
    let made = curate(&desk, &agent, &more).await;
    let rules = json!([{"id": "r1", "conditions": [], "actions": [
        {"kind": "open"},
        {"kind": "answer", "curated": id(&made)},
        {"kind": "answer", "curated": "01JZ8QK3T5W7Y9ABCDEFGHJKMN"},
        {"kind": "answer", "text": "By hand."},
    ]}]);
    let set = format!("behavior_rules={rules}");
    desk.cli(&["agent", "set", &agent.id, &set]).await.succeeded();
    let actions = || async {
        let config = format!("{API}/config?agent_id={}", agent.id);
        let config = desk.wire.get(&config).origin(SHOP).send().await.data(200);
        config["behavior_rules"][0]["actions"].clone()
    };
    let citations = json!([{"id": 1, "url": "https://x.example/a", "title": "A", "quote": ""}]);
    let full = json!([
        {"kind": "open"},
        {"kind": "answer", "curated": id(&made), "text": "Yes.", "citations": citations},
        {"kind": "answer", "text": "By hand."},
    ]);
    assert_eq!(actions().await, full);
    let greeting = desk.visitor(&agent).await.greeting;
    assert_eq!(greeting["behavior_rules"][0]["actions"], full);
    desk.cli(&["curated", "set", &id(&made), "--off"]).await.succeeded();
    until("the answer leaves the rule", &desk.log, || async {
        (actions().await == json!([{"kind": "open"}, {"kind": "answer", "text": "By hand."}]))
            .then_some(())
    })
    .await;
    let shown = desk.cli(&["agent", "show", &agent.id, "--json"]).await.json();
    assert_eq!(shown["behavior_rules"], rules, "the owner's rules stay as they were written");
}
