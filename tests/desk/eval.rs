//! `frontdesk eval`: questions with known answers, what they score, and what changed since a baseline.

use crate::{
    harness::{Agent, Desk, Output, Setup},
    pages,
};

const QUESTIONS: &str = r#"
{"id": "hours", "question": "When are you open on Saturday?", "pages": ["hours.md"], "must": ["\\b10 am"], "kind": "keyword"}
{"id": "returns", "question": "How many days do I have to return an item?", "pages": ["policies/returns.md"], "must": ["nothing", "within\\s30 DAYS"], "kind": "keyword"}

{"id": "none", "question": "Do you repair submarines in Antarctica?", "answerable": false, "kind": "offtopic"}
{"id": "lean", "first": "What does standard shipping cost?", "followup": "and how long does it take?", "pages": ["/shipping"], "must": ["two to three"]}
{"id": "false", "question": "When do you open on Monday?", "pages": ["shipping.md"], "must": ["midnight"]}
"#;

async fn ready(desk: &Desk) -> Agent {
    desk.agent_knowing(pages::SHOP).await
}

fn written(desk: &Desk, name: &str, text: &str) -> String {
    let file = desk.folder.path(name);
    std::fs::write(&file, text).expect("a written file");
    file.to_str().expect("a path in UTF-8").to_owned()
}

/// It fails as a check does: with the data printed, and exit code 1.
#[track_caller]
fn fell_short(output: &Output, words: &str) -> serde_json::Value {
    assert_eq!(output.code, 1, "{}\n{}", output.out, output.errors);
    assert!(output.errors.contains(words), "{words:?} was expected in: {}", output.errors);
    serde_json::from_str(&output.out).expect("one JSON value")
}

#[tokio::test]
async fn questions_are_judged_by_pages_words_and_refusals() {
    let desk = Setup::default().closed();
    ready(&desk).await;
    let file = written(&desk, "questions.jsonl", QUESTIONS);
    let run = desk.cli(&["eval", &file, "--json"]).await;
    let ran = run.json();
    assert!(!run.errors.contains("say nothing"), "{}", run.errors);
    let slip = r#"{"question": "Do you wrap?", "musts": ["paper"]}"#;
    let slipped = desk.cli(&["eval", &written(&desk, "slip.jsonl", slip)]).await;
    assert!(slipped.errors.contains("slip.jsonl: \"musts\" say nothing"), "{}", slipped.errors);
    let verdicts: Vec<(&str, &str)> = ran["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].as_str().unwrap(), one["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("hours", "answered"),
            ("returns", "answered"),
            ("none", "refused_rightly"),
            ("lean", "answered"),
            ("false", "wrong"),
        ],
        "{ran:#}"
    );
    let summary = &ran["summary"];
    assert_eq!(summary["answered"], 0.75, "{summary}");
    assert_eq!(summary["hit_at_1"], 0.75, "{summary}");
    assert_eq!((&summary["refused_rightly"], &summary["right"]), (&1.0.into(), &4.into()));
    let kinds: Vec<&str> = ran["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["follow-up", "keyword", "offtopic", "question"]);
    let first = &ran["questions"][0];
    assert_eq!((&first["rank"], &first["cited"][0]), (&1.into(), &"hours.md".into()));
    assert_eq!(ran["models"]["builtin"], 5);

    let shown = desk.cli(&["eval", &file]).await;
    shown.succeeded();
    assert!(shown.out.contains("4 of 5 right"), "{}", shown.out);
    assert_eq!(desk.count("select count(*) from messages"), 0, "no conversation is stored");
}

#[tokio::test]
async fn a_bar_that_is_missed_is_exit_code_one() {
    let desk = Setup::default().closed();
    ready(&desk).await;
    let file = written(&desk, "questions.jsonl", QUESTIONS);
    desk.cli(&["eval", &file, "--min-hit1", "0.75", "--min-refused", "1", "--json"]).await.json();
    let missed = desk.cli(&["eval", &file, "--min-answered", "0.8", "--json"]).await;
    fell_short(&missed, "answered is 0.750 and must be at least 0.8");
    desk.cli(&["eval", &file, "--min-hit1", "2"]).await.failed(2, &["0 to 1"]);
}

