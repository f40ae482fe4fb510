//! Agents by command line, beside a running server or without one; exit codes as scripts rely on them.

use serde_json::json;

use crate::{
    harness::{API, Desk, SHOP, Setup, until},
    pages,
};

#[tokio::test]
async fn an_agent_is_made_shown_listed_and_published() {
    let desk = Setup::default().closed();
    let made =
        desk.cli(&["agent", "create", "--name", "Aria", "--origin", SHOP, "--json"]).await.json();
    let id = made["id"].as_str().unwrap();
    assert_eq!(id.len(), 26);
    assert_eq!((&made["name"], &made["published"]), (&json!("Aria"), &json!(false)));

    let published = desk.cli(&["agent", "publish", id, "--json"]).await.json();
    assert_eq!((&published["id"], &published["published"]), (&json!(id), &json!(true)));

    let shown = desk.cli(&["agent", "show", id, "--json"]).await.json();
    assert_eq!(
        (&shown["id"], &shown["name"], &shown["published"]),
        (&json!(id), &json!("Aria"), &json!(true))
    );
    assert!(shown.to_string().contains(SHOP), "{shown}");

    desk.cli(&["agent", "create", "--name", "Bo", "--json"]).await.succeeded();
    let list = desk.cli(&["agent", "list", "--json"]).await.json();
    let names: Vec<_> =
        list.as_array().unwrap().iter().map(|agent| agent["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Aria", "Bo"]);
}

#[tokio::test]
async fn several_origins_may_be_named() {
    let desk = Desk::start().await;
    let create = ["agent", "create", "--name", "Aria", "--publish", "--json"];
    let origins = ["--origin", "HTTPS://Shop.Example:443", "--origin", "http://localhost:3000"];
    let made = desk.cli(&[&create[..], &origins].concat()).await.json();
    let body = json!({"agent_id": made["id"], "page_url": "https://shop.example/"});
    for origin in [SHOP, "http://localhost:3000"] {
        desk.wire.post(&format!("{API}/init"), &body).origin(origin).send().await.data(200);
    }
}

