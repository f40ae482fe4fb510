//! A message that is sent again with its client's own id: asked once, and told again in whatever state its turn is.

use serde_json::{Value, json};

use crate::{
    harness::{API, Desk, until},
    pages,
    scripted::{Gate, Model, Reply},
};

/// The same message with the client's own id for it.
fn with_id(mut question: Value, id: &str) -> Value {
    question["client_message_id"] = json!(id);
    question
}

#[tokio::test]
async fn a_repeated_message_replays_its_turn_and_never_asks_twice() {
    let model = Model::start();
    let mut desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(&[pages::HOURS]).await).await;
    model.will(Reply::says(&["From 9 am ", "to 6 pm [1]."]));
    let question = with_id(visitor.question("When are you open?"), "the-first");
    let first = visitor.begins_with(&question).await.ends().await;
    for round in 0..2 {
        let again = visitor.begins_with(&question).await.ends().await;
        assert_eq!(again.text, first.text);
        assert_eq!(again.citations, first.citations);
        assert_eq!(again.events.last(), first.events.last());
        let whole = visitor.posts("/messages", &question).await.data(200);
        assert_eq!(whole["message_id"], first.message_id.as_str());
        assert_eq!(whole["content"], first.text.as_str());
        if round == 0 {
            desk.kill();
            desk.restart().await;
        }
    }
    assert_eq!(model.requests().len(), 1);
    assert_eq!(desk.messages(&visitor.conversation).len(), 2);
}

#[tokio::test]
async fn a_repeat_joins_a_turn_that_still_runs() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(&[pages::HOURS]).await).await;
    let gate = Gate::closed();
    model.will(Reply::begins(&["From nine "]).waits_for(&gate).then(&["to six."]).ends());
    let question = with_id(visitor.question("When are you open?"), "the-first");
    let mut one = visitor.begins_with(&question).await;
    one.hears().await;
    let mut two = visitor.begins_with(&question).await;
    assert_eq!(two.hears().await.trim_end(), "From nine", "what was said already comes at once");
    gate.open();
    let (one, two) = (one.ends().await, two.ends().await);
    assert_eq!((one.text.as_str(), one.events.last()), ("From nine to six.", two.events.last()));
    assert_eq!(two.text, "From nine to six.");
    assert_eq!(desk.messages(&visitor.conversation).len(), 2);
}

#[tokio::test]
async fn of_requests_that_race_with_one_id_only_one_asks() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    for _ in 0..10 {
        let visitor = desk.visitor(&agent).await;
        model.will(Reply::says(&["From nine."]));
        let question = with_id(visitor.question("When are you open?"), "raced");
        let race = (0..8).map(|_| visitor.posts("/messages", &question));
        for response in futures_util::future::join_all(race).await {
            assert_eq!(response.data(200)["content"], "From nine.");
        }
        assert_eq!(desk.messages(&visitor.conversation).len(), 2);
    }
}

#[tokio::test]
async fn a_turn_that_failed_is_told_again_as_it_failed() {
    let model = Model::start();
    let mut desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    let visitor = desk.visitor(&agent).await;
    model.will(Reply::begins(&["From nine "]));
    let question = with_id(visitor.question("When are you open?"), "cut");
    let (failed, said) = visitor.begins_with(&question).await.fails().await;
    assert_eq!((failed["code"].as_str(), said.as_str()), (Some("answer_failed"), "From nine "));
    for restart in [false, true] {
        if restart {
            desk.kill();
            desk.restart().await;
        }
        let again = visitor.begins_with(&question).await.fails().await;
        assert_eq!(again, (failed.clone(), said.clone()));
        visitor.posts("/messages", &question).await.error(502, "answer_failed");
    }
    assert_eq!(model.requests().len(), 1);
    assert_eq!(desk.messages(&visitor.conversation).len(), 2);
    // Whoever reads the conversation sees which one broke off.
    model.will(Reply::says(&["From nine."]));
    visitor.asks("Pardon?").await;
    let read =
        visitor.gets(&format!("{API}/conversation/messages")).await.data(200)["messages"].clone();
    let again = desk.visitor_with(&agent, json!({"anon_id": visitor.anonymous_id})).await;
    assert_eq!(again.greeting["messages"], read);
    let told = read.as_array().unwrap().iter().map(|it| it["incomplete"].as_bool());
    assert_eq!(told.collect::<Vec<_>>(), [Some(false), Some(true), Some(false), Some(false)]);
}

#[tokio::test]
async fn whoever_joined_a_turn_that_cannot_be_stored_is_told_to_come_again() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(&[pages::HOURS]).await).await;
    model.will(Reply::says(&["From nine."]));
    let question = with_id(visitor.question("When are you open?"), "stuck");
    // Another process holds the file for longer than the server waits for it.
    let other = rusqlite::Connection::open(desk.data().join("frontdesk.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let mut one = visitor.begins_with(&question).await;
    one.hears().await;
    let two = visitor.begins_with(&question).await;
    let whole = visitor.posts("/messages", &question);
    let (one, two, whole) = tokio::join!(one.fails(), two.fails(), whole);
    for (error, said) in [one, two] {
        assert_eq!((error["code"].as_str(), said.as_str()), (Some("unavailable"), "From nine."));
    }
    whole.error(503, "unavailable");
    assert_eq!(whole.header("Retry-After"), "1");
    assert_eq!(model.requests().len(), 1, "they joined");
    // Nothing is half stored: sent again, it is asked anew.
    other.execute_batch("rollback").unwrap();
    model.will(Reply::says(&["From nine to six."]));
    assert_eq!(visitor.begins_with(&question).await.ends().await.text, "From nine to six.");
    assert_eq!(desk.messages(&visitor.conversation).len(), 2);
}

#[tokio::test]
async fn a_question_that_a_power_cut_left_unanswered_is_answered_when_it_is_sent_again() {
    let model = Model::start();
    let mut desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(&[pages::HOURS]).await).await;
    model.will(Reply::begins(&["From nine "]).waits_for(&Gate::closed()));
    let question = with_id(visitor.question("When are you open?"), "cut");
    let mut turn = visitor.begins_with(&question).await;
    turn.hears().await;
    until("the question is stored", &desk.log, || async {
        (desk.messages(&visitor.conversation).len() == 1).then_some(())
    })
    .await;
    desk.kill();
    drop(turn);
    desk.restart().await;
    model.will(Reply::says(&["From nine."]));
    assert_eq!(visitor.begins_with(&question).await.ends().await.text, "From nine.");
    assert_eq!(visitor.posts("/messages", &question).await.data(200)["content"], "From nine.");
    let stored: Vec<String> =
        desk.messages(&visitor.conversation).into_iter().map(|message| message.role).collect();
    assert_eq!(stored, ["user", "assistant"]);
    assert_eq!(model.requests().len(), 2, "the power cut was one answer's end");
}
