//! Gaps: what was asked and not answered well, the same questions together, turned into answers by the owner.

use serde_json::{Value, json};

use crate::{
    curated::{answered_with, curate},
    harness::{Agent, Desk, SHOP, Setup, Visitor},
    pages,
};

async fn gaps(desk: &Desk, agent: &Agent, more: &[&str]) -> Vec<Value> {
    let gaps = desk.cli(&[&["gaps", "--agent", &agent.id, "--json"], more].concat()).await.json();
    gaps.as_array().expect("a list").clone()
}

/// Answers a gap; gives what the command line says.
async fn answer(desk: &Desk, agent: &Agent, gap: &Value, more: &[&str]) -> Value {
    let gap = gap["id"].as_str().expect("an id");
    let command = ["gaps", "answer", gap, "--agent", &agent.id, "--json"];
    desk.cli(&[&command, more].concat()).await.json()
}

async fn dislikes(visitor: &Visitor, question: &str) -> String {
    let answer = visitor.asks(question).await;
    let feedback = format!("/messages/{}/feedback", answer.message_id);
    visitor.posts(&feedback, &json!({"rating": "bad"})).await.data(200);
    answer.text
}

fn titles(gaps: &[Value]) -> Vec<&str> {
    gaps.iter().map(|gap| gap["question"].as_str().expect("a question")).collect()
}

#[tokio::test]
async fn the_same_question_in_other_words_is_one_gap_and_one_answer_closes_it() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let (one, other) = (desk.visitor(&agent).await, desk.visitor(&agent).await);
    for question in ["Do you sell zeppelins?", "Which zeppelins do you sell?"] {
        assert!(one.asks(question).await.low_confidence, "{question}");
    }
    other.asks("do you sell ZEPPELINS").await;
    other.asks("Who repairs a gramophone?").await;
    assert!(!other.asks("When are you open on Saturday?").await.low_confidence);
    dislikes(&other, "How long can I return an item?").await;
    one.asks("What does shipping cost?").await;
    one.posts("/request-human", &json!({})).await.data(200);

    let found = gaps(&desk, &agent, &[]).await;
    assert_eq!(
        titles(&found),
        [
            "do you sell ZEPPELINS",
            "What does shipping cost?",
            "How long can I return an item?",
            "Who repairs a gramophone?"
        ]
    );
    assert_eq!((&found[0]["count"], &found[0]["visitors"]), (&json!(3), &json!(2)));
    assert_eq!(found[0]["examples"].as_array().unwrap().len(), 3);
    let reasons = |at: usize| found[at]["reasons"].clone();
    assert_eq!(reasons(0), json!({"low_confidence": 3, "thumbs_down": 0, "asked_for_person": 0}));
    assert_eq!(reasons(1), json!({"low_confidence": 0, "thumbs_down": 0, "asked_for_person": 1}));
    assert_eq!(reasons(2), json!({"low_confidence": 0, "thumbs_down": 1, "asked_for_person": 0}));

    let text = "No, only shoes.";
    let link = ["--answer", text, "--link", "https://shop.example/shoes"];
    let closed = answer(&desk, &agent, &found[0], &link).await;
    assert_eq!((&closed["questions"], &closed["answered"]), (&json!(3), &json!(3)));
    for question in ["Do you sell zeppelins?", "zeppelin: who is selling?"] {
        let given = answered_with(&desk, &other, question, text).await;
        assert!(given.cites("https://shop.example/shoes") && !given.low_confidence);
    }
    let left = gaps(&desk, &agent, &[]).await;
    assert_eq!(titles(&left), titles(&found[1..]));
    let solved = gaps(&desk, &agent, &["--solved"]).await;
    assert_eq!(
        (&solved[0]["id"], &solved[0]["solved_by"]),
        (&found[0]["id"], &closed["curated"]["id"])
    );
    let id = found[0]["id"].as_str().unwrap();
    desk.cli(&["gaps", "answer", id, "--answer", "x"]).await.failed(1, &[id, "frontdesk gaps"]);
}

#[tokio::test]
async fn an_erased_visitor_is_gone_from_the_gaps() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let (visitor, other) = (desk.visitor(&agent).await, desk.visitor(&agent).await);
    visitor.asks("Do you repair xylophones?").await;
    other.asks("Do you repair a xylophone?").await;
    visitor.asks("Where is the quetzalcoatl?").await;
    assert_eq!(gaps(&desk, &agent, &[]).await.len(), 2);
    visitor.deletes("/me").await.data(200);
    let left = gaps(&desk, &agent, &[]).await;
    assert_eq!(titles(&left), ["Do you repair a xylophone?"]);
    assert_eq!(left[0]["count"], 1);
    for word in ["xylophones", "quetzalcoatl"] {
        assert_eq!(crate::erasure::traces(&desk, word), Vec::<String>::new(), "{word}");
    }
}

