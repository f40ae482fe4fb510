//! What the built-in answerer says of passages that are made up for it, by words alone and by meaning.

use std::sync::Arc;

use super::*;
use crate::knowledge::{Hit, Passage, UnitNear};

fn said(question: &str, passages: &[&str]) -> String {
    said_by_meaning(question, passages, &[])
}

/// `near`: how near each unit of each passage is to the question.
fn said_by_meaning(question: &str, passages: &[&str], near: &[f32]) -> String {
    said_with(0.9, question, passages, near)
}

fn said_with(confidence: f64, question: &str, passages: &[&str], near: &[f32]) -> String {
    let source = |(index, text): (usize, &&str)| Hit {
        passage: Arc::new(Passage {
            passage_id: 1,
            path: String::new(),
            url: String::new(),
            title: "Shop".to_owned(),
            heading: String::new(),
            text: (*text).to_owned(),
            language: "en".to_owned(),
            is_pair: false,
        }),
        score: 10.0 - index as f64,
        near: None,
        units_near: near
            .iter()
            .map(|&whole| UnitNear { whole, by_words: whole, by_words_with_before: whole })
            .collect(),
    };
    let prompt = Prompt {
        agent_name: String::new(),
        tone: String::new(),
        instructions: String::new(),
        language: "en".to_owned(),
        history: Vec::new(),
        question: question.to_owned(),
        asked: question.to_owned(),
        leans_on: String::new(),
        sources: passages.iter().enumerate().map(source).collect(),
        halves: Vec::new(),
        page_context: None,
        confidence,
        threshold: 0.35,
        rules: crate::answer::Rules::default(),
        fingerprint: std::sync::OnceLock::new(),
    };
    let pieces = answer(&prompt);
    assert!(pieces.iter().all(|piece| !piece.is_empty()));
    pieces.concat()
}

#[test]
fn the_sentence_that_answers_is_said_with_its_condition() {
    let passage = "We are a small shop. You can return lamps within 30 days. However, bulbs stay with you. \
        Our garden has roses.\n\nThe cat is called Tilly.";
    let answer = said("How long can I return a lamp?", &[passage, "Tilly likes the garden."]);
    assert!(
        answer.starts_with(
            "You can return lamps within 30 days. [1] However, bulbs stay with you. [1]"
        ),
        "{answer}"
    );
    assert!(!answer.contains("Tilly"), "{answer}");
}

#[test]
fn what_may_be_no_answer_is_told_with_a_doubt() {
    let told = |confidence| {
        said_with(confidence, "Do you paint lamps?", &["We paint lamps. We are a shop."], &[])
    };
    let (sure, unsure) = (told(0.9), told(0.4));
    assert!(sure.starts_with("We paint lamps. [1]"), "{sure}");
    assert_eq!(unsure.strip_prefix("I'm not sure that this answers your question. It is the closest that I can find here:\n\n"), Some(sure.as_str()));
}

#[test]
fn a_list_stays_whole_and_in_order() {
    let passage = "We deliver on weekdays.\n\nYou can pay with:\n\n* cash\n* cards\n* vouchers\n\nThe shop is old.";
    let answer = said("How can I pay?", &[passage]);
    assert!(
        answer.contains("You can pay with:\n- cash [1]\n- cards [1]\n- vouchers [1]"),
        "{answer}"
    );
}

#[test]
fn what_another_page_lists_is_told_with_its_title() {
    let pages = ["The shipping of parcels costs £4.90.", "- Shipping of a bike, £39"];
    let answer = said_by_meaning("What does shipping cost?", &pages, &[0.6]);
    assert!(answer.contains("[1]\n\n**Shop**\n- Shipping of a bike, £39 [2]"), "{answer}");
}

#[test]
fn an_item_of_an_item_stands_below_it() {
    let passage = "To update:\n\n1. Back up the file\n2. Vacuum the table\n    - run it by night\n3. Start again";
    let answer = said("How do I update?", &[passage]);
    let wanted = "2. Vacuum the table [1]\n- run it by night [1]\n3. Start again [1]";
    assert!(answer.contains(wanted), "{answer}");
}

#[test]
fn what_a_heading_denies_is_told_with_it() {
    let passage = "## You do not need\n\nA visa or travel insurance.\n\n## Bring\n\nA warm coat.";
    let answer = said("Do I need a visa?", &[passage]);
    assert!(answer.starts_with("**You do not need:** A visa or travel insurance. [1]"), "{answer}");
}

#[test]
fn a_row_says_what_its_cells_mean() {
    let table = "| Zone | Price | Time |\n| --- | --- | --- |\n| Norway | £14.50 | 6 days |\n| Spain | £9 | 4 days |";
    let answer = said("What does shipping to Norway cost?", &[table]);
    assert_eq!(answer, "- **Norway** – Price: £14.50; Time: 6 days [1]");
}

