//! Settings: flags over environment over file over default, and a clear word about each that is wrong.

use serde_json::Value;

use crate::harness::{Desk, Setup};

fn setting<'a>(shown: &'a Value, key: &str) -> &'a Value {
    let found = shown.as_array().expect("a list").iter().find(|setting| setting["key"] == key);
    found.unwrap_or_else(|| panic!("{key} in {shown}"))
}

#[tokio::test]
async fn each_value_is_shown_with_where_it_comes_from() {
    let desk = Desk::with("FRONTDESK_LLM_MODEL", "from-the-environment").closed();
    desk.folder.write(
        "frontdesk.toml",
        "listen = \"127.0.0.1:9999\"\n[llm]\nmodel = \"from-the-file\"\nmax_tokens = 77\n",
    );
    let shown = desk.cli(&["config", "show", "--json"]).await.json();
    let model = setting(&shown, "llm.model");
    assert_eq!(model["value"], "from-the-environment");
    assert_eq!(model["source"], "environment");
    let tokens = setting(&shown, "llm.max_tokens");
    assert_eq!(tokens["value"].to_string().trim_matches('"'), "77");
    assert!(tokens["source"].as_str().unwrap().contains("frontdesk.toml"), "{tokens}");
    assert_eq!(setting(&shown, "llm.temperature")["source"], "default");
    assert_eq!(setting(&shown, "data")["source"], "flag");
    assert!(setting(&shown, "listen")["value"].as_str().unwrap().contains("9999"));
}

#[tokio::test]
async fn secrets_are_masked_wherever_settings_are_shown() {
    let secret = "a secret that is long enough for HS256";
    let desk =
        Desk::with("WIDGET_JWT_SECRET", secret).set("FRONTDESK_LLM_KEY", "sk-hidden-key").closed();
    let json = desk.cli(&["config", "show", "--json"]).await;
    let text = desk.cli(&["config", "show"]).await;
    for output in [&json, &text] {
        output.succeeded();
        for hidden in [secret, "sk-hidden-key"] {
            assert!(
                !output.out.contains(hidden) && !output.errors.contains(hidden),
                "{}",
                output.out
            );
        }
    }
    let shown = json.json();
    assert_eq!(setting(&shown, "llm.key")["source"], "environment");
    assert!(
        !setting(&shown, "llm.key")["value"].as_str().unwrap().is_empty(),
        "that it is set is shown"
    );
}

#[tokio::test]
async fn an_unknown_setting_is_refused_with_what_was_probably_meant() {
    let desk = Desk::with("FRONTDESK_LISTN", "127.0.0.1:0").closed();
    for command in [&["config", "show", "--json"][..], &["agent", "list", "--json"], &["serve"]] {
        desk.cli(command).await.failed(2, &["FRONTDESK_LISTN", "FRONTDESK_LISTEN"]);
    }
    let desk = Setup::default().closed();
    desk.folder.write("frontdesk.toml", "[llm]\nmodle = \"x\"\n");
    desk.cli(&["config", "show", "--json"]).await.failed(2, &["llm.modle", "llm.model"]);
}

#[tokio::test]
async fn all_wrong_values_are_named_at_once_with_what_would_be_right() {
    let desk = Desk::with("FRONTDESK_LLM_URL", "not a url")
        .set("FRONTDESK_LLM_MAX_TOKENS", "many")
        .set("FRONTDESK_LISTEN", "8787")
        .set("FRONTDESK_LOG_FORMAT", "xml")
        .closed();
    let words = [
        "FRONTDESK_LLM_URL",
        "FRONTDESK_LLM_MAX_TOKENS",
        "FRONTDESK_LISTEN",
        "FRONTDESK_LOG_FORMAT",
        "json",
    ];
    desk.cli(&["agent", "list", "--json"]).await.failed(2, &words);
}

#[tokio::test]
async fn a_file_that_is_no_toml_is_refused_by_name() {
    let desk = Setup::default().closed();
    desk.folder.write("frontdesk.toml", "listen = = 5");
    desk.cli(&["config", "show", "--json"]).await.failed(2, &["frontdesk.toml"]);
}

#[tokio::test]
async fn a_port_that_is_taken_is_a_clear_failure() {
    let desk = Desk::start().await;
    let taken = desk.wire.authority();
    let other = desk.folder.path("other-data");
    let serve = ["serve", "--listen", &taken, "--data", other.to_str().unwrap()];
    let failed = crate::harness::run(&desk.folder, &serve).await;
    failed.failed(1, &[&taken]);
}

#[tokio::test]
async fn logs_can_be_json_with_one_object_a_line() {
    let desk = Desk::with("FRONTDESK_LOG_FORMAT", "json")
        .set("FRONTDESK_LOG_LEVEL", "debug")
        .start()
        .await;
    desk.wire.get("/healthz").header("X-Request-Id", "the-id-to-find").send().await;
    crate::harness::until("the request is in the log", &desk.log, || async {
        desk.log.contains("the-id-to-find").then_some(())
    })
    .await;
    for line in desk.log.to_string().lines() {
        let parsed: Result<Value, _> = serde_json::from_str(line);
        assert!(parsed.is_ok_and(|value| value.is_object()), "{line}");
    }
}

#[test]
fn a_setting_that_is_no_text_is_refused_by_its_name() {
    use std::os::unix::ffi::OsStrExt as _;
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"))
        .env("WIDGET_JWT_SECRET", std::ffi::OsStr::from_bytes(&[0xff; 40]))
        .args(["config", "show"])
        .output()
        .expect("the binary starts");
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{errors}");
    assert!(errors.contains("WIDGET_JWT_SECRET") && errors.contains("UTF-8"), "{errors}");
}
