//! Several models in order of preference: who fails before the first word is followed by the next, in either wire
//! format; who keeps failing is left alone; who speaks in the middle of a failure breaks off.

use serde_json::Value;

use crate::{
    harness::{Agent, Answer, Desk, SHOP, Setup, Visitor},
    pages,
    scripted::{Api, Model, Reply},
};

const QUESTION: &str = "How many days do I have to return an item?";
const APIS: [Api; 2] = [Api::OpenAi, Api::Anthropic];

fn entry(name: &str, api: Api, model: &Model, more: &str) -> String {
    let api = if api == Api::OpenAi { "openai" } else { "anthropic" };
    let url = model.url();
    format!("[[llm.models]]\nname = \"{name}\"\napi = \"{api}\"\nurl = \"{url}\"\n{more}\n")
}

/// A desk with these entries in its file, and time-outs that a test can wait for.
async fn desk(entries: &[String]) -> Desk {
    let mut desk = Setup::default().closed();
    let times = "[llm]\nfirst_token_timeout_ms = 400\ntoken_timeout_ms = 400\n";
    desk.folder.write("frontdesk.toml", format!("{times}{}", entries.concat()));
    desk.restart().await;
    desk
}

async fn visitor(desk: &Desk) -> Visitor {
    desk.visitor(&desk.agent_knowing(pages::SHOP).await).await
}

fn is_built_in(answer: &Answer) {
    assert!(answer.text.contains("30 days"), "{answer:?}");
}

/// All that a model can do instead of saying a word.
fn failures(api: Api) -> Vec<(&'static str, Reply)> {
    let within: &[u8] = match api {
        Api::OpenAi => b"data: {\"error\":{\"message\":\"sk-1 is busy\",\"type\":\"overloaded\"}}\n\n",
        Api::Anthropic => {
            b"event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n"
        }
    };
    vec![
        ("a wrong request", Reply::status(400)),
        ("a wrong key", Reply::status(401)),
        ("no such model", Reply::status(404)),
        ("over its limits", Reply::status(429)),
        ("broken", Reply::status(500)),
        ("overloaded", Reply::status(529)),
        ("a page instead of a stream", Reply::garbage()),
        ("events that are no JSON", Reply::begins(&[]).raw(b"data: {not json}\n\n").ends()),
        ("events that are no UTF-8", Reply::begins(&[]).raw(b"\xff\xfe\x00\n\n").ends()),
        ("an error within the stream", Reply::begins(&[]).raw(within)),
        ("cut before a word", Reply::begins(&[])),
        ("finished without a word", Reply::says(&[])),
        ("mute", Reply::mute()),
        ("slow to the first word", Reply::begins(&[]).falls_silent()),
    ]
}

#[tokio::test]
async fn whoever_fails_before_the_first_word_is_followed_by_the_next() {
    for api in APIS {
        let (first, second) = (Model::speaking(api), Model::speaking(Api::Anthropic));
        let list = [entry("first", api, &first, ""), entry("second", Api::Anthropic, &second, "")];
        let desk = desk(&list).await;
        let visitor = visitor(&desk).await;
        for (what, failure) in failures(api) {
            first.will(failure);
            second.will(Reply::says(&["Thirty days, ", "says the second [1]."]));
            let answer = visitor.asks(QUESTION).await;
            assert_eq!(answer.text, "Thirty days, says the second [1].", "{api:?}: {what}");
            // A word in between, or the first would be left alone by now.
            first.will(Reply::says(&["Thirty days."]));
            assert_eq!(visitor.asks(QUESTION).await.text, "Thirty days.", "{api:?}: {what}");
        }
        let asked = desk.rows(
            "select distinct model from messages where role = 'assistant' order by 1",
            |row| row.get::<_, String>(0),
        );
        assert_eq!(asked, ["first", "second"]);
        assert!(!desk.log.contains("sk-1"));
        first.check().unwrap();
        second.check().unwrap();
    }
}

