//! A model that fails: nothing said yet, and the visitor gets the built-in answer; else an `error` frame. Never a hang.

use crate::{
    harness::{Answer, Desk, Folder, Setup, Visitor, until},
    pages,
    scripted::{Model, Reply, Tls},
};

const QUESTION: &str = "How many days do I have to return an item?";

async fn asked(desk: &Desk) -> Answer {
    visitor(desk).await.asks(QUESTION).await
}

async fn visitor(desk: &Desk) -> Visitor {
    desk.visitor(&desk.agent_knowing(pages::SHOP).await).await
}

fn is_built_in(answer: &Answer) {
    assert!(answer.text.contains("30 days"), "{answer:?}");
    assert!(answer.cites("https://shop.example/policies/returns"), "{answer:?}");
}

/// With time-outs that a test can wait for.
async fn impatient(model: &Model) -> Desk {
    Setup::default()
        .model(model)
        .set("FRONTDESK_LLM_FIRST_TOKEN_TIMEOUT_MS", "300")
        .set("FRONTDESK_LLM_TOKEN_TIMEOUT_MS", "300")
        .start()
        .await
}

#[tokio::test]
async fn a_model_that_is_down_is_replaced_by_the_built_in_answer() {
    // The discard port: nobody listens there.
    let desk = Desk::with("FRONTDESK_LLM_URL", "http://127.0.0.1:9/v1").start().await;
    is_built_in(&asked(&desk).await);
}

#[tokio::test]
async fn a_model_that_refuses_is_replaced_by_the_built_in_answer() {
    for status in [400, 401, 404, 429, 500, 503] {
        let model = Model::start();
        model.always(Reply::status(status));
        let desk = Desk::speaking_through(&model).await;
        is_built_in(&asked(&desk).await);
        assert!(!model.requests().is_empty(), "{status}");
    }
}

#[tokio::test]
async fn a_model_that_answers_with_garbage_is_replaced_by_the_built_in_answer() {
    let garbage = [
        Reply::garbage(),
        Reply::begins(&[]).raw(b"data: {not json}\n\ndata: [DONE]\n\n").ends(),
        Reply::begins(&[]).raw(b"\xff\xfe\x00\x01\n\n").ends(),
        Reply::begins(&[]).raw(b"data: {\"choices\":[]}\n\ndata: 5\n\ndata: null\n\n").ends(),
        Reply::begins(&[]).raw(b"data: {\"error\":{\"message\":\"overloaded\"}}\n\n").ends(),
    ];
    for reply in garbage {
        let model = Model::start();
        model.always(reply);
        let desk = Desk::speaking_through(&model).await;
        is_built_in(&asked(&desk).await);
    }
}

#[tokio::test]
async fn a_model_that_says_nothing_at_all_is_replaced_by_the_built_in_answer() {
    let model = Model::start();
    model.always(Reply::says(&[]));
    let desk = Desk::speaking_through(&model).await;
    is_built_in(&asked(&desk).await);
}

#[tokio::test]
async fn a_model_that_is_slow_to_the_first_token_is_replaced_by_the_built_in_answer() {
    for reply in
        [Reply::mute(), Reply::begins(&[]).falls_silent(), Reply::begins(&[""]).falls_silent()]
    {
        let model = Model::start();
        model.always(reply);
        let desk = impatient(&model).await;
        is_built_in(&asked(&desk).await);
    }
}

#[tokio::test]
async fn a_line_without_end_is_cut_off_in_bounded_memory() {
    let model = Model::start();
    model.always(Reply::begins(&[]).never_ends_its_line());
    let desk = Setup::default()
        .model(&model)
        .set("FRONTDESK_LLM_FIRST_TOKEN_TIMEOUT_MS", "5000")
        .start()
        .await;
    is_built_in(&asked(&desk).await);
    let peak = desk.memory_peak();
    assert!(peak < 150 << 20, "the server held {} MiB", peak >> 20);
}

#[tokio::test]
async fn an_answer_that_is_cut_ends_with_an_error_and_is_stored_as_incomplete() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = visitor(&desk).await;
    model.will(Reply::begins(&["You have ", "30 "]));
    let (error, said) = visitor.begins(QUESTION).await.fails().await;
    assert_eq!(error["code"], "answer_failed");
    assert_eq!(said, "You have 30 ");
    let stored = desk.messages(&visitor.conversation);
    assert_eq!(stored.len(), 2);
    assert_eq!((stored[0].role.as_str(), stored[0].content.as_str()), ("user", QUESTION));
    assert_eq!(stored[1].content.trim_end(), "You have 30");
    assert!(!stored[1].complete);
}

#[tokio::test]
async fn an_answer_that_falls_silent_ends_with_an_error_and_is_stored_as_incomplete() {
    let model = Model::start();
    let desk = impatient(&model).await;
    let visitor = visitor(&desk).await;
    model.will(Reply::begins(&["You have ", "30 "]).falls_silent());
    let (_, said) = visitor.begins(QUESTION).await.fails().await;
    assert_eq!(said, "You have 30 ");
    assert!(!desk.messages(&visitor.conversation)[1].complete);
}

