//! Meaning from an endpoint: any dimension, in batches; whatever it does, words still find, and it is noted once.

use serde_json::Value;

use crate::{
    harness::{Agent, Desk, SHOP, Setup, until},
    pages,
    scripted::{Embeddings, Mood},
};

/// No word of it is on its page.
const MEANT: &str = "send it back for my money";
const WORDED: &str = "return an unused item";

fn setup(server: &Embeddings) -> Setup {
    Setup::default()
        .set("FRONTDESK_EMBED", "endpoint")
        .set("FRONTDESK_EMBED_URL", &server.url())
        .set("FRONTDESK_EMBED_MODEL", "small")
}

async fn shop(desk: &Desk) -> Agent {
    let agent = desk.agent_on(SHOP).await;
    desk.learns(&agent, pages::SHOP).await;
    agent
}

async fn first(desk: &Desk, agent: &Agent, question: &str) -> Option<String> {
    let found = desk.cli(&["knowledge", "search", "--agent", &agent.id, question, "--json"]).await;
    found.json()[0]["path"].as_str().map(str::to_owned)
}

/// Of the vectors that are stored: their model and their length, how many.
fn vectors(desk: &Desk) -> Vec<(String, i64, i64)> {
    let query = "select model, length(vector), count(*) from vectors group by 1, 2 order by 1, 2";
    desk.rows(query, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

fn noted(desk: &Desk, words: &str) -> usize {
    desk.log.to_string().lines().filter(|line| line.contains(words)).count()
}

#[tokio::test]
async fn passages_and_questions_get_vectors_of_any_dimension() {
    for dimensions in [3, 1537, 4096] {
        let server = Embeddings::start(dimensions);
        let desk = setup(&server).set("FRONTDESK_EMBED_KEY", "sk-embed").closed();
        let agent = shop(&desk).await;
        assert_eq!(first(&desk, &agent, MEANT).await.as_deref(), Some("policies/returns.md"));
        let stored = vectors(&desk);
        assert_eq!(stored.len(), 1, "{stored:?}");
        assert_eq!((stored[0].1, stored[0].2), (dimensions as i64 + 4, 4));
        assert!(stored[0].0.starts_with("small at "), "{stored:?}");
        let request = server.requests().remove(0);
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(request.header("Authorization"), Some("Bearer sk-embed"));
        assert_eq!(
            (body["model"].as_str(), body["encoding_format"].as_str()),
            (Some("small"), Some("float"))
        );
    }
}

#[tokio::test]
async fn the_url_alone_says_that_an_endpoint_is_meant() {
    let server = Embeddings::start(8);
    let desk = Setup::default().set("FRONTDESK_EMBED", &server.url()).closed();
    let agent = shop(&desk).await;
    assert_eq!(first(&desk, &agent, MEANT).await.as_deref(), Some("policies/returns.md"));
}

#[tokio::test]
async fn many_passages_go_in_batches_and_long_ones_are_cut() {
    let server = Embeddings::start(8);
    let desk = setup(&server).closed();
    let agent = desk.agent_on(SHOP).await;
    let mut files: Vec<(String, String)> = (0..70)
        .map(|n| (format!("p{n}.md"), format!("# Page {n}\n\nAll about shelf {n}.\n")))
        .collect();
    files.push(("long.md".to_owned(), format!("# Long\n\n{}\n", "語".repeat(9000))));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    desk.learns(&agent, &files).await;
    let texts = server.texts();
    assert!(texts.iter().all(|batch| batch.len() <= 32), "at most 32 at once");
    assert!(texts.len() <= 8, "{} requests", texts.len());
    assert!(texts.iter().flatten().all(|text| text.chars().count() <= 4000));
    let without = "select count(*) from passages where id not in (select passage_id from vectors)";
    assert_eq!(desk.count(without), 0);
}

#[tokio::test]
async fn whatever_it_says_wrongly_leaves_the_words() {
    for mood in [Mood::Down, Mood::Garbage, Mood::Short, Mood::Empty, Mood::Ragged] {
        let server = Embeddings::start(8);
        server.is(mood);
        let desk = setup(&server).closed();
        let agent = shop(&desk).await;
        let found = first(&desk, &agent, WORDED).await;
        assert_eq!(found.as_deref(), Some("policies/returns.md"), "{mood:?}");
        // One text has one vector less: none; so the others are what is wrong.
        assert_eq!(vectors(&desk), [], "{mood:?}");
        assert!(!server.requests().is_empty(), "{mood:?}");
    }
}

#[tokio::test]
async fn one_that_goes_down_is_noted_once_and_used_again_when_it_is_back() {
    let server = Embeddings::start(8);
    let desk = setup(&server).start().await;
    let agent = shop(&desk).await;
    let visitor = desk.visitor(&agent).await;
    server.is(Mood::Down);
    let answer = visitor.asks("How many days do I have to return an unused item?").await;
    assert!(answer.text.contains("30 days"), "{answer:?}");
    until("that it is down is noted", &desk.log, || async {
        (noted(&desk, "the embedding endpoint fails") == 1).then_some(())
    })
    .await;
    for question in ["Within how many days of delivery?", "Is it a full refund for an unused item?"]
    {
        visitor.asks(question).await;
    }
    desk.learns(&agent, &[("more.md", "# Parcel\n\nA parcel to Norway costs 12 euros postage.\n")])
        .await;
    assert_eq!(noted(&desk, "the embedding endpoint fails"), 1, "once is enough");
    server.is(Mood::Fine);
    until("it is used again", &desk.log, || async {
        (noted(&desk, "the embedding endpoint answers again") == 1).then_some(())
    })
    .await;
    let asked = || {
        let texts = server.texts().into_iter().flatten();
        texts.filter(|text| text.to_lowercase().contains("within how many days")).count()
    };
    let before = asked();
    visitor.asks("Within how many days of delivery?").await;
    assert_eq!(asked(), before + 1, "what was found without it is not remembered");
    until("what came meanwhile has its vector", &desk.log, || async {
        let without =
            "select count(*) from passages where id not in (select passage_id from vectors)";
        (desk.count(without) == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn another_model_and_another_dimension_make_all_vectors_anew() {
    let server = Embeddings::start(8);
    let mut desk = setup(&server).closed();
    let agent = shop(&desk).await;
    desk.settings(setup(&server).set("FRONTDESK_EMBED_MODEL", "large"));
    desk.restart().await;
    until("the other model's vectors are there", &desk.log, || async {
        let stored = vectors(&desk);
        (stored.len() == 1 && stored[0].0.starts_with("large at ")).then_some(())
    })
    .await;
    // Behind the same name: the first question shows it, and is answered by its words.
    server.becomes(16);
    let visitor = desk.visitor(&agent).await;
    let answer = visitor.asks("How many days do I have to return an unused item?").await;
    assert!(answer.text.contains("30 days"), "{answer:?}");
    until("the vectors have the new length", &desk.log, || async {
        let stored = vectors(&desk);
        (stored.len() == 1 && stored[0].1 == 20).then_some(())
    })
    .await;
    assert_eq!(first(&desk, &agent, MEANT).await.as_deref(), Some("policies/returns.md"));
}
