//! Receipts: what each answer was made of, shown to the owner, swept after some days, erased with the visitor.

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::{
    harness::{Agent, Desk, Setup, until},
    pages,
    scripted::{Model, Reply},
};

/// The receipt, after some checks that hold for each.
#[track_caller]
fn whole(shown: &Value) -> &Value {
    let receipt = &shown["receipt"];
    let times = &receipt["timings_ms"];
    let time = |name: &str| times[name].as_f64().unwrap_or_else(|| panic!("{name} in {shown:#}"));
    assert!(
        time("retrieve") <= time("first_token") && time("first_token") <= time("total"),
        "{times}"
    );
    let hash = receipt["prompt_sha256"].as_str().expect("a hash");
    assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    receipt
}

async fn shown(desk: &Desk, id: &str) -> Value {
    desk.cli(&["turn", "show", id, "--json"]).await.json()
}

/// A writer past the server.
fn writer(desk: &Desk) -> Connection {
    let file = desk.data().join("frontdesk.db");
    let writer =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the file");
    writer.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
    writer
}

async fn asked(desk: &Desk) -> Agent {
    let agent = desk.agent_knowing(pages::SHOP).await;
    desk.visitor(&agent).await.asks("When are you open on Saturday?").await;
    agent
}

#[tokio::test]
async fn an_answer_is_shown_with_what_it_was_made_of() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let answer = visitor.asks("When are you open on Saturday?").await;
    let by_answer = shown(&desk, &answer.message_id).await;
    let receipt = whole(&by_answer);
    assert_eq!(receipt["tokens"], json!({"in": null, "out": null}), "no model spoke");
    let best = &receipt["passages"][0];
    assert_eq!((&best["path"], &best["title"]), (&json!("hours.md"), &json!("Opening hours")));
    assert!(best["score"].as_f64().unwrap() > 0.0);
    assert_eq!(by_answer["question"], "When are you open on Saturday?");
    assert_eq!(by_answer["answer"], json!(answer.text));
    let question = by_answer["question_id"].as_str().unwrap();
    assert_eq!(shown(&desk, question).await, by_answer, "by the question's id too");

    // The same question is the same prompt, to a visitor as to the owner.
    let asked =
        desk.cli(&["ask", "--trace", "--json", "When are you open on Saturday?"]).await.json();
    assert_eq!(asked["prompt_sha256"], receipt["prompt_sha256"]);
    assert_eq!(asked["tokens"], receipt["tokens"]);
    let asked =
        desk.cli(&["ask", "--trace", "--json", "When are you open on Sunday?"]).await.json();
    assert_ne!(asked["prompt_sha256"], receipt["prompt_sha256"]);

    // For people, with a passage that is gone by now.
    let location = desk.cli(&["knowledge", "list", "--json"]).await.json()[0]["location"].clone();
    desk.cli(&["knowledge", "remove", location.as_str().unwrap()]).await.succeeded();
    let text = desk.cli(&["turn", "show", question]).await;
    text.succeeded();
    for words in
        ["> When are you open", "model builtin", "retrieved in", "sha256", "no longer among"]
    {
        assert!(text.out.contains(words), "{words:?} was expected in {}", text.out);
    }
    let after = shown(&desk, question).await;
    assert_eq!(after["receipt"]["passages"][0]["url"], best["url"]);
    assert_eq!(after["receipt"]["passages"][0]["text"], Value::Null);
}

#[tokio::test]
async fn a_model_s_tokens_are_kept() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let usage =
        b"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":310,\"completion_tokens\":12}}\n\n";
    model.will(Reply::begins(&["From 10 am to 2 pm [1]."]).raw(usage).ends());
    let told = visitor.asks("When are you open on Saturday?").await;
    model.will(Reply::says(&["On Sundays we are closed [1]."]));
    let untold = visitor.asks("And on Sunday?").await;
    let turn = shown(&desk, &told.message_id).await;
    assert_eq!(whole(&turn)["tokens"], json!({"in": 310, "out": 12}));
    assert_ne!(turn["model"], "builtin");
    let turn = shown(&desk, &untold.message_id).await;
    let tokens = &whole(&turn)["tokens"];
    let estimated = |side: &str| tokens[side].as_u64().is_some_and(|count| count > 0);
    assert!(estimated("in") && estimated("out"), "by their length: {tokens}");
}

