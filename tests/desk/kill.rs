//! Power cuts: the process is killed at the worst moments, again and again. The database stays whole, and every turn
//! that was "done" is there.

use serde_json::{Value, json};

use crate::{
    harness::{Agent, Desk, Stored},
    pages,
    scripted::{Gate, Model, Reply},
};

/// For each kind of moment.
const KILLS: usize = 25;

struct Done {
    conversation: String,
    message: String,
    question: String,
}

/// Every turn that was "done" is in the file, whole.
fn holds(desk: &Desk, done: &[Done]) {
    desk.is_whole().unwrap();
    for turn in done {
        let stored = desk.messages(&turn.conversation);
        let question = stored.iter().position(|message| message.content == turn.question);
        let question = question.unwrap_or_else(|| panic!("{} is lost: {stored:?}", turn.question));
        let answer = stored[question..].iter().find(|message| message.id == turn.message);
        let expected = ("We open at nine.", true);
        assert_eq!(
            answer.map(|answer| (answer.content.as_str(), answer.complete)),
            Some(expected),
            "{stored:?}"
        );
    }
}

#[tokio::test]
async fn killed_between_token_and_done_the_database_is_whole() {
    let model = Model::start();
    model.always(Reply::begins(&["We open "]).waits_for(&Gate::closed()));
    let mut desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    for kill in 1..=KILLS {
        let question = format!("Question {kill}: when are you open?");
        let mut turn = visitor.begins(&question).await;
        turn.hears().await;
        desk.kill();
        let events = turn.rest().await;
        assert!(!events.iter().any(|event| event["event"] == "done"));
        desk.restart().await;
        desk.is_whole().unwrap();
    }
    let stored = desk.messages(&visitor.conversation);
    assert!(
        !stored.iter().any(|message| message.role == "assistant" && message.complete),
        "{stored:?}"
    );
    // And the conversation goes on.
    model.will(Reply::says(&["We open at nine."]));
    assert_eq!(visitor.asks("Still there?").await.text, "We open at nine.");
    assert_eq!(desk.messages(&visitor.conversation).last().map(|it| it.complete), Some(true));
}

#[tokio::test]
async fn killed_right_after_done_every_done_turn_is_stored() {
    let model = Model::start();
    model.always(Reply::says(&["We open ", "at nine."]));
    let mut desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let mut done = Vec::new();
    for kill in 1..=KILLS {
        let question = format!("Question {kill}: when are you open?");
        let mut turn = visitor.begins(&question).await;
        loop {
            let event = turn.next().await.expect("a done frame");
            if event["event"] == "done" {
                desk.kill();
                let message = event["message_id"].as_str().unwrap().to_owned();
                done.push(Done { conversation: visitor.conversation.clone(), message, question });
                break;
            }
        }
        holds(&desk, &done);
        desk.restart().await;
    }
    let stored: Vec<Stored> = desk.messages(&visitor.conversation);
    assert_eq!(stored.len(), 2 * KILLS, "nothing twice and nothing half");
}

/// One visitor who asks until the server is gone; gives what was done.
async fn talks_until_the_end(
    desk: &Desk,
    agent: &Agent,
) -> impl Future<Output = Vec<Done>> + use<> {
    let visitor = desk.visitor(agent).await;
    let path = format!("{}{}/messages/stream", desk.wire.base(), crate::harness::API);
    async move {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut done = Vec::new();
        for number in 1.. {
            let question = format!("Question {number}: when are you open?");
            let body =
                json!({"message": question, "page_url": "https://shop.example/"}).to_string();
            let request = client
                .post(&path)
                .bearer_auth(&visitor.jwt)
                .header("Content-Type", "application/json");
            let Ok(mut response) = request.body(body).send().await else { break };
            let mut bytes = Vec::new();
            while let Ok(Some(more)) = response.chunk().await {
                bytes.extend_from_slice(&more);
            }
            let text = String::from_utf8_lossy(&bytes);
            let last = text.split("\n\n").find(|frame| frame.contains("\"done\""));
            let Some(last) = last else { break };
            let event: Value = serde_json::from_str(last.trim_start_matches("data: ")).unwrap();
            let message = event["message_id"].as_str().unwrap().to_owned();
            done.push(Done { conversation: visitor.conversation.clone(), message, question });
        }
        done
    }
}

#[tokio::test]
async fn killed_amid_many_visitors_every_done_turn_is_stored() {
    let model = Model::start();
    model.always(Reply::says(&["We open ", "at nine."]));
    let mut desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let mut done = Vec::new();
    for kill in 1..=KILLS {
        let mut visitors = Vec::new();
        for _ in 0..8 {
            visitors.push(tokio::spawn(talks_until_the_end(&desk, &agent).await));
        }
        // Each time at another moment: after so many questions have reached the model.
        let asked = model.requests().len() + kill * 3;
        model.heard(asked, &desk.log).await;
        desk.kill();
        for visitor in visitors {
            done.extend(visitor.await.unwrap());
        }
        holds(&desk, &done);
        desk.restart().await;
    }
    assert!(done.len() > KILLS, "{} turns were done", done.len());
}