#[tokio::test]
async fn an_origin_that_was_refused_is_allowed_with_the_command_that_is_shown() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let body = json!({"agent_id": agent.id, "page_url": "https://www.shop.example/"});
    let init = format!("{API}/init");
    let from = "https://www.shop.example";
    let refused = desk.wire.post(&init, &body).origin(from).send().await;
    let message = refused.error(403, "origin_forbidden")["message"].to_string();
    let shown = until("the refusal is written down", &desk.log, || async {
        let shown = desk.cli(&["agent", "origins", &agent.id, "--json"]).await.json();
        shown["refused"][0]["allow"].as_str().map(str::to_owned)
    })
    .await;
    assert!(message.contains(&shown), "the page's console says the same: {message}");
    let words: Vec<&str> = shown.split(' ').skip(1).map(|word| word.trim_matches('\'')).collect();
    desk.cli(&words).await.succeeded();
    desk.cli(&words).await.succeeded();
    let agent = desk.cli(&["agent", "show", &agent.id, "--json"]).await.json();
    assert_eq!(agent["allowed_origins"], json!([SHOP, from]));
    until("the server sees it", &desk.log, || async {
        let response = desk.wire.post(&init, &body).origin(from).send().await;
        (response.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_origin_that_a_shell_would_run_is_never_shown_in_a_command() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let body = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    for origin in
        ["https://a';id;'.example", "https://$(id).example", "null", "https://*.shop.example/"]
    {
        let response = desk.wire.post(&format!("{API}/init"), &body).origin(origin).send().await;
        let message = response.error(403, "origin_forbidden")["message"].to_string();
        assert!(!message.contains("frontdesk"), "{message}");
    }
}

#[tokio::test]
async fn what_is_no_origin_is_refused_with_what_was_meant() {
    let desk = Setup::default().closed();
    for (wrong, meant) in [
        ("shop.example", "https://shop.example"),
        ("https://shop.example/path", "https://shop.example"),
    ] {
        let failed =
            desk.cli(&["agent", "create", "--name", "Aria", "--origin", wrong, "--json"]).await;
        failed.failed(2, &[wrong, meant]);
    }
    assert_eq!(desk.cli(&["agent", "list", "--json"]).await.json(), json!([]));
}

#[tokio::test]
async fn an_agent_is_changed_by_name_and_value() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let set = [
        "agent",
        "set",
        &agent.id,
        "theme.primary=#ff0000",
        "persona.tone=dry",
        "name=Bo",
        "--json",
    ];
    desk.cli(&set).await.succeeded();
    let shown = desk.cli(&["agent", "show", &agent.id, "--json"]).await.json();
    assert_eq!(shown["name"], "Bo");
    assert!(shown.to_string().contains("#ff0000") && shown.to_string().contains("dry"), "{shown}");
}

#[tokio::test]
async fn a_wrong_key_or_value_is_refused_and_nothing_changes() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let before = desk.cli(&["agent", "show", &agent.id, "--json"]).await.json();
    let set = |pair: &'static str| {
        ["agent", "set", &agent.id, "name=Changed", pair, "--json"].map(str::to_owned)
    };
    for (pair, word) in [
        ("theme.primry=#ff0000", "theme.primry"),
        ("theme.radius=round", "theme.radius"),
        ("allowed_origins=[\"shop.example\"]", "https://shop.example"),
        ("nothing", "nothing"),
    ] {
        let arguments = set(pair);
        let failed = desk.cli(&arguments.each_ref().map(String::as_str)).await;
        assert_ne!(failed.code, 0, "{pair}");
        failed.failed(failed.code, &[word]);
    }
    assert_eq!(desk.cli(&["agent", "show", &agent.id, "--json"]).await.json(), before);
}

#[tokio::test]
async fn a_key_that_is_none_is_told_with_what_was_meant_and_with_what_lists_them() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let set = ["agent", "set", &agent.id];
    let lists = format!("`frontdesk agent show {}` lists them all", agent.id);
    for (pair, said) in [
        ("nothing.alike=1", "is no setting; `"),
        ("theme.primry=#ff0000", "did you mean theme.primary?"),
        ("nmae=Bo", "did you mean name?"),
    ] {
        desk.cli(&[&set[..], &[pair]].concat()).await.failed(2, &[said, &lists]);
    }
    let of_workspace = ["did you mean monthly_messages?", "`frontdesk workspace show` lists them"];
    desk.cli(&["workspace", "set", "monthly_mesages=1"]).await.failed(2, &of_workspace);
}