#[tokio::test]
async fn a_baseline_shows_what_an_edit_did() {
    let desk = Setup::default().closed();
    let agent = ready(&desk).await;
    let file = written(&desk, "questions.jsonl", QUESTIONS);
    desk.cli(&["eval", "diff", "before"]).await.failed(1, &["eval list"]);
    desk.cli(&["eval", "save", "before", &file]).await.succeeded();
    let same = desk.cli(&["eval", "diff", "before", "--json"]).await.json();
    assert_eq!((&same["same"], &same["worse"]), (&5.into(), &serde_json::json!([])));

    // The owner closes on Saturdays, and a second agent's pages matter to nobody.
    let hours = (
        "hours.md",
        "# Opening hours\n\nOur workshop is open Monday to Friday from 9 am to 6 pm.\n",
    );
    let sources = desk.cli(&["knowledge", "list", "--json"]).await.json();
    let location = sources[0]["location"].as_str().unwrap();
    std::fs::write(std::path::Path::new(location).join(hours.0), hours.1).unwrap();
    let add = ["knowledge", "add", "--base-url", "https://shop.example/", location];
    desk.cli(&add).await.succeeded();

    let worse = desk.cli(&["eval", "diff", "before", "--json"]).await;
    let worse = fell_short(&worse, "1 question that was right is wrong now");
    assert_eq!(worse["worse"][0]["id"], "hours", "{worse:#}");
    assert_eq!(worse["worse"][0]["before"]["verdict"], "answered");

    // New expectations are no regression, and a new question none either.
    let edited = QUESTIONS.replace("\\\\b10 am", "Friday").replace("\"none\"", "\"other\"");
    let file = written(&desk, "edited.jsonl", &edited);
    let diff = desk.cli(&["eval", "diff", "before", &file, "--json"]).await.json();
    assert_eq!(diff["edited"], serde_json::json!(["hours"]), "{diff:#}");
    assert_eq!(diff["added"], serde_json::json!(["other"]));
    assert_eq!(diff["removed"], serde_json::json!(["none"]));

    let list = desk.cli(&["eval", "list", "--agent", &agent.id, "--json"]).await.json();
    assert_eq!((&list[0]["name"], &list[0]["questions"]), (&"before".into(), &5.into()));
    desk.cli(&["eval", "remove", "before"]).await.succeeded();
    assert_eq!(desk.cli(&["eval", "list", "--json"]).await.json(), serde_json::json!([]));
}

#[tokio::test]
async fn a_bad_file_is_told_line_by_line_before_anything_is_asked() {
    let desk = Setup::default().closed();
    let bad = "{\"question\": \"Fine?\"}\n{\"question\": \n\n{\"must\": []}\n{\"question\": \"a\", \"must\": [\"(a\"]}\n\
               {\"question\": \"b\", \"pages\": \"b.md\"}\n{\"question\": \"Fine?\"}\n";
    let file = written(&desk, "bad.jsonl", bad);
    let lines = [
        "bad.jsonl",
        "line 2: is no JSON",
        "line 4: needs a \"question\"",
        "line 5: the pattern \"(a\" is none: unclosed group",
        "line 6: invalid type: string \"b.md\", expected a sequence at column",
        "line 7: \"Fine?\" is on line 1 already",
    ];
    desk.cli(&["eval", &file]).await.failed(2, &lines);
    let file = written(&desk, "empty.jsonl", "\n \n");
    desk.cli(&["eval", &file]).await.failed(2, &["has no questions"]);
    desk.cli(&["eval", "nowhere.jsonl"]).await.failed(2, &["nowhere.jsonl", "cannot be read"]);
}

#[tokio::test]
async fn pages_that_the_agent_does_not_know_are_named() {
    let desk = Setup::default().closed();
    ready(&desk).await;
    let file = written(
        &desk,
        "q.jsonl",
        r#"{"question": "When do you open?", "pages": ["opening.md", "hours.md"]}"#,
    );
    let run = desk.cli(&["eval", &file]).await;
    run.succeeded();
    assert!(run.errors.contains("no such page: opening.md"), "{}", run.errors);
}
