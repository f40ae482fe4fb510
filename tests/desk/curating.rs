//! Curated answers by command line: written, refused, bounded, exported and taken over.

use serde_json::json;

use crate::{
    curated::curate,
    harness::{SHOP, Setup},
    pages,
};

#[tokio::test]
async fn what_is_wrong_is_named_at_once_and_nothing_is_stored() {
    let desk = Setup::default().closed();
    desk.agent_on(SHOP).await;
    let add = |more: &'static [&'static str]| [&["curated", "add", "--json"], more].concat();
    for (wrong, words) in [
        (&["--answer", "x"][..], &["patterns"][..]),
        (
            &[
                "--answer",
                " ",
                "--words",
                "?!",
                "--link",
                "ftp://x",
                "--page",
                "x",
                "--language",
                "deutsch",
            ],
            &["answer", "words", "link", "page", "language"],
        ),
        (&["--answer", "x", "--regex", "((("], &["regex", "unclosed group"]),
        (&["--answer", "x", "--regex", "a*"], &["regex", "every question"]),
        (&["--answer", "x", "--regex", "(x{500}){500}"], &["regex", "256 KB"]),
        (&["--answer", "x", "--regex", "x{1000}{1000}{1000}{1000}"], &["regex", "256 KB"]),
        (&["--answer", "x", "--regex", "(?=x)y"], &["regex", "look-around"]),
        (
            &["--answer", "x", "--words", "a refund", "--link-title", "t"],
            &["--link-title", "--link"],
        ),
        (&["--answer", "x", "--words", "refund", "--agent", "Nobody"], &["Nobody"]),
    ] {
        let failed = desk.cli(&add(wrong)).await;
        failed.failed(failed.code, words);
        assert_ne!(failed.code, 0);
    }
    assert_eq!(desk.cli(&["curated", "list", "--json"]).await.json(), json!([]));
}

#[tokio::test]
async fn their_number_is_bounded() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let answers = |count: usize| {
        let one = |at| json!({"patterns": [{"words": format!("question{at}")}], "answer": "x"});
        serde_json::to_string(&(0..count).map(one).collect::<Vec<_>>()).expect("JSON")
    };
    let import = |name: &str, text: String| {
        desk.folder.write(name, text).to_str().expect("a path").to_owned()
    };
    let (all, most, one) = (
        import("all.json", answers(10_000)),
        import("most.json", answers(1000)),
        import("one.json", answers(1).replace("\"x\"", "\"y\"")),
    );
    desk.cli(&["curated", "import", &all]).await.failed(1, &["10000", "at most 1000", "Nothing"]);
    let count = "select count(*) from curated_answers";
    assert_eq!(desk.count(count), 0);
    let done = desk.cli(&["curated", "import", &most, "--json"]).await.json();
    assert_eq!(done, json!({"added": 1000, "changed": 0, "removed": 0, "unchanged": 0}));
    let done = desk.cli(&["curated", "import", &most, "--json"]).await.json();
    assert_eq!(done["unchanged"], 1000, "none is there twice: {done}");
    desk.cli(&["curated", "import", &one]).await.failed(1, &["at most 1000"]);
    let add = ["curated", "add", "--words", "more", "--answer", "x"];
    desk.cli(&add).await.failed(1, &["at most 1000"]);
    assert_eq!(desk.count(count), 1000);
    let test = ["curated", "test", "--agent", &agent.id, "Question999?", "--json"];
    assert_eq!(desk.cli(&test).await.json()["given"]["patterns"][0]["words"], "question999");

    let expressions = |count: usize| {
        let patterns: Vec<_> =
            (0..count).map(|at| json!({"regex": format!("[0-9]{at}x")})).collect();
        let answers: Vec<_> =
            patterns.chunks(20).map(|some| json!({"patterns": some, "answer": "x"})).collect();
        import("expressions.json", json!(answers).to_string())
    };
    let import = ["curated", "import", "--replace", &expressions(101)];
    desk.cli(&import).await.failed(1, &["100 regular expressions"]);
    assert_eq!(desk.count(count), 1000, "all or nothing");
    desk.cli(&["curated", "import", "--replace", &expressions(100)]).await.succeeded();
}

