//! The stream of a turn: its frames, its headers, and what "done" promises.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    harness::{API, Desk, SHOP, Setup, until},
    pages,
    scripted::{Gate, Model, Reply},
};

#[tokio::test]
async fn a_question_is_answered_from_the_pages_with_citations() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let answer = visitor.asks("How many days do I have to return an item?").await;
    assert!(answer.text.contains("30 days"), "{}", answer.text);
    assert!(!answer.low_confidence, "{answer:?}");
    assert!(answer.cites("https://shop.example/policies/returns"), "{answer:?}");
    for citation in &answer.citations {
        let marker = format!("[{}]", citation["id"].as_u64().unwrap());
        assert!(answer.text.contains(&marker), "{marker} in {}", answer.text);
        for key in ["url", "title", "quote"] {
            assert!(
                citation[key].as_str().is_some_and(|text| !text.is_empty()),
                "{key} of {citation}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_in_no_page_is_answered_with_an_honest_no() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let answer = visitor.asks("Who won the chess olympiad in Budapest?").await;
    assert!(answer.low_confidence, "{answer:?}");
    assert!(!answer.text.is_empty());
    assert_eq!(answer.citations, Vec::<Value>::new());
}

#[tokio::test]
async fn an_agent_that_knows_nothing_says_so() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let answer = visitor.asks("When are you open?").await;
    assert!(answer.low_confidence && !answer.text.is_empty(), "{answer:?}");
}

#[tokio::test]
async fn tokens_arrive_one_by_one_as_the_model_speaks() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let (one, two) = (Gate::closed(), Gate::closed());
    model.will(
        Reply::begins(&["On Monday "])
            .waits_for(&one)
            .then(&["from "])
            .waits_for(&two)
            .then(&["nine."])
            .ends(),
    );
    let mut turn = visitor.begins("When are you open on Monday?").await;
    let mut heard = turn.hears().await;
    assert_eq!(heard.trim_end(), "On Monday", "the first token does not wait for the second");
    one.open();
    while heard.trim_end() != "On Monday from" {
        heard += &turn.hears().await;
    }
    two.open();
    assert_eq!(turn.ends().await.text, "On Monday from nine.");
}

#[tokio::test]
async fn done_names_the_conversation_and_the_stored_message() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let answer = visitor.asks("When are you open?").await;
    let done = answer.events.last().unwrap();
    assert_eq!(done["conversation_id"], visitor.conversation);
    let messages = desk.messages(&visitor.conversation);
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1].id, answer.message_id);
}

#[tokio::test]
async fn done_means_stored() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    for number in 0..30 {
        model.will(Reply::says(&["We open ", "at ", "nine."]));
        let mut turn = visitor.begins(&format!("Question {number}")).await;
        while let Some(event) = turn.next().await {
            if event["event"] == "done" {
                let messages = desk.messages(&visitor.conversation);
                let answer = messages.last().unwrap();
                assert_eq!(messages.len(), 2 * (number + 1));
                assert_eq!(messages[2 * number].content, format!("Question {number}"));
                assert_eq!((answer.content.as_str(), answer.complete), ("We open at nine.", true));
                assert_eq!(event["message_id"], answer.id);
            }
        }
    }
}

#[tokio::test]
async fn frames_are_one_data_line_and_an_empty_line_byte_for_byte() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    model.will(Reply::says(&["We \"open\"\nat nine."]));
    let body = visitor.question("When are you open?");
    let path = format!("{API}/messages/stream");
    let response = desk.wire.post(&path, &body).origin(SHOP).token(&visitor.jwt).send().await;
    let answer = desk.messages(&visitor.conversation)[1].clone();
    let frames: Vec<&str> = response.body.split_inclusive("\n\n").collect();
    assert_eq!(
        frames[0], "data: {\"event\":\"token\",\"token\":\"We \\\"open\\\"\\nat nine.\"}\n\n",
        "{:?}",
        response.body
    );
    assert_eq!(frames[1], "data: {\"event\":\"citations\",\"citations\":[]}\n\n");
    let done = format!(
        "data: {{\"event\":\"done\",\"conversation_id\":\"{}\",\"message_id\":\"{}\",\"low_confidence\":{}}}\n\n",
        visitor.conversation, answer.id, answer.low_confidence
    );
    assert_eq!(frames[2], done);
    assert_eq!(frames.len(), 3);
}

#[tokio::test]
async fn citations_are_written_in_the_order_of_the_contract() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(&[pages::HOURS]).await).await;
    model.will(Reply::says(&["From 9 am to 6 pm [1]."]));
    let body = visitor.question("When are you open?");
    let path = format!("{API}/messages/stream");
    let response = desk.wire.post(&path, &body).origin(SHOP).token(&visitor.jwt).send().await;
    let start = "data: {\"event\":\"citations\",\"citations\":[{\"id\":1,\"url\":\"https://shop.example/hours";
    let line = response.body.lines().find(|line| line.contains("\"citations\"")).unwrap();
    assert!(line.starts_with(start), "{line}");
    assert!(line.contains("\",\"title\":\"Opening hours\",\"quote\":\""), "{line}");
    assert!(line.ends_with("\"}]}"), "{line}");
}

#[tokio::test]
async fn a_streams_headers_keep_proxies_from_holding_it_back() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let body = visitor.question("When are you open?");
    let path = format!("{API}/messages/stream");
    let response = desk.wire.post(&path, &body).origin(SHOP).token(&visitor.jwt).send().await;
    assert_eq!(response.status, 200);
    assert!(
        response.header("Content-Type").starts_with("text/event-stream"),
        "{:?}",
        response.headers
    );
    assert_eq!(response.header("Cache-Control"), "no-cache, no-transform");
    assert_eq!(response.header("X-Accel-Buffering"), "no");
    assert_eq!(response.header("Access-Control-Allow-Origin"), SHOP);
    assert!(!response.header("X-Request-Id").is_empty());
}

