//! Erasure: of a visitor who asks for it, no byte stays in the folder.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::Algorithm;
use serde_json::json;

use crate::{
    harness::{API, Desk, signed, until},
    pages,
    scripted::{Gate, Model, Reply},
};

/// Whether the bytes of a text are in any file of the database.
pub fn traces(desk: &Desk, text: &str) -> Vec<String> {
    let files = std::fs::read_dir(desk.data()).expect("the data folder");
    files
        .filter_map(Result::ok)
        .filter(|file| {
            let bytes = std::fs::read(file.path()).unwrap_or_default();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect()
}

#[tokio::test]
async fn nothing_of_an_erased_visitor_is_left_in_the_files() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let other = desk.visitor(&agent).await;
    other.asks("When do you open on the zeppelin day?").await;
    desk.visitor_with(&agent, json!({"anon_id": "anon-quetzalcoatl"})).await;
    // Signs in: the browser's visitor becomes a person, with what is signed and what is not.
    let shown = desk.cli(&["agent", "identity", &agent.id, "--json"]).await.json();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let claims = json!({"sub": "huitzilopochtli", "email": "axayacatl@mail.example", "iat": now});
    let word = signed(&claims, Algorithm::HS256, shown["secret"].as_str().unwrap());
    let who = json!({"anon_id": "anon-quetzalcoatl", "identity_token": word,
                     "traits": {"plan": "cuauhtemoc"}});
    let visitor = desk.visitor_with(&agent, who).await;
    for _ in 0..20 {
        visitor.asks("Can the xylophone that I bought be returned?").await;
    }
    let lead = json!({"email": "montezuma@mail.example", "name": "Tenochtitlan",
                      "fields": {"wish": "chinampa"}});
    visitor.posts("/leads", &lead).await.data(200);
    let event = json!({"event": "page.view", "metadata": {"page": "popocatepetl"}});
    visitor.posts("/events", &event).await.data(202);
    let private = [
        "xylophone",
        "montezuma",
        "Tenochtitlan",
        "chinampa",
        "popocatepetl",
        "huitzilopochtli",
        "axayacatl",
        "cuauhtemoc",
    ];
    for word in private.into_iter().chain([visitor.id.as_str(), &visitor.conversation]) {
        assert!(!traces(&desk, word).is_empty(), "{word} was stored");
    }

    let erased = visitor.deletes("/me").await.data(200);
    assert_eq!(
        erased["erased"],
        json!({"conversations": 1, "messages": 40, "leads": 1, "events": 1})
    );
    for word in
        private.into_iter().chain(["quetzalcoatl", visitor.id.as_str(), &visitor.conversation])
    {
        assert_eq!(traces(&desk, word), Vec::<String>::new(), "{word}");
    }
    visitor
        .posts("/messages", &visitor.question("Do you know me?"))
        .await
        .error(401, "invalid_token");
    visitor.deletes("/me").await.error(401, "invalid_token");
    assert!(!traces(&desk, "zeppelin").is_empty(), "another visitor's words stay");
}

#[tokio::test]
async fn whatever_a_visitor_sends_while_they_are_erased_is_unauthorized() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let answer = visitor.asks("When do you open?").await;
    // The erasure is under way: whoever reads still sees the visitor, and whoever writes waits for its end.
    let mut erasing = rusqlite::Connection::open(desk.data().join("frontdesk.db")).unwrap();
    erasing.pragma_update(None, "foreign_keys", true).unwrap();
    let behaviour = rusqlite::TransactionBehavior::Immediate;
    let erasing = erasing.transaction_with_behavior(behaviour).unwrap();
    assert_eq!(erasing.execute("delete from visitors", []).unwrap(), 1);
    let feedback = format!("/messages/{}/feedback", answer.message_id);
    let (event, lead) = (json!({"event": "page.view"}), json!({"email": "ada@mail.example"}));
    let (rating, wish) = (json!({"rating": "good"}), json!({}));
    let sent = [
        ("/events", &event),
        ("/leads", &lead),
        ("/conversation/clear", &wish),
        ("/satisfaction", &rating),
        ("/request-human", &wish),
        (&feedback, &rating),
    ];
    let sent = sent.map(|(endpoint, body)| visitor.posts(endpoint, body));
    let ends = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        erasing.commit().unwrap();
    };
    let all = futures_util::future::join_all(sent);
    let (responses, again, ()) = tokio::join!(all, visitor.deletes("/me"), ends);
    for response in responses {
        response.error(401, "invalid_token");
    }
    again.error(401, "invalid_token");
}