#[tokio::test]
async fn a_running_server_sees_each_change() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    assert_eq!(desk.visitor(&agent).await.greeting["agent"]["name"], "Aria");
    desk.cli(&["agent", "set", &agent.id, "name=Bo", "theme.primary=#123456"]).await.succeeded();
    until("the server sees the new name", &desk.log, || async {
        let shown = desk.visitor(&agent).await.greeting["agent"].clone();
        (shown["name"] == "Bo" && shown["theme"]["primary"] == "#123456").then_some(())
    })
    .await;

    let draft =
        desk.cli(&["agent", "create", "--name", "Draft", "--origin", SHOP, "--json"]).await.json();
    let body = json!({"agent_id": draft["id"], "page_url": "https://shop.example/"});
    let init = format!("{API}/init");
    desk.wire.post(&init, &body).origin(SHOP).send().await.error(404, "agent_not_found");
    desk.cli(&["agent", "publish", draft["id"].as_str().unwrap()]).await.succeeded();
    until("the server sees that it is published", &desk.log, || async {
        let response = desk.wire.post(&init, &body).origin(SHOP).send().await;
        (response.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_running_server_answers_from_what_was_just_added() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    let visitor = desk.visitor(&agent).await;
    assert!(visitor.asks("How much is standard shipping?").await.low_confidence);
    desk.learns(&agent, &[pages::SHIPPING]).await;
    let answer = visitor.asks("How much is standard shipping?").await;
    assert!(
        answer.text.contains("4.90") && answer.cites("https://shop.example/shipping"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn an_unknown_agent_is_a_failure() {
    let desk = Setup::default().closed();
    desk.agent_on(SHOP).await;
    let unknown = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    desk.cli(&["agent", "show", unknown, "--json"]).await.failed(1, &[unknown]);
    desk.cli(&["agent", "publish", unknown, "--json"]).await.failed(1, &[unknown]);
    desk.cli(&["ask", "--agent", unknown, "Hello?", "--json"]).await.failed(1, &[unknown]);
    desk.cli(&["knowledge", "search", "--agent", unknown, "Hello?", "--json"])
        .await
        .failed(1, &[unknown]);
}

#[tokio::test]
async fn wrong_usage_ends_with_2() {
    let desk = Setup::default().closed();
    for arguments in [
        &["nonsense"][..],
        &["agent", "create"],
        &["agent", "list", "--nonsense"],
        &["knowledge"],
        &["ask"],
    ] {
        let failed = desk.cli(arguments).await;
        assert_eq!(failed.code, 2, "{arguments:?}: {}{}", failed.out, failed.errors);
        assert_eq!(failed.out, "");
        assert!(!failed.errors.is_empty());
    }
}

#[tokio::test]
async fn ask_answers_in_the_terminal() {
    let desk = Setup::default().closed();
    let agent = desk.agent_knowing(pages::SHOP).await;
    let ask = ["ask", "--agent", &agent.id, "How many days do I have to return an item?"];
    let text = desk.cli(&ask).await;
    text.succeeded();
    assert!(text.out.contains("30 days"), "{}", text.out);
    assert!(text.out.contains("https://shop.example/policies/returns"), "{}", text.out);

    let json = desk.cli(&[&ask[..], &["--json"]].concat()).await.json();
    assert!(json["content"].as_str().unwrap().contains("30 days"), "{json}");
    assert!(
        json["citations"][0]["url"]
            .as_str()
            .unwrap()
            .starts_with("https://shop.example/policies/returns")
    );
    assert_eq!(json["low_confidence"], false);
    let confidence = json["confidence"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&confidence), "{json}");
    assert!(json.get("model").is_some() && json["timings_ms"].is_object(), "{json}");
}

#[tokio::test]
async fn ask_with_a_trace_shows_what_was_found() {
    let desk = Setup::default().closed();
    let agent = desk.agent_knowing(pages::SHOP).await;
    let ask =
        ["ask", "--agent", &agent.id, "--trace", "How many days do I have to return an item?"];
    let traced = desk.cli(&ask).await;
    traced.succeeded();
    let all = format!("{}{}", traced.out, traced.errors);
    assert!(all.contains("Returns and refunds") && all.contains("ms"), "{all}");
}

#[tokio::test]
async fn ask_stores_no_conversation() {
    let desk = Setup::default().closed();
    let agent = desk.agent_knowing(pages::SHOP).await;
    desk.cli(&["ask", "--agent", &agent.id, "When are you open?"]).await.succeeded();
    assert_eq!(desk.count("select count(*) from messages"), 0);
}

#[tokio::test]
async fn help_and_version_are_there() {
    let desk = Setup::default().closed();
    let help = crate::harness::run(&desk.folder, &["--help"]).await;
    help.succeeded();
    for command in ["serve", "demo", "agent", "knowledge", "ask", "config"] {
        assert!(help.out.contains(command), "{}", help.out);
    }
    let version = crate::harness::run(&desk.folder, &["--version"]).await;
    version.succeeded();
    assert_eq!(version.out.trim(), concat!("frontdesk ", env!("CARGO_PKG_VERSION")));
}
