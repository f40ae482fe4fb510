//! Searching by meaning: what was said in other words is found, and nobody waits for the model.

use crate::{
    harness::{SHOP, Setup, until},
    pages,
};

#[tokio::test]
async fn two_commands_and_a_server_embed_at_once_and_nothing_is_left_out() {
    let desk = Setup::default().by_meaning().start().await;
    let (one, other) = (desk.agent_on(SHOP).await, desk.agent_on(SHOP).await);
    let texts: Vec<(String, String)> = (0..90)
        .map(|n| {
            let text = format!("# Shelf {n}\n\nOn shelf {n} there are lamps. They cost {n} euros.");
            (format!("shelf-{n}.md"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> =
        texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let (first, second) = tokio::join!(desk.learns(&one, &files), desk.learns(&other, &files));
    assert_eq!((&first["passages"], &second["passages"]), (&90.into(), &90.into()));
    until("all passages have their vectors", &desk.log, || async {
        let vectors = desk.count("select count(*) from vectors");
        let units = desk.count("select count(*) from unit_vectors");
        (vectors == 180 && units == 180).then_some(())
    })
    .await;
    assert_eq!(desk.is_whole(), Ok(()));
}

#[tokio::test]
async fn a_question_in_other_words_finds_its_page() {
    let desk = Setup::default().by_meaning().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = desk.learns(&agent, pages::SHOP).await;
    assert_eq!(added["pages"], 3);
    let question = "can I send stuff back and get my money?";
    let search = ["knowledge", "search", "--agent", &agent.id, question, "--json"];
    let results = desk.cli(&search).await.json();
    assert_eq!(results[0]["path"], "policies/returns.md", "{results}");
}

#[tokio::test]
async fn a_follow_up_is_completed_from_the_question_before_it() {
    let desk = Setup::default().by_meaning().closed();
    let agent = desk.agent_on(SHOP).await;
    desk.learns(
        &agent,
        &[
            ("parcels.md", "# Parcels\n\nA parcel to Norway costs 12 euros.\n"),
            ("letters.md", "# Letters\n\nA letter to Norway costs 2 euros.\n"),
            ("hours.md", "# Opening hours\n\nWe are open from nine to five.\n"),
        ],
    )
    .await;
    let first = "What does a parcel to Norway cost?";
    let ask = ["ask", "--agent", &agent.id, "--after", first, "and a letter?", "--json"];
    let answer = desk.cli(&ask).await.json();
    assert!(answer["content"].as_str().unwrap().contains("2 euros"), "{answer}");
}

#[tokio::test]
async fn the_sentence_that_means_what_is_asked_is_said() {
    let desk = Setup::default().by_meaning().closed();
    let agent = desk.agent_on(SHOP).await;
    let page = "# Parcels\n\nWe pack by hand in the old mill by the river, as we have since the beginning. \
        Every box is made of straw. The courier rings twice and leaves a card. Our van is painted green. \
        Nothing that you order ever leaves the European Union. The driver is called Tom. \
        The river floods in spring, and then we are late by a day.\n";
    desk.learns(&agent, &[("parcels.md", page)]).await;
    let ask = ["ask", "--agent", &agent.id, "is stuff kept outside Europe?", "--json"];
    let answer = desk.cli(&ask).await.json();
    assert!(answer["content"].as_str().unwrap().contains("European Union"), "{answer}");
}

#[tokio::test]
async fn an_embedding_server_that_is_down_leaves_the_words() {
    let desk = Setup::default()
        .set("FRONTDESK_EMBED", "endpoint")
        .set("FRONTDESK_EMBED_URL", "http://127.0.0.1:9/v1")
        .closed();
    let agent = desk.agent_on(SHOP).await;
    desk.learns(&agent, pages::SHOP).await;
    let search = ["knowledge", "search", "--agent", &agent.id, "return an unused item", "--json"];
    let results = desk.cli(&search).await.json();
    assert_eq!(results[0]["path"], "policies/returns.md", "{results}");
}