#[tokio::test]
async fn when_all_fail_the_built_in_answer_comes() {
    for api in APIS {
        for (_, failure) in failures(api).into_iter().take(5) {
            let model = Model::speaking(api);
            model.always(failure);
            let list = [entry("a", api, &model, ""), entry("b", api, &model, "")];
            let desk = desk(&list).await;
            is_built_in(&visitor(&desk).await.asks(QUESTION).await);
            assert_eq!(model.requests().len(), 2);
        }
    }
}

#[tokio::test]
async fn whoever_fails_after_a_word_breaks_off_and_nobody_takes_over() {
    for api in APIS {
        let (first, second) = (Model::speaking(api), Model::start());
        let list = [entry("first", api, &first, ""), entry("second", Api::OpenAi, &second, "")];
        let desk = desk(&list).await;
        let visitor = visitor(&desk).await;
        for reply in [
            Reply::begins(&["You have ", "30 "]),
            Reply::begins(&["You have ", "30 "]).falls_silent(),
            Reply::begins(&["You have ", "30 "]).raw(b"data: {not json}\n\n").ends(),
        ] {
            first.will(reply);
            let (error, said) = visitor.begins(QUESTION).await.fails().await;
            assert_eq!(
                (error["code"].as_str(), said.as_str()),
                (Some("answer_failed"), "You have 30 ")
            );
        }
        let incomplete =
            "select count(*) from messages where state = 'incomplete' and output_tokens > 0";
        assert_eq!(desk.count(incomplete), 3, "{api:?}");
        assert!(second.requests().is_empty());
    }
}

#[tokio::test]
async fn a_provider_that_keeps_failing_is_left_alone_with_all_its_models() {
    let (down, up) = (Model::start(), Model::speaking(Api::Anthropic));
    down.always(Reply::status(500));
    up.always(Reply::says(&["Thirty days."]));
    let list = [
        entry("a", Api::OpenAi, &down, ""),
        entry("b", Api::OpenAi, &down, ""),
        entry("c", Api::Anthropic, &up, ""),
    ];
    let desk = desk(&list).await;
    let visitor = visitor(&desk).await;
    for _ in 0..5 {
        assert_eq!(visitor.asks(QUESTION).await.text, "Thirty days.");
    }
    assert_eq!(down.requests().len(), 5, "five failures in a row are enough");
}

#[tokio::test]
async fn a_model_that_its_provider_does_not_know_harms_no_other_of_the_same() {
    let model = Model::start();
    let list = [entry("gone", Api::OpenAi, &model, ""), entry("here", Api::OpenAi, &model, "")];
    let desk = desk(&list).await;
    let visitor = visitor(&desk).await;
    for _ in 0..5 {
        model.will(Reply::status(404));
        model.will(Reply::says(&["Thirty days."]));
        assert_eq!(visitor.asks(QUESTION).await.text, "Thirty days.");
    }
    for _ in 0..2 {
        model.will(Reply::says(&["Thirty."]));
        assert_eq!(
            visitor.asks(QUESTION).await.text,
            "Thirty.",
            "only the one that is here is asked"
        );
    }
    model.check().unwrap();
}

#[tokio::test]
async fn tokens_are_stored_as_the_model_counts_them_or_estimated() {
    for api in APIS {
        let model = Model::speaking(api);
        let desk = desk(&[entry("a", api, &model, "")]).await;
        let visitor = visitor(&desk).await;
        model.will(Reply::begins(&["Thirty ", "days."]).used(321, 7).ends());
        visitor.asks(QUESTION).await;
        model.will(Reply::says(&["Thirty days, and not one more."]));
        visitor.asks(QUESTION).await;
        let tokens = desk.rows(
            "select input_tokens, output_tokens from messages where role = 'assistant' order by seq",
            |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?)),
        );
        assert_eq!(tokens[0], (321, 7), "{api:?}");
        assert!(tokens[1].0 > 300 && (5..20).contains(&tokens[1].1), "{api:?}: {tokens:?}");
    }
}