#[tokio::test]
async fn a_cleared_conversation_is_empty_for_the_visitor_and_kept_for_the_owner() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let answer = visitor.asks("When do you open?").await;
    let path = format!("{API}/conversation/messages");
    let before = visitor.gets(&path).await.data(200);
    assert_eq!(before["messages"].as_array().unwrap().len(), 2);
    let first = before["messages"][0]["id"].as_str().unwrap();
    let after = visitor.gets(&format!("{path}?after={first}")).await.data(200);
    assert_eq!(after["messages"][0]["id"], json!(answer.message_id));

    visitor.posts("/conversation/clear", &json!({})).await.data(200);
    assert_eq!(visitor.gets(&path).await.data(200)["messages"], json!([]));
    let again = desk.visitor_with(&agent, json!({"anon_id": visitor.anonymous_id})).await;
    assert_eq!(again.conversation, visitor.conversation);
    assert_eq!(again.greeting["messages"], json!([]));
    let kept: Vec<i64> = desk.rows("select count(*) from messages", |row| row.get(0));
    assert_eq!(kept, [2]);
}

#[tokio::test]
async fn an_answer_under_way_is_cleared_with_its_question() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let gate = Gate::closed();
    model.will(Reply::begins(&["We open "]).waits_for(&gate).then(&["at nine."]).ends());
    let mut turn = visitor.begins("When are you open?").await;
    turn.hears().await;
    // The question is on the disk, or about to be: a later write is behind it.
    visitor.posts("/conversation/clear", &json!({})).await.data(200);
    gate.open();
    assert_eq!(turn.rest().await.last().unwrap()["event"], "done");
    let path = format!("{API}/conversation/messages");
    assert_eq!(visitor.gets(&path).await.data(200)["messages"], json!([]));
    assert_eq!(desk.messages(&visitor.conversation).len(), 2, "the owner keeps both");
    model.will(Reply::says(&["Yes."]));
    visitor.asks("And on Sundays?").await;
    let since = visitor.gets(&path).await.data(200);
    assert_eq!(since["messages"].as_array().unwrap().len(), 2, "{since}");
}

#[tokio::test]
async fn an_erasure_that_a_reader_holds_up_is_done_and_its_traces_go_when_the_reader_ends() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let (visitor, other) = (desk.visitor(&agent).await, desk.visitor(&agent).await);
    visitor.asks("Can the xylophone that I bought be returned?").await;
    let reader = desk.database();
    reader.execute_batch("begin").unwrap();
    let read = |sql| reader.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(read("select count(*) from messages"), 2);
    visitor.deletes("/me").await.data(200);
    visitor.deletes("/me").await.error(401, "invalid_token");
    other.posts("/events", &json!({"event": "page.view"})).await.data(202);
    assert!(!traces(&desk, "xylophone").is_empty(), "the reader still sees what was");
    reader.execute_batch("end").unwrap();
    until("no trace is left", &desk.log, || async {
        traces(&desk, "xylophone").is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_erasure_that_a_power_cut_interrupted_is_finished_by_the_next_start() {
    let mut desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    visitor.asks("Can the xylophone that I bought be returned?").await;
    // The log cannot be folded in while somebody reads what was.
    let reader = desk.database();
    reader.execute_batch("begin").unwrap();
    let read = |sql| reader.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(read("select count(*) from messages"), 2);
    visitor.deletes("/me").await.data(200);
    desk.kill();
    drop(reader);
    assert!(!traces(&desk, "xylophone").is_empty(), "the power was cut before");
    desk.restart().await;
    until("no trace is left", &desk.log, || async {
        traces(&desk, "xylophone").is_empty().then_some(())
    })
    .await;
    visitor.deletes("/me").await.error(401, "invalid_token");
}

#[tokio::test]
async fn ratings_and_the_wish_for_a_person_are_kept() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let answer = visitor.asks("When do you open?").await;
    let feedback = format!("/messages/{}/feedback", answer.message_id);
    for rating in ["good", "bad"] {
        let rated = visitor.posts(&feedback, &json!({"rating": rating})).await;
        assert_eq!(rated.data(200)["rating"], rating);
    }
    visitor
        .posts("/messages/01JZ8QK3T5W7Y9ABCDEFGHJKMN/feedback", &json!({"rating": "good"}))
        .await
        .error(404, "not_found");
    let comment = json!({"rating": "good", "comment": "quick"});
    visitor.posts("/satisfaction", &comment).await.data(200);
    let waiting = visitor.posts("/request-human", &json!({"reason": "my order"})).await.data(200);
    assert_eq!(waiting, json!({"status": "waiting", "timeout_seconds": 120}));
    let asked: Vec<i64> = desk.rows("select human_asked_at from conversations", |row| row.get(0));
    visitor.posts("/request-human", &json!({"reason": "again"})).await.data(200);
    let again: Vec<i64> = desk.rows("select human_asked_at from conversations", |row| row.get(0));
    assert_eq!(asked, again, "asking again changes nothing");
    let kept: Vec<(String, String, String)> = desk.rows(
        "select conversations.rating, human_reason, messages.rating from conversations
         join messages on conversation_id = conversations.id where role = 'assistant'",
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    );
    assert_eq!(kept, [("good".to_owned(), "my order".to_owned(), "bad".to_owned())]);
}