#[tokio::test]
async fn turns_are_listed_the_latest_first() {
    let desk = Desk::start().await;
    assert_eq!(desk.cli(&["turn", "list", "--json"]).await.json(), json!([]));
    let agent = asked(&desk).await;
    desk.visitor(&agent).await.asks("What does shipping cost?").await;
    let list = desk.cli(&["turn", "list", "--json"]).await.json();
    let questions: Vec<&Value> =
        list.as_array().unwrap().iter().map(|turn| &turn["question"]).collect();
    assert_eq!(questions, ["What does shipping cost?", "When are you open on Saturday?"]);
    whole(&list[0]);
    let one =
        desk.cli(&["turn", "list", "--agent", &agent.id, "--limit", "1", "--json"]).await.json();
    assert_eq!(one, json!([list[0]]));
    let text = desk.cli(&["turn", "list"]).await;
    assert!(text.out.contains("What does shipping cost?"), "{}", text.out);
    desk.cli(&["turn", "list", "--limit", "1000"]).await.failed(2, &["1000"]);
    for nothing in ["01JZ8QK3T5W7Y9ABCDEFGHJKMN", "x"] {
        desk.cli(&["turn", "show", nothing]).await.failed(1, &[nothing, "turn list"]);
    }
}

#[tokio::test]
async fn receipts_are_swept_after_their_days() {
    let mut desk = Desk::start().await;
    let agent = asked(&desk).await;
    desk.stop();
    let month = 31 * 24 * 3600 * 1000_i64;
    // More than one batch.
    let aged = format!(
        "update messages set created_at = created_at - {month};
         with recursive n (i) as (values (1) union all select i + 1 from n where i < 450)
         insert into messages (id, workspace_id, conversation_id, role, content, created_at)
         select 'old-' || i, workspace_id, conversation_id, 'assistant', 'x', created_at from n, messages where role = 'user';
         insert into receipts select messages.seq, messages.workspace_id, 1, 1, 1, 1, 1, x'00', '[]'
         from messages where id like 'old-%'"
    );
    writer(&desk).execute_batch(&aged).expect("an older file");
    desk.restart().await;
    let answer = desk.visitor(&agent).await.asks("What does shipping cost?").await;
    until("the old receipts are gone", &desk.log, async || {
        (desk.count("select count(*) from receipts") == 1).then_some(())
    })
    .await;
    whole(&shown(&desk, &answer.message_id).await);
    assert_eq!(desk.count("select count(*) from messages where role = 'assistant'"), 452);
    let old = desk
        .rows("select id from messages where reply_to is not null order by seq limit 1", |row| {
            row.get::<_, String>(0)
        });
    let text = desk.cli(&["turn", "show", &old[0]]).await;
    assert!(text.out.contains("there is no receipt"), "{}", text.out);
}

#[tokio::test]
async fn no_days_are_no_receipts() {
    let desk = Setup::default().set("FRONTDESK_RECEIPTS_DAYS", "0").start().await;
    asked(&desk).await;
    assert_eq!(desk.count("select count(*) from receipts"), 0);
    assert_eq!(desk.count("select count(*) from messages"), 2);
}

#[tokio::test]
async fn an_erased_visitor_takes_the_receipts_along_to_the_byte() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    visitor.asks("Can a glockenspiel be returned within thirty days?").await;
    desk.visitor(&agent).await.asks("When are you open on Saturday?").await;
    let hashes: Vec<Vec<u8>> =
        desk.rows("select prompt_hash from receipts order by seq", |row| row.get(0));
    let held = |hash: &[u8]| {
        std::fs::read_dir(desk.data()).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
            bytes.windows(hash.len()).any(|window| window == hash)
        })
    };
    assert!(hashes.len() == 2 && hashes.iter().all(|hash| held(hash)));
    visitor.deletes("/me").await.data(200);
    assert!(!held(&hashes[0]), "the erased visitor's receipt is in the files");
    assert!(held(&hashes[1]), "another visitor's receipt stays");
    assert_eq!(desk.count("select count(*) from receipts"), 1);
}

#[tokio::test]
async fn a_receipt_repeats_no_word_of_the_visitor() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    desk.visitor(&agent).await.asks("Does the glockenspiel ship free above 80 euros?").await;
    let row: Vec<String> = desk
        .rows("select passages || workspace_id || hex(prompt_hash) from receipts", |row| {
            row.get(0)
        });
    assert!(!row[0].contains("glockenspiel"), "{row:?}");
}

#[tokio::test]
async fn an_answer_in_one_piece_tells_its_times() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let mut question = visitor.question("When are you open on Saturday?");
    question["client_message_id"] = json!("one");
    let response = visitor.posts("/messages", &question).await;
    let header = |response: &crate::harness::Response, name: &str| {
        response.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    let timing = header(&response, "server-timing").expect("a Server-Timing header");
    let entries: Vec<(&str, f64)> = timing
        .split(", ")
        .map(|entry| {
            let (name, time) = entry.split_once(";dur=").expect("a duration");
            (name, time.parse().expect("milliseconds"))
        })
        .collect();
    assert_eq!(
        entries.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["retrieve", "first", "total"]
    );
    assert!(entries.is_sorted_by(|a, b| a.1 <= b.1), "{timing}");
    let exposed = header(&response, "access-control-expose-headers").unwrap();
    assert!(exposed.ends_with("Server-Timing"), "{exposed}");

    let again = visitor.posts("/messages", &question).await;
    assert_eq!(again.data(200), response.data(200));
    assert_eq!(header(&again, "server-timing"), None, "it was only told again");
}
