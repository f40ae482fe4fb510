//! Knowledge by command line: what was added is found, listed and forgotten.

use serde_json::{Value, json};

use crate::{
    harness::{Agent, Desk, SHOP, Setup},
    pages,
};

async fn found(desk: &Desk, agent: &Agent, question: &str) -> Vec<Value> {
    let search = ["knowledge", "search", "--agent", &agent.id, question, "--json"];
    desk.cli(&search).await.json().as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_folder_becomes_pages_and_passages() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = desk.learns(&agent, pages::SHOP).await;
    assert_eq!(added["pages"], 3);
    assert!(added["passages"].as_u64().unwrap() >= 3, "{added}");
    assert_eq!(added["skipped"], json!([]));
}

#[tokio::test]
async fn the_best_page_comes_first_with_path_url_and_words() {
    let desk = Setup::default().closed();
    let agent = desk.agent_knowing(pages::SHOP).await;
    let results = found(&desk, &agent, "return an unused item for a refund").await;
    let best = &results[0];
    assert_eq!(best["path"], "policies/returns.md");
    assert!(
        best["url"].as_str().unwrap().starts_with("https://shop.example/policies/returns"),
        "{best}"
    );
    assert_eq!(best["title"], "Returns and refunds");
    assert!(best["text"].as_str().unwrap().contains("30 days"), "{best}");
    let scores: Vec<f64> = results.iter().map(|result| result["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "best first: {scores:?}");
}

#[tokio::test]
async fn a_limit_is_kept() {
    let desk = Setup::default().closed();
    let agent = desk.agent_knowing(pages::SHOP).await;
    let search = [
        "knowledge",
        "search",
        "--agent",
        &agent.id,
        "--limit",
        "1",
        "shipping refund open Monday",
        "--json",
    ];
    assert_eq!(desk.cli(&search).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn agents_know_only_their_own_pages() {
    let desk = Setup::default().closed();
    let one = desk.agent_knowing(&[pages::HOURS]).await;
    let other = desk.agent_knowing(&[pages::SHIPPING]).await;
    assert_eq!(found(&desk, &other, "opening hours on Saturday").await, Vec::<Value>::new());
    assert_eq!(found(&desk, &one, "opening hours on Saturday").await[0]["path"], "hours.md");
}

#[tokio::test]
async fn a_question_full_of_signs_is_a_question() {
    let desk = Setup::default().closed();
    let agent = desk.agent_knowing(pages::SHOP).await;
    for question in [
        "\"",
        "a AND OR NOT",
        "hours*",
        "(",
        "hours:",
        "^hours -x +y {z}",
        "'; drop table passages; --",
        "",
        " ",
        "🙂",
    ] {
        found(&desk, &agent, question).await;
    }
    assert_eq!(found(&desk, &agent, "\"opening\" (hours)?!").await[0]["path"], "hours.md");
}

#[tokio::test]
async fn adding_again_replaces_what_changed_and_forgets_what_is_gone() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let file = desk.folder.write("site/hours.md", pages::HOURS.1);
    desk.folder.write("site/old.md", "# Winter sale\n\nSnow shoes are half price.\n");
    let folder = file.parent().unwrap().to_str().unwrap().to_owned();
    let add = [
        "knowledge",
        "add",
        "--agent",
        &agent.id,
        "--base-url",
        "https://shop.example/",
        &folder,
        "--json",
    ];
    desk.cli(&add).await.succeeded();
    assert_eq!(found(&desk, &agent, "snow shoes winter sale").await[0]["path"], "old.md");

    std::fs::remove_file(desk.folder.path("site/old.md")).unwrap();
    desk.folder
        .write("site/hours.md", "# Opening hours\n\nFrom now on we open at noon every day.\n");
    desk.cli(&add).await.succeeded();
    assert_eq!(found(&desk, &agent, "snow shoes winter sale").await, Vec::<Value>::new());
    let hours = found(&desk, &agent, "opening hours").await;
    assert_eq!(hours.len(), 1, "{hours:?}");
    assert!(hours[0]["text"].as_str().unwrap().contains("noon"));
    assert_eq!(desk.count("select count(*) from pages"), 1);
}

#[tokio::test]
async fn an_index_ranks_as_before_when_its_pages_were_written_anew() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let pages = ["lamp", "desk", "chair", "shelf", "stool", "bench", "clock"];
    let write = |more: &str| {
        for page in pages {
            let text =
                format!("# The {page}\n\nOur {page} is made of wood, and of {page}wood.{more}\n");
            desk.folder.write(&format!("wood/{page}.md"), text);
        }
        desk.folder
            .write("wood/oil.md", "# Oil\n\nOil for wood comes with every lamp and chair.\n");
    };
    let folder = desk.folder.path("wood").to_str().unwrap().to_owned();
    let add = ["knowledge", "add", "--agent", &agent.id, &folder];
    let mut first = Vec::new();
    for more in [" It is fine.", " It is new.", " It is old.", " It is fine."] {
        write(more);
        desk.cli(&add).await.succeeded();
        let found = found(&desk, &agent, "oil for my lamp and chair").await;
        let score = |hit: &Value| (hit["path"].to_string(), hit["score"].as_f64().unwrap());
        let mut scores: Vec<(String, f64)> = found.iter().map(score).collect();
        scores.sort_by(|one, other| one.0.cmp(&other.0));
        if first.is_empty() {
            first = scores;
            continue;
        }
        for ((path, score), (page, before)) in scores.iter().zip(&first) {
            assert!(path == page && (score - before).abs() < before * 0.01, "{scores:?} {first:?}");
        }
    }
}

#[tokio::test]
async fn what_was_added_is_listed_and_what_is_removed_is_gone() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let file = desk.folder.write("one/hours.md", pages::HOURS.1);
    let file = file.to_str().unwrap();
    let base = "https://shop.example/";
    desk.cli(&["knowledge", "add", "--agent", &agent.id, "--base-url", base, file])
        .await
        .succeeded();
    let visitor = desk.visitor(&agent).await;
    assert!(!visitor.asks("When are you open on Saturday?").await.low_confidence);

    let list = desk.cli(&["knowledge", "list", "--agent", &agent.id, "--json"]).await.json();
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    assert!(list.to_string().contains("hours.md"), "{list}");

    desk.cli(&["knowledge", "remove", "--agent", &agent.id, file]).await.succeeded();
    let list = desk.cli(&["knowledge", "list", "--agent", &agent.id, "--json"]).await.json();
    assert_eq!(list, json!([]));
    assert!(
        visitor.asks("When are you open on Saturday?").await.low_confidence,
        "the server forgot it too"
    );
    desk.cli(&["knowledge", "remove", "--agent", &agent.id, file]).await.failed(1, &["hours.md"]);
}

#[tokio::test]
async fn a_single_file_has_the_base_url_with_its_name() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let file = desk.folder.write("anywhere/hours.md", pages::HOURS.1);
    let base = "https://shop.example/help/";
    desk.cli(&[
        "knowledge",
        "add",
        "--agent",
        &agent.id,
        "--base-url",
        base,
        file.to_str().unwrap(),
    ])
    .await
    .succeeded();
    let is_there = |best: &Value| {
        assert_eq!(best["path"], "hours.md");
        let url = best["url"].as_str().unwrap();
        assert!(url.starts_with("https://shop.example/help/hours"), "{best}");
    };
    is_there(&found(&desk, &agent, "opening hours").await[0]);
    // What is not said again stays as it is.
    let again = ["knowledge", "add", "--agent", &agent.id, file.to_str().unwrap()];
    desk.cli(&again).await.succeeded();
    is_there(&found(&desk, &agent, "opening hours").await[0]);
}

#[tokio::test]
async fn a_path_that_is_not_there_is_a_failure_by_name() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let add = ["knowledge", "add", "--agent", &agent.id, "no-such-folder", "--json"];
    desk.cli(&add).await.failed(2, &["no-such-folder"]);
}

#[tokio::test]
async fn a_hundred_files_and_more_go_in() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let files: Vec<(String, String)> = (0..150)
        .map(|n| {
            (
                format!("part-{}/item-{n}.md", n % 7),
                format!("# Item {n}\n\nItem number {n} weighs {n} kilograms.\n"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(desk.learns(&agent, &files).await["pages"], 150);
    let best = found(&desk, &agent, "How much does item number 77 weigh?").await;
    assert_eq!(best[0]["path"], "part-0/item-77.md");
}