#[tokio::test]
async fn each_is_asked_with_its_own_key_headers_and_numbers() {
    let (first, second) = (Model::speaking(Api::Anthropic), Model::start());
    first.always(Reply::status(503));
    second.always(Reply::says(&["Thirty days."]));
    let more = "key = \"sk-first\"\nmodel = \"claude\"\nmax_tokens = 111\ntemperature = 1.5\n\
                headers = { \"anthropic-version\" = \"2099-01-01\", \"X-Team\" = \"desk\" }";
    let list = [
        entry("first", Api::Anthropic, &first, more),
        entry("second", Api::OpenAi, &second, "key_env = \"SECOND_KEY\"\nmodel = \"gpt\""),
    ];
    let mut desk = Desk::with("SECOND_KEY", "sk-second").closed();
    desk.folder.write("frontdesk.toml", format!("[llm]\nmax_tokens = 222\n{}", list.concat()));
    desk.restart().await;
    for key in ["sk-first", "sk-second"] {
        desk.wire.keep_private(key);
    }
    visitor(&desk).await.asks(QUESTION).await;
    let asked = first.requests().remove(0);
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(asked.header("x-api-key"), Some("sk-first"));
    assert_eq!(asked.header("anthropic-version"), Some("2099-01-01"));
    assert_eq!(asked.header("X-Team"), Some("desk"));
    assert_eq!((body["model"].as_str(), body["max_tokens"].as_u64()), (Some("claude"), Some(111)));
    assert_eq!(body["temperature"], 1.0, "this API knows no more than 1");
    let asked = second.requests().remove(0);
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(asked.header("Authorization"), Some("Bearer sk-second"));
    assert_eq!((body["model"].as_str(), body["max_tokens"].as_u64()), (Some("gpt"), Some(222)));
    assert_eq!(asked.header("X-Team"), None);
}

#[tokio::test]
async fn a_number_that_is_off_is_not_sent() {
    for api in [Api::OpenAi, Api::Anthropic] {
        let model = Model::speaking(api);
        model.always(Reply::says(&["Thirty days."]));
        let mut desk = Desk::with("FRONTDESK_LOG_LEVEL", "warn").closed();
        let off = "model = \"o3\"\nmax_tokens = \"off\"\ntemperature = \"off\"";
        desk.folder.write("frontdesk.toml", entry("one", api, &model, off));
        desk.restart().await;
        visitor(&desk).await.asks(QUESTION).await;
        let body: Value = serde_json::from_slice(&model.requests().remove(0).body).unwrap();
        assert_eq!(body.get("temperature"), None, "{body}");
        // Of the two, one API demands it.
        assert_eq!(body.get("max_tokens").is_some(), matches!(api, Api::Anthropic), "{body}");
    }
}

#[tokio::test]
async fn the_one_of_the_environment_comes_before_those_of_the_file() {
    let (single, listed) = (Model::start(), Model::start());
    let mut desk = Desk::with("FRONTDESK_LLM_URL", &single.url()).closed();
    desk.folder.write("frontdesk.toml", entry("listed", Api::OpenAi, &listed, ""));
    desk.restart().await;
    single.will(Reply::status(500));
    listed.will(Reply::says(&["From the list."]));
    let visitor = visitor(&desk).await;
    assert_eq!(visitor.asks(QUESTION).await.text, "From the list.");
    single.check().unwrap();
}

async fn sets(desk: &Desk, agent: &Agent, change: &str) {
    desk.cli(&["agent", "set", &agent.id, change]).await.succeeded();
}