#[test]
fn of_a_table_those_rows_are_said_that_are_as_near_as_the_best() {
    let table = "| Kept | For |\n| --- | --- |\n| Orders | 6 years |\n| Films | 7 days |\n| Photos | 8 days |";
    let answer = said_by_meaning("Is there CCTV?", &[table], &[0.1, 0.45, 0.4]);
    assert_eq!(answer, "- **Films** – For: 7 days [1]\n- **Photos** – For: 8 days [1]");
}

#[test]
fn an_answered_question_of_the_page_is_answered_with_its_text() {
    let passage = "## Do you wrap gifts?\n\nYes, in brown paper, for £2.\n\n## Do you lend ladders?\n\nOnly to members.";
    let answer = said("do you wrap gifts", &[passage]);
    assert!(
        answer.starts_with("Yes, in brown paper, for £2. [1]") && !answer.contains("members"),
        "{answer}"
    );
}

#[test]
fn a_reply_to_another_question_of_the_page_comes_with_that_question() {
    let passage =
        "## Do you mend e-bikes?\n\nYes, for most motors.\n\n## Where are you?\n\nIn Leeds.";
    let answer = said("Is there a warranty on the motor of an e-bike?", &[passage]);
    assert!(answer.starts_with("**Do you mend e-bikes?** Yes, for most motors. [1]"), "{answer}");
}

#[test]
fn what_a_heading_denies_is_not_told_without_it() {
    let passage = "## Not returnable\n\n- Gift cards\n- Underwear";
    let answer = said("can i return gift cards", &[passage]);
    assert!(answer.starts_with("**Not returnable**\n- Gift cards [1]"), "{answer}");
    let passage = "## 2 products\n\n- Gift cards: €20\n- Underwear: €9";
    let answer = said("what are your gift cards", &[passage]);
    assert!(answer.starts_with("- Gift cards: €20 [1]"), "{answer}");
    let passage = "We are a small house. No, for reasons of hygiene. Guide dogs are welcome.";
    let answer = said("Are guide dogs welcome?", &[passage]);
    assert!(answer.starts_with("No, for reasons of hygiene. [1] Guide dogs"), "{answer}");
}

#[test]
fn a_day_that_is_asked_for_is_told_without_the_others() {
    let times = "| | Monday | Tuesday |\n| - | - | - |\n| Minnows | – | 6 pm |\n| Dolphins | 5 pm | – |\n\
        | Masters | 8 pm | 7 pm |";
    let answer = said("Which squads train on Mondays?", &[times, "No training on Fridays."]);
    assert_eq!(answer, "- Dolphins; Monday: 5 pm [1]\n- Masters; Monday: 8 pm; Tuesday: 7 pm [1]");
    let page = "## Races in 2026\n\nThe summer race is on 14 June.";
    assert_eq!(said("When is the summer race in 2027?", &[page]), regrets::regret("en"));
    assert!(said("When is the summer race in 2026?", &[page]).contains("14 June"));
}

#[test]
fn what_is_compared_is_told_of_both() {
    let prices =
        "| Squad | Price |\n| - | - |\n| Minnows | £24 |\n| Dolphins | £33 |\n| Masters | £40 |";
    assert_eq!(
        said("Is Minnows cheaper than Dolphins?", &[prices]),
        "- **Minnows** – Price: £24 [1]\n- **Dolphins** – Price: £33 [1]"
    );
    assert_eq!(said("What do Masters cost?", &[prices]), "- **Masters** – Price: £40 [1]");
}

#[test]
fn a_time_of_day_that_is_asked_for_is_told() {
    let texts = ["Masters swim all year round.", "Masters swim from 8 to 9.30 pm on Sundays."];
    assert!(said("What time do Masters swim?", &texts).contains("9.30 pm"));
    assert_eq!(said("What time do Masters swim?", &texts[..1]), regrets::regret("en"));
}

#[test]
fn of_prices_by_weight_that_of_the_weight_is_told() {
    let dogs = "| Dog | Price |\n| - | - |\n| Up to 10 kg | £20 |\n| 10–25 kg | £30 |\n| Over 25 kg | £40 |";
    let answer = said("What does a dog of 18 kilos cost?", &[dogs]);
    assert_eq!(answer, "- **10–25 kg** – Price: £30 [1]");
    let orders =
        "Delivery:\n\n- Orders under £50: £4.95\n- Orders of £50 and over: free\n- No Sundays";
    let answer = said("What is the delivery of an order of £60?", &[orders]);
    assert!(answer.contains("and over: free") && !answer.contains("4.95"), "{answer}");
}

