//! Citations that hold: a place to go to, the words that support the sentence, and doubt where there are none.

use crate::{
    harness::Desk,
    pages,
    scripted::{Model, Reply},
};

const PRICES: (&str, &str) = (
    "prices.md",
    "# Prices\n\nA full service of a bicycle costs £85. A lamp is fitted for £9.50 while you wait.\n",
);
const COURIERS: (&str, &str) = (
    "couriers.md",
    "# Couriers\n\n## Discounts {#discounts}\n\nCouriers pay £60 for a full service.\n",
);

#[tokio::test]
async fn a_citation_leads_to_the_words_of_its_quote() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(&[PRICES, COURIERS]).await;
    model.will(Reply::says(&["We fit lamps for £9.50 [1]."]));
    let answer = desk.visitor(&agent).await.asks("What does it cost to fit a lamp?").await;
    let citation = &answer.citations[0];
    assert_eq!(citation["quote"], "A lamp is fitted for £9.50 while you wait.");
    assert_eq!(
        citation["url"],
        "https://shop.example/prices.md#:~:text=A%20lamp%20is%20fitted%20for%20%C2%A39.50%20while%20you%20wait."
    );
    assert!(!answer.low_confidence, "{answer:?}");
}

#[tokio::test]
async fn a_passage_with_an_anchor_is_linked_by_it() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[PRICES, COURIERS]).await;
    let answer = desk.visitor(&agent).await.asks("What do couriers pay for a service?").await;
    let urls: Vec<&str> = answer.citations.iter().filter_map(|one| one["url"].as_str()).collect();
    assert!(urls.contains(&"https://shop.example/couriers.md#discounts"), "{answer:?}");
}

#[tokio::test]
async fn a_number_or_a_price_that_no_source_holds_makes_the_answer_doubtful() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(&[PRICES, COURIERS]).await;
    let visitor = desk.visitor(&agent).await;
    for (said, doubtful) in [
        ("A service costs £85 [1].", false),
        ("A service costs 85 pounds [1].", false),
        ("Your 3 bicycles cost £85 each [1].", false),
        ("A service costs £89 [1].", true),
        ("A service costs $85 [1].", true),
        ("A service costs £85 and takes 4 hours [1].", true),
        ("A service costs £85.", true),
    ] {
        model.will(Reply::says(&[said]));
        let answer = visitor.asks("What does a full service of my 3 bicycles cost?").await;
        assert_eq!(answer.low_confidence, doubtful, "{said}");
    }
}

#[tokio::test]
async fn a_page_without_an_address_is_cited_by_its_path() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(crate::harness::SHOP).await;
    let file = desk.folder.write("shop/returns.md", pages::RETURNS.1);
    let folder = file.parent().unwrap().to_str().unwrap().to_owned();
    desk.cli(&["knowledge", "add", "--agent", &agent.id, &folder]).await.succeeded();
    let answer =
        desk.visitor(&agent).await.asks("How many days do I have to return an item?").await;
    assert_eq!(answer.citations[0]["url"], "returns.md", "{answer:?}");
}