#[tokio::test]
async fn headers_leave_before_the_model_says_anything() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let gate = Gate::closed();
    model.will(Reply::begins(&[]).waits_for(&gate).then(&["At nine."]).ends());
    // `begins` returns with the headers; the model is still silent then.
    let turn = visitor.begins("When are you open?").await;
    assert!(turn.events.is_empty());
    gate.open();
    assert_eq!(turn.ends().await.text, "At nine.");
}

#[tokio::test]
async fn the_question_counts_as_a_message_of_one_to_four_thousand_characters() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let endpoint = "/messages/stream";
    for (message, fields) in [
        (json!(""), vec!["message"]),
        (json!(" \n\t "), vec!["message"]),
        (json!("x".repeat(4001)), vec!["message"]),
        (json!(5), vec!["message"]),
        (Value::Null, vec!["message"]),
    ] {
        let body = json!({"message": message, "page_url": "https://shop.example/"});
        assert_eq!(visitor.posts(endpoint, &body).await.wrong_fields(), fields, "{message}");
    }
    let body = json!({"message": "", "page_url": "nowhere", "client_message_id": "x".repeat(65)});
    let wrong = visitor.posts(endpoint, &body).await.wrong_fields();
    assert_eq!(wrong, ["client_message_id", "message", "page_url"]);
    let longest = "ü".repeat(4000);
    visitor.asks(&longest).await;
    assert_eq!(desk.messages(&visitor.conversation)[0].content, longest);
}

#[tokio::test]
async fn a_page_context_of_any_size_is_never_an_error() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let mut body = visitor.question("When are you open?");
    body["page_context"] = json!({
        "title": "Pricing", "description": "d".repeat(9000), "headings": ["One", "Two"], "text": "t".repeat(20_000),
        "json_ld": [{"@type": "Product"}], "og": {"title": "x"}, "unknown": {"deep": [1, 2, 3]},
    });
    visitor.begins_with(&body).await.ends().await;
}

#[tokio::test]
async fn a_visitor_who_leaves_does_not_stop_the_turn() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let gate = Gate::closed();
    model.will(Reply::begins(&["We open "]).waits_for(&gate).then(&["at nine."]).ends());
    let mut turn = visitor.begins("When are you open?").await;
    turn.hears().await;
    drop(turn);
    gate.open();
    let stored = until("the answer is stored", &desk.log, || async {
        desk.messages(&visitor.conversation).into_iter().find(|message| message.role == "assistant")
    })
    .await;
    assert_eq!((stored.content.as_str(), stored.complete), ("We open at nine.", true));
}

#[tokio::test]
async fn a_visitor_who_leaves_before_the_first_token_still_gets_an_answer_stored() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let gate = Gate::closed();
    model.will(Reply::begins(&[]).waits_for(&gate).then(&["At nine."]).ends());
    drop(visitor.begins("When are you open?").await);
    gate.open();
    until("the answer is stored", &desk.log, || async {
        let messages = desk.messages(&visitor.conversation);
        messages.iter().any(|message| message.content == "At nine.").then_some(())
    })
    .await;
}

#[tokio::test]
async fn fifty_visitors_are_answered_side_by_side() {
    let model = Model::start();
    let gate = Gate::closed();
    model.always(Reply::begins(&["We open "]).waits_for(&gate).then(&["at nine."]).ends());
    let desk = Setup::default().model(&model).start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let mut turns = Vec::new();
    for _ in 0..50 {
        let mut turn = desk.visitor(&agent).await.begins("When are you open?").await;
        turn.hears().await;
        turns.push(turn);
    }
    gate.open();
    for turn in turns {
        assert_eq!(turn.ends().await.text, "We open at nine.");
    }
    assert_eq!(desk.count("select count(*) from messages where state = 'complete'"), 100);
}

#[tokio::test]
async fn a_stream_over_a_bare_socket_is_chunked_and_ends_whole() {
    let desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let body = visitor.question("When are you open?").to_string();
    let request = format!(
        "POST {API}/messages/stream HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        desk.wire.authority(),
        visitor.jwt,
        body.len()
    );
    let mut socket = tokio::net::TcpStream::connect(desk.wire.authority()).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(head.to_lowercase().contains("transfer-encoding: chunked"), "{head}");
    assert!(!head.to_lowercase().contains("content-encoding"), "{head}");
    assert!(body.ends_with("\r\n0\r\n\r\n"), "{body}");
}

#[tokio::test]
async fn what_was_said_until_the_server_stops_is_stored_and_its_visitor_told() {
    let model = Model::start();
    let mut desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let never = Gate::closed();
    model.will(Reply::begins(&["On Monday "]).waits_for(&never).then(&["never."]).ends());
    let mut turn = visitor.begins("When are you open on Monday?").await;
    turn.hears().await;
    desk.stop();
    let mut last = Value::Null;
    while let Some(event) = turn.next().await {
        last = event;
    }
    assert_eq!((&last["event"], &last["code"]), (&json!("error"), &json!("answer_failed")));
    let messages = desk.messages(&visitor.conversation);
    assert_eq!(messages.len(), 2);
    assert_eq!((messages[1].content.trim(), messages[1].complete), ("On Monday", false));
}
