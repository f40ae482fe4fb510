//! Tokens: HS256, our issuer, one hour, and nothing else gets in.

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use crate::{
    harness::{API, Desk, SHOP, Setup, Visitor, claims_of, critical, signed, unsigned},
    pages,
};

const SECRET: &str = "a secret that is long enough for HS256";

async fn desk() -> Desk {
    Desk::with("WIDGET_JWT_SECRET", SECRET).start().await
}

async fn status(desk: &Desk, token: &str) -> u16 {
    let response = desk
        .wire
        .post(&format!("{API}/events"), &json!({"event": "page.view"}))
        .token(token)
        .send()
        .await;
    if response.status != 202 {
        response.error(401, "invalid_token");
        assert_eq!(response.header("WWW-Authenticate"), "Bearer");
    }
    response.status
}

fn with(claims: &Value, key: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[key] = value;
    claims
}

async fn arrived(desk: &Desk) -> (Visitor, Value, i64) {
    let visitor = desk.visitor(&desk.agent_on(SHOP).await).await;
    let claims = claims_of(&visitor.jwt);
    let issued = claims["iat"].as_i64().unwrap();
    (visitor, claims, issued)
}

#[tokio::test]
async fn a_token_of_our_own_making_passes() {
    let desk = desk().await;
    let (visitor, claims, _) = arrived(&desk).await;
    assert_eq!(status(&desk, &visitor.jwt).await, 202);
    assert_eq!(status(&desk, &signed(&claims, Algorithm::HS256, SECRET)).await, 202);
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let desk = desk().await;
    let (_, claims, issued) = arrived(&desk).await;
    let expired = with(&with(&claims, "iat", json!(issued - 3601)), "exp", json!(issued - 1));
    assert_eq!(status(&desk, &signed(&expired, Algorithm::HS256, SECRET)).await, 401);
    let last = with(&with(&claims, "iat", json!(issued - 3540)), "exp", json!(issued + 60));
    assert_eq!(status(&desk, &signed(&last, Algorithm::HS256, SECRET)).await, 202);
}

#[tokio::test]
async fn an_extension_that_must_be_understood_is_refused() {
    let desk = desk().await;
    let (_, claims, _) = arrived(&desk).await;
    assert_eq!(status(&desk, &critical(&claims, SECRET)).await, 401);
}

#[tokio::test]
async fn another_algorithm_is_refused() {
    let desk = desk().await;
    let (visitor, claims, _) = arrived(&desk).await;
    assert_eq!(status(&desk, &unsigned(&visitor.jwt)).await, 401);
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        assert_eq!(status(&desk, &signed(&claims, algorithm, SECRET)).await, 401);
    }
}

#[tokio::test]
async fn a_token_that_was_tampered_with_is_refused() {
    let desk = desk().await;
    let (visitor, claims, _) = arrived(&desk).await;
    let parts: Vec<&str> = visitor.jwt.split('.').collect();
    let other = signed(
        &with(&claims, "exp", json!(9_999_999_999_i64)),
        Algorithm::HS256,
        "another secret, long enough too",
    );
    let swapped = format!("{}.{}.{}", parts[0], other.split('.').nth(1).unwrap(), parts[2]);
    for token in
        [other, swapped, format!("{}.{}.", parts[0], parts[1]), format!("{}x", visitor.jwt)]
    {
        assert_eq!(status(&desk, &token).await, 401, "{token}");
    }
    assert_eq!(status(&desk, &"x".repeat(10_000)).await, 401);
}

#[tokio::test]
async fn another_issuer_or_a_missing_claim_is_refused() {
    let desk = desk().await;
    let (_, claims, issued) = arrived(&desk).await;
    let mut wrong = vec![
        with(&claims, "iss", json!("somebody")),
        with(&claims, "exp", json!("soon")),
        with(&claims, "iat", json!(issued + 3600)),
        with(&claims, "conversation_id", json!("not an id")),
        with(&claims, "visitor_id", json!(7)),
    ];
    for key in ["iss", "exp", "agent_id", "visitor_id", "conversation_id"] {
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove(key);
        wrong.push(without);
    }
    for claims in wrong {
        assert_eq!(
            status(&desk, &signed(&claims, Algorithm::HS256, SECRET)).await,
            401,
            "{claims}"
        );
    }
}

#[tokio::test]
async fn a_token_of_a_conversation_that_never_was_opens_nothing() {
    let desk = desk().await;
    let (visitor, claims, _) = arrived(&desk).await;
    let question = visitor.question("When are you open?");
    for key in ["conversation_id", "visitor_id", "agent_id"] {
        let token = signed(
            &with(&claims, key, json!("01ARZ3NDEKTSV4RRFFQ69G5FAV")),
            Algorithm::HS256,
            SECRET,
        );
        let response =
            desk.wire.post(&format!("{API}/messages"), &question).token(&token).send().await;
        assert!(
            matches!(response.status, 401 | 404),
            "{key}: {} {}",
            response.status,
            response.body
        );
    }
    assert_eq!(desk.count("select count(*) from messages"), 0);
}

#[tokio::test]
async fn a_rotated_secret_breaks_no_running_chat() {
    let new = "the next secret, just as long as that";
    let mut desk = desk().await;
    let (visitor, claims, _) = arrived(&desk).await;
    desk.stop();
    desk.settings(
        Setup::default().set("WIDGET_JWT_SECRET", new).set("WIDGET_JWT_SECRET_PREVIOUS", SECRET),
    );
    desk.restart().await;
    assert_eq!(status(&desk, &visitor.jwt).await, 202);
    assert_eq!(status(&desk, &signed(&claims, Algorithm::HS256, new)).await, 202);
    desk.stop();
    desk.settings(Setup::default().set("WIDGET_JWT_SECRET", new));
    desk.restart().await;
    assert_eq!(status(&desk, &visitor.jwt).await, 401);
}