#[tokio::test]
async fn an_agent_may_choose_among_them_by_name() {
    let (first, second) = (Model::start(), Model::start());
    let list = [entry("first", Api::OpenAi, &first, ""), entry("second", Api::OpenAi, &second, "")];
    let desk = desk(&list).await;
    let agent = desk.agent_on(SHOP).await;
    desk.learns(&agent, pages::SHOP).await;
    sets(&desk, &agent, "answers.models=second").await;
    let ask = ["ask", "--agent", &agent.id, QUESTION, "--json"];
    second.will(Reply::says(&["Thirty days [1]."]));
    assert_eq!(desk.cli(&ask).await.json()["model"], "second");
    second.will(Reply::status(500));
    let answer = desk.cli(&ask).await.json();
    assert_eq!(answer["model"], "builtin", "no other is asked: {answer}");
    sets(&desk, &agent, "answers.models=second,first").await;
    second.will(Reply::status(500));
    first.will(Reply::says(&["Thirty days [1]."]));
    assert_eq!(desk.cli(&ask).await.json()["model"], "first");
    sets(&desk, &agent, "answers.models=builtin").await;
    assert_eq!(desk.cli(&ask).await.json()["model"], "builtin");
    let unknown = ["agent", "set", &agent.id, "answers.models=third,first"];
    desk.cli(&unknown).await.failed(2, &["answers.models", "third", "first, second, builtin"]);
    first.check().unwrap();
    second.check().unwrap();
}

#[tokio::test]
async fn keys_and_headers_of_the_list_are_masked() {
    let file = "[llm]\nurl = \"http://127.0.0.1:9/v1\"\n[llm.headers]\n\"X-Secret\" = \"hide-me-1\"\n\
        [[llm.models]]\nurl = \"http://127.0.0.1:9/v1\"\nmodel = \"b\"\nkey = \"hide-me-2\"\n\
        headers = { \"Authorization\" = \"hide-me-3\", \"HTTP-Referer\" = \"https://shop.example\" }\n\
        [[llm.models]]\nurl = \"http://127.0.0.1:9/v1\"\nmodel = \"c\"\nkey_env = \"OUR_KEY\"\n";
    let desk = Desk::with("OUR_KEY", "hide-me-4").closed();
    desk.folder.write("frontdesk.toml", file);
    let (json, text) =
        (desk.cli(&["config", "show", "--json"]).await, desk.cli(&["config", "show"]).await);
    for output in [&json, &text] {
        output.succeeded();
        assert!(!output.out.contains("hide-me"), "{}", output.out);
        assert!(output.out.contains("https://shop.example"), "{}", output.out);
    }
    let shown = json.json();
    let find = |key: &str| {
        let all = shown.as_array().unwrap();
        all.iter()
            .find(|one| one["key"] == key)
            .cloned()
            .unwrap_or_else(|| panic!("{key} in {shown}"))
    };
    assert_eq!(find("llm.models.1.max_tokens")["source"], "llm.max_tokens");
    assert_eq!(find("llm.models.2.key")["source"], "environment: OUR_KEY");
    assert_eq!(find("llm.headers.X-Secret")["value"], "********");
}

#[tokio::test]
async fn what_is_wrong_in_the_list_is_named() {
    for (file, words) in [
        ("[[llm.models]]\nmodle = \"x\"\n", &["llm.models.1.modle", "llm.models.1.model"][..]),
        ("[[llm.models]]\nmodel = \"x\"\n", &["llm.models.1.url", "is missing"]),
        (
            "[[llm.models]]\nurl = \"x\"\napi = \"soap\"\n",
            &["llm.models.1.url", "llm.models.1.api"],
        ),
        (
            "[[llm.models]]\nurl = \"http://a.example\"\nmodel = \"m\"\n[[llm.models]]\nurl = \"http://b.example\"\nmodel = \"m\"\n",
            &["llm.models.2.name", "two models"],
        ),
        (
            "[[llm.models]]\nurl = \"http://a.example\"\nname = \"builtin\"\n",
            &["llm.models.1.name"],
        ),
        (
            "[[llm.models]]\nurl = \"http://a.example\"\nkey = \"a\"\nkey_env = \"B\"\n",
            &["llm.models.1.key", "key_env"],
        ),
        (
            "[[llm.models]]\nurl = \"http://a.example\"\nheaders = { \"Host\" = \"b\", \"X Y\" = \"c\", \"X-Z\" = \"ü\" }\n",
            &["headers.Host", "headers.X Y", "headers.X-Z"],
        ),
    ] {
        let desk = Setup::default().closed();
        desk.folder.write("frontdesk.toml", file);
        desk.cli(&["config", "show"]).await.failed(2, words);
    }
}