#[tokio::test]
async fn an_answer_that_turns_to_garbage_ends_with_an_error_or_what_was_said() {
    let model = Model::start();
    let desk = impatient(&model).await;
    let visitor = visitor(&desk).await;
    model.will(Reply::begins(&["You have "]).raw(b"data: {\"error\":{\"message\":\"gone\"}}\n\n"));
    let (_, said) = visitor.begins(QUESTION).await.fails().await;
    assert_eq!(said, "You have ");
}

#[tokio::test]
async fn an_answer_without_room_for_its_end_shows_that_it_goes_on() {
    let model = Model::start();
    let cut = b"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n";
    model.will(Reply::begins(&["You have ", "thirty"]).raw(cut).ends());
    model.will(Reply::begins(&[]).raw(cut).ends());
    let desk = Desk::speaking_through(&model).await;
    assert_eq!(asked(&desk).await.text, "You have thirty…");
    until("the log tells why", &desk.log, || async {
        desk.log.contains("max_tokens").then_some(())
    })
    .await;
    is_built_in(&asked(&desk).await);
}

#[tokio::test]
async fn after_a_failure_the_next_question_is_answered() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = visitor(&desk).await;
    model.will(Reply::begins(&["You "]));
    visitor.begins(QUESTION).await.fails().await;
    model.will(Reply::says(&["Thirty days."]));
    assert_eq!(visitor.asks("And once more: how many days?").await.text, "Thirty days.");
}

#[tokio::test]
async fn questions_after_each_other_share_a_connection() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = visitor(&desk).await;
    for _ in 0..3 {
        model.will(Reply::says(&["Thirty ", "days."]));
        assert_eq!(visitor.asks(QUESTION).await.text, "Thirty days.");
    }
    let from: Vec<_> = model.requests().iter().map(|request| request.from).collect();
    assert!(from[0].is_some() && from.iter().all(|other| *other == from[0]), "{from:?}");
}

#[tokio::test]
async fn a_server_that_hangs_up_between_two_questions_is_asked_anew() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = visitor(&desk).await;
    for _ in 0..5 {
        model.will(Reply::begins(&["Thirty ", "days."]).hangs_up());
        assert_eq!(visitor.asks(QUESTION).await.text, "Thirty days.");
    }
    assert_eq!(model.requests().len(), 5);
    assert!(!desk.log.contains("did not answer"));
}

#[tokio::test]
async fn not_even_the_fullest_log_says_what_was_asked_or_answered() {
    let model = Model::start();
    let desk = Setup::default()
        .model(&model)
        .set("FRONTDESK_LLM_KEY", "sk-very-secret")
        .set("FRONTDESK_LOG_LEVEL", "trace")
        .start()
        .await;
    model.will(Reply::says(&["Thirtyfold."]));
    assert_eq!(visitor(&desk).await.asks(QUESTION).await.text, "Thirtyfold.");
    for secret in ["sk-very-secret", "Thirtyfold", "hirtyfol", "546869727479"] {
        assert!(!desk.log.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn tokens_split_anywhere_in_the_bytes_arrive_whole() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = visitor(&desk).await;
    let frame =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Dreißig 日 🙂.\"}}]}\r\n\r\n";
    let mut reply = Reply::begins(&[]);
    for byte in frame.bytes() {
        reply = reply.raw(&[byte]);
    }
    model.will(reply.ends());
    assert_eq!(visitor.asks(QUESTION).await.text, "Dreißig 日 🙂.");
}

#[tokio::test]
async fn comments_roles_and_unknown_fields_of_the_wire_format_pass() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let visitor = visitor(&desk).await;
    let opening = b": keep-alive\n\nevent: message\nid: 7\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}],\"x\":1}\n\n";
    let usage = b"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"total_tokens\":12}}\n\n";
    model.will(Reply::begins(&[]).raw(opening).then(&["Thirty ", "days."]).raw(usage).ends());
    assert_eq!(visitor.asks(QUESTION).await.text, "Thirty days.");
}

#[tokio::test]
async fn a_model_behind_tls_is_believed_if_this_machine_trusts_its_certificate() {
    let model = Model::start();
    let tls = Tls::before(model.address());
    let folder = Folder::new();
    let trusted = folder.write("certificates.pem", &tls.certificate);
    for _ in 0..2 {
        model.will(Reply::says(&["Over ", "TLS [1]."]));
    }
    let behind = |setup: Setup| setup.set("FRONTDESK_LLM_URL", &tls.url());
    let desk = behind(Setup::default().model(&model))
        .set("SSL_CERT_FILE", trusted.to_str().unwrap())
        .start()
        .await;
    let visitor = visitor(&desk).await;
    assert_eq!(visitor.asks(QUESTION).await.text, "Over TLS [1].");
    // The connection is kept, and serves again.
    assert_eq!(visitor.asks("And a used one?").await.text, "Over TLS [1].");
    let from: Vec<_> = model.requests().iter().map(|request| request.from).collect();
    assert!(from.len() == 2 && from[0] == from[1], "{from:?}");

    let doubting = behind(Setup::default()).start().await;
    is_built_in(&asked(&doubting).await);
    assert_eq!(model.requests().len(), 2);
}