#[tokio::test]
async fn what_is_exported_can_be_changed_and_taken_over_again() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let link = ["--link", "https://shop.example/", "--link-title", "Shop"];
    let more =
        ["--words", "refund", "--regex", "^hi\\b", "--answer", "- one\n- [two](https://x.example)"];
    curate(
        &desk,
        &agent,
        &[&more[..], &link, &["--page", "/a", "--priority", "-3", "--off"]].concat(),
    )
    .await;
    curate(&desk, &agent, &["--exact", "hello", "--answer", "hi"]).await;
    let exported = desk.cli(&["curated", "export"]).await.json();
    assert_eq!(exported, desk.cli(&["curated", "list", "--json"]).await.json());
    let mut changed = exported.clone();
    changed[0]["answer"] = json!("changed");
    let file = desk.folder.write("answers.json", changed.to_string());
    let import = ["curated", "import", file.to_str().unwrap(), "--json"];
    assert_eq!(
        desk.cli(&import).await.json(),
        json!({"added": 0, "changed": 1, "removed": 0, "unchanged": 1})
    );
    assert_eq!(desk.cli(&["curated", "export"]).await.json(), changed);

    // In the place of all others: what the list has keeps its id, which rules name.
    curate(&desk, &agent, &["--exact", "bye", "--answer", "bye"]).await;
    let replace = [&import[..], &["--replace"]].concat();
    assert_eq!(
        desk.cli(&replace).await.json(),
        json!({"added": 0, "changed": 0, "removed": 1, "unchanged": 2})
    );
    assert_eq!(desk.cli(&["curated", "export"]).await.json(), changed);

    // As an editor on Windows saves it, and into another agent, where it is new once.
    desk.folder.write("answers.json", format!("\u{feff}{changed}"));
    let other = desk.agent_on("https://other.example").await;
    let into_other = [&import[..], &["--agent", &other.id]].concat();
    for (added, unchanged) in [(2, 0), (0, 2)] {
        assert_eq!(
            desk.cli(&into_other).await.json(),
            json!({"added": added, "changed": 0, "removed": 0, "unchanged": unchanged})
        );
    }
    let import = [&import[..], &["--agent", &agent.id]].concat();

    for (wrong, words) in [
        ("{}", &["answers.json", "no list"][..]),
        ("[{\"patterns\": [{\"wrods\": \"x\"}], \"answer\": \"x\"}]", &["[0]", "wrods"]),
        ("[{\"patterns\": [{\"words\": \"x\"}], \"answer\": \"\"}]", &["[0].answer"]),
    ] {
        desk.folder.write("answers.json", wrong);
        desk.cli(&import).await.failed(2, words);
    }
    let nowhere = ["curated", "import", "nowhere.json", "--agent", &agent.id];
    desk.cli(&nowhere).await.failed(2, &["nowhere.json"]);
    let export = ["curated", "export", "--agent", &agent.id];
    assert_eq!(desk.cli(&export).await.json(), changed);
}

#[tokio::test]
async fn the_owner_asking_in_the_terminal_gets_it_too() {
    let desk = Setup::default().closed();
    let agent = desk.agent_knowing(pages::SHOP).await;
    curate(
        &desk,
        &agent,
        &["--words", "handshake", "--answer", "Yes.", "--link", "https://x.example/a"],
    )
    .await;
    let answer = desk.cli(&["ask", "Which handshake?", "--json"]).await.json();
    assert_eq!((&answer["content"], &answer["model"]), (&json!("Yes."), &json!("curated")));
    assert_eq!((&answer["low_confidence"], &answer["confidence"]), (&json!(false), &json!(1.0)));
    assert_eq!(answer["citations"][0]["title"], "x.example/a");
    let spoken = desk.cli(&["ask", "Which handshake?"]).await;
    spoken.succeeded();
    assert!(spoken.out.starts_with("Yes.\n"), "{}", spoken.out);
}