#[tokio::test]
async fn a_disliked_curated_answer_is_a_gap_until_it_is_changed() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let made = curate(&desk, &agent, &["--words", "zeppelin", "--answer", "No."]).await;
    let visitor = desk.visitor(&agent).await;
    assert_eq!(dislikes(&visitor, "A zeppelin?").await, "No.");
    assert_eq!(titles(&gaps(&desk, &agent, &[]).await), ["A zeppelin?"]);
    let id = made["id"].as_str().unwrap();
    desk.cli(&["curated", "set", id, "--answer", "No, and we never did."]).await.succeeded();
    assert!(gaps(&desk, &agent, &[]).await.is_empty());
    assert_eq!(titles(&gaps(&desk, &agent, &["--solved"]).await), ["A zeppelin?"]);
}

#[tokio::test]
async fn patterns_hold_words_and_nothing_that_is_the_visitors_own() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    visitor.asks("Where is gramophone zeppelin 48151623 for montezuma@mail.example?").await;
    visitor.asks("4815162342").await;
    let found = gaps(&desk, &agent, &[]).await;
    let named = found.iter().find(|gap| gap["question"].as_str().unwrap().contains("zeppelin"));
    let closed = answer(&desk, &agent, named.unwrap(), &["--answer", "On its way."]).await;
    assert_eq!(closed["curated"]["patterns"], json!([{"words": "gramophone zeppelin"}]));
    let number = found.iter().find(|gap| gap["question"] == "4815162342").unwrap();
    let id = number["id"].as_str().unwrap();
    let command = ["gaps", "answer", id, "--answer", "x"];
    desk.cli(&command).await.failed(1, &["--words", "--regex"]);
    let closed = answer(&desk, &agent, number, &["--answer", "x", "--regex", "^[0-9]{10}$"]).await;
    assert_eq!(closed["answered"], 1);
    assert!(gaps(&desk, &agent, &[]).await.is_empty());
}

#[tokio::test]
async fn gaps_are_found_in_every_script_and_shown_without_harm() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    for question in [
        "飞艇多少钱？",
        "请问飞艇多少钱",
        "\u{1b}[31mgramophone\u{7}\u{202e} repair?",
        "🎈🎈",
        "?!",
    ] {
        visitor.asks(question).await;
    }
    let found = gaps(&desk, &agent, &[]).await;
    assert_eq!(found[0]["count"], 2, "{found:?}");
    let closed = answer(&desk, &agent, &found[0], &["--answer", "不卖。"]).await;
    assert_eq!(closed["answered"], 2, "{closed}");
    answered_with(&desk, &visitor, "飞艇多少钱呢", "不卖。").await;
    let shown = desk.cli(&["gaps"]).await;
    shown.succeeded();
    assert!(shown.out.contains("gramophone") && shown.out.contains("🎈🎈"), "{}", shown.out);
    assert!(!shown.out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", shown.out);
    let balloons = gaps(&desk, &agent, &[]).await.into_iter().find(|gap| gap["question"] == "🎈🎈");
    answer(&desk, &agent, &balloons.unwrap(), &["--answer", "Pop!"]).await;
    answered_with(&desk, &visitor, "🎈🎈", "Pop!").await;
}

#[tokio::test]
async fn each_agent_has_its_own_gaps_and_old_ones_are_left_out() {
    let desk = Desk::start().await;
    let (one, other) =
        (desk.agent_knowing(pages::SHOP).await, desk.agent_knowing(pages::SHOP).await);
    desk.visitor(&one).await.asks("Do you sell zeppelins?").await;
    assert_eq!(gaps(&desk, &one, &["--days", "1"]).await.len(), 1);
    assert!(gaps(&desk, &other, &[]).await.is_empty());
    desk.cli(&["gaps"]).await.failed(2, &["--agent"]);
    desk.cli(&["gaps", "--agent", &one.id, "--days", "0"]).await.failed(2, &["--days"]);
    let empty = desk.cli(&["gaps", "--agent", &other.id]).await;
    assert_eq!(empty.out, "There are no gaps.\n");
    let curated = curate(&desk, &other, &["--words", "zeppelin", "--answer", "x"]).await;
    assert_eq!(gaps(&desk, &one, &[]).await.len(), 1, "{curated} is another agent's");
}

#[tokio::test]
async fn meaning_brings_questions_together_that_words_leave_apart() {
    let desk = Setup::default().by_meaning().start().await;
    let agent = desk.agent_on(SHOP).await;
    let visitor = desk.visitor(&agent).await;
    for question in
        ["Are dogs allowed?", "Who repairs a gramophone?", "Can I bring my dog with me?"]
    {
        visitor.asks(question).await;
    }
    let found = gaps(&desk, &agent, &[]).await;
    assert_eq!(found.len(), 2, "{found:?}");
    let closed = answer(&desk, &agent, &found[0], &["--answer", "Yes, on a leash."]).await;
    assert_eq!((&closed["questions"], &closed["answered"]), (&json!(2), &json!(2)), "{closed}");
}
