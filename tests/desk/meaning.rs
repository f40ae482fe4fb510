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
async fn the_second_half_of_a_question_leans_on_the_first() {
    let desk = Setup::default().by_meaning().closed();
    let agent = desk.agent_on(SHOP).await;
    desk.learns(
        &agent,
        &[
            ("tern.md", "# Tern lamp\n\nThe Tern lamp costs 80 euros.\n"),
            ("hours.md", "# Opening hours\n\nOn Saturday we are open from nine to one. On Sunday we are closed.\n"),
        ],
    )
    .await;
    let (first, both) =
        ("What does the Tern lamp cost?", "Are you open on Saturday? And on Sunday?");
    let ask = ["ask", "--agent", &agent.id, "--after", first, both, "--json"];
    let answer = desk.cli(&ask).await.json();
    let said = answer["content"].as_str().unwrap();
    assert!(said.contains("nine to one") && said.contains("closed"), "{answer}");
    assert!(!said.contains("80 euros"), "{answer}");
}

#[tokio::test]
async fn where_a_quantity_is_asked_for_and_no_page_names_one_nothing_is_known() {
    let desk = Setup::default().by_meaning().closed();
    let agent = desk.agent_on(SHOP).await;
    let page =
        "# Horn\n\nThe horn of the Tern is loud enough for the city, and the postman hears it.\n";
    desk.learns(&agent, &[("horn.md", page)]).await;
    for (question, is_known) in
        [("Is the horn of the Tern loud?", true), ("How loud is the horn in decibels?", false)]
    {
        let answer = desk.cli(&["ask", "--agent", &agent.id, question, "--json"]).await.json();
        assert_eq!(answer["low_confidence"], !is_known, "{answer}");
        assert_eq!(answer["content"].as_str().unwrap().contains("postman"), is_known, "{answer}");
    }
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

#[tokio::test]
async fn pages_that_the_model_cannot_read_are_found_among_those_that_it_can() {
    let desk = Setup::default().by_meaning().closed();
    let agent = desk.agent_on(SHOP).await;
    let deposit = "# Mietbedingungen\n\nDie Kaution beträgt 100 Euro pro Boot und wird nach der Rückgabe erstattet.\n";
    desk.learns(
        &agent,
        &[
            ("rental.md", "# Rental\n\nThe deposit is 90 dollars for each boat.\n"),
            ("hours.md", "# Opening hours\n\nWe are open from nine to five, on Sundays too.\n"),
            ("prices.md", "# Prices\n\nA kayak costs 15 dollars an hour and 60 dollars a day.\n"),
            ("miete.md", deposit),
        ],
    )
    .await;
    let ask = ["ask", "--agent", &agent.id, "Wie hoch ist die Kaution?", "--json"];
    let answer = desk.cli(&ask).await.json();
    assert!(answer["content"].as_str().unwrap().starts_with("Die Kaution"), "{answer}");
}

#[tokio::test]
async fn of_things_that_are_much_alike_the_one_whose_code_is_asked_for_is_found() {
    let desk = Setup::default().by_meaning().closed();
    let agent = desk.agent_on(SHOP).await;
    let lamps: Vec<(String, String)> = (0..24)
        .map(|n| {
            let (code, price) = (1000 + 7 * n, 30 + n);
            let text = format!(
                "# Lamp {n}\n\nA lamp of steel, item number LMP-{code}. It costs {price} dollars.\n"
            );
            (format!("lamp-{n}.md"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> =
        lamps.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    desk.learns(&agent, &files).await;
    for (code, price) in [("LMP-1007", "31 dollars"), ("lmp-1133", "49 dollars")] {
        let ask = ["ask", "--agent", &agent.id, &format!("what does {code} cost?"), "--json"];
        let answer = desk.cli(&ask).await.json();
        let content = answer["content"].as_str().unwrap();
        assert!(content.contains(price) && content.matches("dollars").count() == 1, "{answer}");
    }
    let missing = ["ask", "--agent", &agent.id, "what does LMP-1134 cost?", "--json"];
    let answer = desk.cli(&missing).await.json();
    assert_eq!(answer["low_confidence"], true, "it is none of ours: {answer}");
    assert!(!answer["content"].as_str().unwrap().contains("dollars"), "{answer}");
}

#[tokio::test]
async fn a_question_that_asks_two_things_is_answered_twice() {
    let desk = Setup::default().by_meaning().closed();
    let agent = desk.agent_on(SHOP).await;
    desk.learns(
        &agent,
        &[
            (
                "hours.md",
                "# Opening hours\n\nWe are open from nine to five, on Sundays from ten.\n",
            ),
            ("way.md", "# How to get here\n\nThere are ten parking spaces behind the shop.\n"),
            ("wool.md", "# Wool\n\nOur wool comes from the island of Texel.\n"),
        ],
    )
    .await;
    for question in [
        "What are your opening hours and do you have parking?",
        "Do you have parking? And when are you open on Sundays?",
    ] {
        let answer = desk.cli(&["ask", "--agent", &agent.id, question, "--json"]).await.json();
        let content = answer["content"].as_str().unwrap();
        assert!(content.contains("nine to five") && content.contains("ten parking"), "{answer}");
        let cited = |part: &str| {
            let citations = answer["citations"].as_array().unwrap().iter();
            citations.filter(|citation| citation["url"].as_str().unwrap().contains(part)).count()
        };
        assert_eq!((cited("hours"), cited("way")), (1, 1), "{answer}");
    }
    let search = ["knowledge", "search", "--agent", &agent.id, "--limit", "1"];
    let question = ["What are your opening hours and do you have parking?", "--json"];
    let found = desk.cli(&[&search[..], &question].concat()).await.json();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
}