#[test]
fn a_price_needs_no_currency_and_a_quantity_is_named() {
    let menu = "## Prices\n\n- Espresso 2\n- Tea 3";
    assert!(said("How much is an espresso?", &[menu]).contains("Espresso 2"));
    let menu = "- Espresso 2.50\n- Tea 3.20";
    assert!(said("How much is an espresso?", &[menu]).contains("2.50"));
    let page = "Espresso is our favourite. We have served it for 12 years.";
    assert_eq!(said("How much is an espresso?", &[page]), regrets::regret("en"));
}

#[test]
fn a_sentence_that_leans_comes_with_what_it_leans_on_and_what_decides_both() {
    let passage = "No, sorry. Guide dogs are welcome. They stay on a leash.";
    let answer = said_by_meaning("Must they be on a leash?", &[passage], &[0.1, 0.2, 0.9]);
    let in_order = "No, sorry. [1] Guide dogs are welcome. [1] They stay on a leash. [1]";
    assert!(answer.starts_with(in_order), "{answer}");
}

#[test]
fn code_is_told_with_its_lines_and_what_it_is_for() {
    let passage = "## Removing\n\nTo uninstall the server:\n\n```sh\nstop server\nrm -r \"$it[1]\"\n```\n\nOur cat is Tilly.";
    let answer = said("how to uninstall the server", &[passage]);
    let code = "To uninstall the server:\n\n```\nstop server\nrm -r \"$it[1]\"\n```\n[1]";
    assert!(answer.starts_with(code), "{answer}");
}

#[test]
fn a_question_stands_once_above_a_section_that_became_two_passages() {
    let passages = [
        "## Do you mend e-bikes?\n\nA motor has a warranty of two years.",
        "## Do you mend e-bikes?\n\nIts battery has a warranty of one year.",
    ];
    let answer = said("Is there a warranty on the motor or the battery of mine?", &passages);
    assert_eq!(answer.matches("**Do you mend e-bikes?**").count(), 1, "{answer}");
    assert!(answer.contains("two years. [1]") && answer.contains("one year. [2]"), "{answer}");
}

#[test]
fn the_sentence_between_two_that_are_said_is_said() {
    let passage = "A lamp goes back free. Or you bring it by. A lamp goes back within a week.";
    let said = |near: &[f32]| said_by_meaning("How does a lamp go back?", &[passage], near);
    assert!(said(&[0.9, 0.65, 0.85]).contains("bring it by"));
    assert!(!said(&[0.9, 0.1, 0.85]).contains("bring it by"), "not at any price");
}

#[test]
fn the_section_that_answers_best_comes_first_and_of_several_each_says_which_it_is() {
    let passage = "## Parts\n\nA new mudguard for your tyre costs £38.\n\n## Punctures\n\nWe mend flat tyres for £12.";
    let answer = said("What does it cost to mend a flat tyre?", &[passage]);
    assert_eq!(
        answer,
        "**Punctures:** We mend flat tyres for £12. [1]\n\n**Parts:** A new mudguard for your tyre costs £38. [1]"
    );
}

#[test]
fn an_answer_is_short_and_repeats_nothing() {
    let passage = "Returns are free within thirty days of delivery for every lamp. ".repeat(40);
    assert_eq!(said("Are returns free?", &[&passage]).matches("free").count(), 1);
    let long: Vec<String> =
        (0..60).map(|n| format!("Returns number {n} go to shelf {} over there.", n * 7)).collect();
    let long = long.join("\n\n");
    assert!(said("Where do returns go?", &[&long]).len() < 800);
}

#[test]
fn what_only_names_what_comes_next_is_not_said() {
    let passage = "Our shop\n\nWe are at 14 Heron Lane, the shop with the blue door.\n\nOther shops\n\nThere is one in Leeds.";
    let answer = said("Where is the shop?", &[passage]);
    assert!(answer.contains("Heron Lane"), "{answer}");
    assert!(!answer.contains("Our shop") && !answer.contains("Other shops"), "{answer}");
}

#[test]
fn what_is_not_known_is_said_so_without_a_citation() {
    for answer in [
        said("Do you sell submarines?", &["We paint lamps."]),
        said("x", &[]),
        said("", &["", "***"]),
    ] {
        assert_eq!(answer, regrets::regret("en"));
    }
    let lamps = ["We paint lamps."];
    assert_eq!(said("Verkauft ihr auch Boote und was kosten die?", &lamps), regrets::regret("de"));
    assert_eq!(said("\u{53ef}\u{4ee5}\u{9000}\u{8d27}\u{5417}?", &lamps), regrets::regret("zh"));
}