#[tokio::test]
async fn without_a_configured_secret_one_is_made_and_kept() {
    let mut desk = Desk::start().await;
    let (visitor, _, _) = arrived(&desk).await;
    desk.kill();
    desk.restart().await;
    assert_eq!(status(&desk, &visitor.jwt).await, 202);
    let private = std::fs::read_dir(desk.data()).unwrap().filter_map(Result::ok).any(|entry| {
        use std::os::unix::fs::PermissionsExt;
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        mode == 0o600 && !entry.file_name().to_string_lossy().contains(".db")
    });
    assert!(private, "the key lies in a file of its own that only its owner reads");
}

#[tokio::test]
async fn a_secret_that_is_too_short_keeps_the_server_from_starting() {
    let desk = Desk::with("WIDGET_JWT_SECRET", "too short").closed();
    let failed = desk.cli(&["serve", "--listen", "127.0.0.1:0"]).await;
    failed.failed(2, &["WIDGET_JWT_SECRET", "32"]);
    assert!(!failed.errors.contains("too short"), "a secret is never shown: {}", failed.errors);
}

#[tokio::test]
async fn another_issuer_may_be_configured() {
    let desk = Desk::with("FRONTDESK_TOKEN_ISSUER", "desk.example")
        .set("WIDGET_JWT_SECRET", SECRET)
        .start()
        .await;
    let (visitor, claims, _) = arrived(&desk).await;
    assert_eq!(claims["iss"], "desk.example");
    assert_eq!(status(&desk, &visitor.jwt).await, 202);
    let other = signed(&with(&claims, "iss", json!("pitchbar")), Algorithm::HS256, SECRET);
    assert_eq!(status(&desk, &other).await, 401);
}

#[tokio::test]
async fn a_token_reaches_nothing_of_another_workspace() {
    let desk = desk().await;
    let (ours, theirs) = (desk.agent_on(SHOP).await, desk.agent_on(SHOP).await);
    desk.learns(&theirs, &[("secret.md", "# Vault\n\nThe vault opens with zanzibar.\n")]).await;
    let workspace = "01JZ8QK3T5W7Y9ABCDEFGHJKMN";
    desk.execute(&format!(
        "insert into workspaces (id, name, created_at) values ('{workspace}', 'Theirs', 0)"
    ));
    for table in ["sources", "runs", "pages", "passages"] {
        desk.execute(&format!("update {table} set workspace_id = '{workspace}'"));
    }
    desk.execute(&format!(
        "update agents set workspace_id = '{workspace}' where id = '{}'",
        theirs.id
    ));
    let (us, them) = (desk.visitor(&ours).await, desk.visitor(&theirs).await);
    let answer = them.asks("What does the vault open with?").await;
    assert!(answer.text.contains("zanzibar"), "{}", answer.text);
    let lead = json!({"email": "ada@example.com", "name": "Theirs"});
    them.posts("/leads", &lead).await.data(200);
    assert_eq!(
        desk.count(&format!("select count(*) from messages where workspace_id = '{workspace}'")),
        2
    );

    // What is asked here is answered from what is known here.
    let here = us.asks("What does the vault open with?").await;
    assert!(!here.text.contains("zanzibar") && here.citations.is_empty(), "{here:?}");
    let heard = us.gets(&format!("{API}/conversation/messages")).await.data(200);
    assert_eq!(heard["messages"].as_array().unwrap().len(), 2);
    let after = format!("{API}/conversation/messages?after={}", answer.message_id);
    us.gets(&after).await.error(404, "not_found");
    let feedback = format!("/messages/{}/feedback", answer.message_id);
    us.posts(&feedback, &json!({"rating": "bad"})).await.error(404, "not_found");
    let created = us.posts("/leads", &json!({"email": "ada@example.com"})).await.data(200);
    assert_eq!(created["status"], "created", "the address is not known here");

    // Not even a token with our own signature mixes what belongs to one with what belongs to the other.
    let (mine, yours) = (claims_of(&us.jwt), claims_of(&them.jwt));
    let differing: Vec<&String> = mine
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, value)| {
            yours[key.as_str()] != **value && !["iat", "exp"].contains(&key.as_str())
        })
        .map(|(key, _)| key)
        .collect();
    assert!(differing.len() >= 3, "{mine}");
    for key in differing {
        let mixed = with(&mine, key, yours[key].clone());
        assert_eq!(status(&desk, &signed(&mixed, Algorithm::HS256, SECRET)).await, 401, "{key}");
    }

    us.deletes("/me").await.data(200);
    assert_eq!(desk.messages(&them.conversation).len(), 2);
    assert_eq!(desk.rows("select name from leads", |row| row.get::<_, String>(0)), ["Theirs"]);
}

#[tokio::test]
async fn a_key_that_was_made_here_is_rotated_by_renaming_its_file() {
    let mut desk = Desk::start().await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    desk.stop();
    let file = desk.data().join("widget_jwt_secret");
    std::fs::rename(&file, desk.data().join("widget_jwt_secret_previous")).expect("renamed");
    desk.restart().await;
    visitor.asks("When are you open?").await;
    assert!(file.exists(), "a new one signs");
}
