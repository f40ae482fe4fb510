//! Who a visitor is: a site's signed word opens the person's conversation in any browser, a word that does not hold
//! opens nothing and harms nothing, and what is unsigned is kept apart.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use crate::{
    harness::{API, Agent, Desk, Response, SHOP, critical, signed, unsigned},
    pages,
};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

async fn secret(desk: &Desk, agent: &Agent) -> String {
    let shown = desk.cli(&["agent", "identity", &agent.id, "--json"]).await.json();
    shown["secret"].as_str().expect("a secret").to_owned()
}

fn ann() -> Value {
    json!({"sub": "user-7", "email": "ann@mail.example", "name": "Ann", "iat": now()})
}

fn token(claims: &Value, secret: &str) -> String {
    signed(claims, Algorithm::HS256, secret)
}

async fn arrives(desk: &Desk, agent: &Agent, more: Value) -> Response {
    let mut body = json!({"agent_id": agent.id, "page_url": "https://shop.example/"});
    body.as_object_mut().unwrap().extend(more.as_object().expect("an object").clone());
    desk.wire.post(&format!("{API}/init"), &body).origin(SHOP).send().await
}

#[tokio::test]
async fn a_person_finds_their_conversation_in_another_browser() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let secret = secret(&desk, &agent).await;
    let anon = |id: &str| json!({"anon_id": id, "identity_token": token(&ann(), &secret)});
    let laptop = desk.visitor_with(&agent, anon("laptop")).await;
    laptop.asks("When are you open on Saturday?").await;
    assert_eq!(laptop.greeting["identified"], true);

    let phone = desk.visitor_with(&agent, anon("phone")).await;
    assert_eq!((&phone.id, &phone.conversation), (&laptop.id, &laptop.conversation));
    assert_eq!(phone.greeting["messages"].as_array().unwrap().len(), 2);
    let stored: Vec<(String, String)> =
        desk.rows("select subject, claims from visitors", |row| Ok((row.get(0)?, row.get(1)?)));
    let (subject, claims) = &stored[0];
    assert_eq!((stored.len(), subject.as_str()), (1, "user-7"));
    let claims: Value = serde_json::from_str(claims).unwrap();
    assert_eq!(claims, json!({"email": "ann@mail.example", "name": "Ann"}));
}

#[tokio::test]
async fn what_was_said_before_signing_in_goes_along_and_signing_out_leaves_it() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let secret = secret(&desk, &agent).await;
    let anon = json!({"anon_id": "this-browser"});
    let before = desk.visitor_with(&agent, anon.clone()).await;
    before.asks("When are you open on Saturday?").await;

    let signed_in = json!({"anon_id": "this-browser", "identity_token": token(&ann(), &secret)});
    let person = desk.visitor_with(&agent, signed_in.clone()).await;
    assert_eq!(person.conversation, before.conversation);
    before.asks("How long does shipping take?").await;
    assert_ne!(person.anonymous_id, "this-browser", "the browser's own id opens it no more");
    // While the page lives, the id that it was given renews its session without another word of the site.
    let renewed = desk.visitor_with(&agent, json!({"anon_id": person.anonymous_id})).await;
    assert_eq!(renewed.conversation, before.conversation);
    assert_eq!(renewed.greeting["identified"], true);

    let out = desk.visitor_with(&agent, anon).await;
    assert_ne!((&out.id, &out.conversation), (&before.id, &before.conversation));
    assert_eq!(
        (&out.greeting["messages"], &out.greeting["identified"]),
        (&json!([]), &json!(false))
    );
    out.asks("Do you ship to Norway?").await;

    // Signing in again joins what was said in between.
    let back = desk.visitor_with(&agent, signed_in).await;
    assert_eq!((&back.id, &back.conversation), (&person.id, &out.conversation));
    assert_eq!(desk.count("select count(*) from visitors"), 1);
    let whose = "select count(distinct visitor_id) from conversations";
    assert_eq!((desk.count("select count(*) from conversations"), desk.count(whose)), (2, 1));
}

#[tokio::test]
async fn leads_of_a_person_and_of_their_browser_become_one_and_go_together() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let secret = secret(&desk, &agent).await;
    for last in ["person", "browser"] {
        let word = json!({"identity_token": token(&ann(), &secret)});
        let person = desk.visitor_with(&agent, word).await;
        let browser = desk.visitor_with(&agent, json!({"anon_id": "this-browser"})).await;
        let mut left = [
            (
                &person,
                json!({"email": "ann@mail.example", "name": "Annapurna", "phone": "person-phone",
                             "fields": {"size": "person-size", "city": "person-city"}}),
            ),
            (
                &browser,
                json!({"email": "ann@mail.example", "name": "Browserann",
                              "fields": {"size": "browser-size", "wish": "browser-wish"}}),
            ),
        ];
        if last == "person" {
            left.reverse();
        }
        for (visitor, lead) in &left {
            // In the same millisecond nobody is the last.
            desk.execute("update lead_parts set updated_at = updated_at - 1000");
            visitor.posts("/leads", lead).await.data(200);
        }
        let alone = json!({"email": "other@mail.example", "name": "Alone"});
        browser.posts("/leads", &alone).await.data(200);

        let joined = json!({"anon_id": "this-browser", "identity_token": token(&ann(), &secret)});
        let joined = desk.visitor_with(&agent, joined).await;
        assert_eq!(joined.id, person.id);
        let name = if last == "person" { "Annapurna" } else { "Browserann" };
        let query = "select visitor_id, conversation_id, name, phone, fields from lead_parts
                     where lead_id = (select id from leads where email = 'ann@mail.example')";
        let parts: Vec<(String, String, String, String, String)> = desk.rows(query, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        });
        let [(visitor, conversation, named, phone, fields)] = &parts[..] else {
            panic!("one part was expected: {parts:?}");
        };
        assert_eq!((visitor, named.as_str(), phone.as_str()), (&person.id, name, "person-phone"));
        assert_eq!(conversation, &left[1].0.conversation, "the one where it was left last");
        let size = format!("{last}-size");
        let all = json!({"size": size, "city": "person-city", "wish": "browser-wish"});
        assert_eq!(serde_json::from_str::<Value>(fields).unwrap(), all);

        let erased = joined.deletes("/me").await.data(200);
        assert_eq!(
            (&erased["erased"]["leads"], &erased["erased"]["conversations"]),
            (&json!(2), &json!(2))
        );
        for word in
            ["Annapurna", "Browserann", "person-phone", "browser-wish", "other@mail.example"]
        {
            assert_eq!(crate::erasure::traces(&desk, word), Vec::<String>::new(), "{word}");
        }
        for visitor in [&person, &browser, &joined] {
            visitor.deletes("/me").await.error(401, "invalid_token");
        }
    }
}

#[tokio::test]
async fn another_person_in_the_same_browser_is_another_visitor() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let secret = secret(&desk, &agent).await;
    let ann = desk.visitor_with(&agent, json!({"identity_token": token(&ann(), &secret)})).await;
    ann.asks("When are you open on Saturday?").await;
    let word = token(&json!({"sub": 8, "iat": now()}), &secret);
    let bob = json!({"anon_id": ann.anonymous_id, "identity_token": word});
    let bob = desk.visitor_with(&agent, bob).await;
    assert_ne!((&bob.id, &bob.conversation), (&ann.id, &ann.conversation));
    assert_eq!(bob.greeting["messages"], json!([]));
    ann.asks("How long does shipping take?").await;
}

#[tokio::test]
async fn a_word_that_does_not_hold_is_refused_and_harms_nothing() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let other = desk.agent_on(SHOP).await;
    let (secret, others) = (secret(&desk, &agent).await, secret(&desk, &other).await);
    let good = json!({"anon_id": "laptop", "identity_token": token(&ann(), &secret)});
    let person = desk.visitor_with(&agent, good).await;
    person.asks("When are you open on Saturday?").await;

    let with = |key: &str, value: Value| {
        let mut claims = ann();
        claims[key] = value;
        token(&claims, &secret)
    };
    let without = |key: &str| {
        let mut claims = ann();
        claims.as_object_mut().unwrap().remove(key);
        token(&claims, &secret)
    };
    for (what, word, code) in [
        ("forged", token(&ann(), "a secret that somebody guessed, and wrong"), "identity_invalid"),
        ("another agent's", token(&ann(), &others), "identity_invalid"),
        ("for another agent", with("aud", json!(other.id)), "identity_invalid"),
        ("unsigned", unsigned(&token(&ann(), &secret)), "identity_invalid"),
        ("HS512", signed(&ann(), Algorithm::HS512, &secret), "identity_invalid"),
        ("from the future", with("iat", json!(now() + 120)), "identity_invalid"),
        ("not yet", with("nbf", json!(now() + 120)), "identity_invalid"),
        ("not yet, in words", with("nbf", json!("tomorrow")), "identity_invalid"),
        ("over, in words", with("exp", json!("2020-01-01")), "identity_invalid"),
        ("with an extension", critical(&ann(), &secret), "identity_invalid"),
        ("nobody", with("sub", json!("  ")), "identity_invalid"),
        ("long", with("note", json!("x".repeat(3500))), "validation_failed"),
        ("no sub", without("sub"), "identity_invalid"),
        ("no iat", without("iat"), "identity_invalid"),
        ("no token", "a.b.c".to_owned(), "identity_invalid"),
        ("empty", String::new(), "identity_invalid"),
        ("old", with("iat", json!(now() - 601)), "identity_expired"),
        ("over", with("exp", json!(now() - 1)), "identity_expired"),
    ] {
        let refused = json!({"anon_id": "laptop", "identity_token": word});
        let response = arrives(&desk, &agent, refused).await;
        let status = if code == "validation_failed" { 422 } else { 403 };
        let error = response.error(status, code);
        assert!(error["message"].as_str().unwrap().contains("identity_token"), "{what}: {error}");
    }
    person.asks("How long does shipping take?").await;
    assert_eq!(desk.messages(&person.conversation).len(), 4);
    assert_eq!(desk.count("select count(*) from visitors"), 1, "nothing was written");
    let (iat, aud) = (json!(now() - 590), json!([agent.id]));
    let still = json!({"sub": "user-7", "iat": iat, "aud": aud});
    let still = json!({"identity_token": token(&still, &secret)});
    assert_eq!(arrives(&desk, &agent, still).await.data(200)["visitor_id"], json!(person.id));
}

#[tokio::test]
async fn without_a_secret_no_word_holds_and_a_new_secret_ends_the_old() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let word = |secret: &str| json!({"identity_token": token(&ann(), secret)});
    let error = arrives(&desk, &agent, word("")).await.error(403, "identity_invalid");
    let command = format!("frontdesk agent identity {}", agent.id);
    assert!(error["message"].as_str().unwrap().contains(&command), "{error}");

    let first = secret(&desk, &agent).await;
    assert_eq!(first, secret(&desk, &agent).await, "made once");
    arrives(&desk, &agent, word(&first)).await.data(200);
    let rotated = desk.cli(&["agent", "identity", &agent.id, "--rotate"]).await;
    rotated.succeeded();
    arrives(&desk, &agent, word(&first)).await.error(403, "identity_invalid");
    arrives(&desk, &agent, word(rotated.out.trim())).await.data(200);
    for arguments in [&["agent", "show", &agent.id][..], &["agent", "list"], &["config", "show"]] {
        for form in [&[][..], &["--json"]] {
            let shown = desk.cli(&[arguments, form].concat()).await;
            shown.succeeded();
            assert!(!shown.out.contains(rotated.out.trim()), "{}", shown.out);
        }
    }
}

#[tokio::test]
async fn unsigned_traits_are_kept_apart_and_recognise_nobody() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let secret = secret(&desk, &agent).await;
    let person = desk.visitor_with(&agent, json!({"identity_token": token(&ann(), &secret)})).await;
    person.asks("When are you open on Saturday?").await;
    let mut many: serde_json::Map<String, Value> =
        (0..30).map(|number| (format!("k{number:02}"), json!(number))).collect();
    many.extend([
        ("sub".to_owned(), json!("user-7")),
        ("name".to_owned(), json!("x".repeat(900))),
        ("email".to_owned(), json!("ann@mail.example")),
        ("nested".to_owned(), json!({"a": 1})),
    ]);
    let stranger = desk.visitor_with(&agent, json!({"anon_id": "stranger", "traits": many})).await;
    assert_ne!(stranger.id, person.id);
    assert_eq!(
        (&stranger.greeting["messages"], &stranger.greeting["identified"]),
        (&json!([]), &json!(false))
    );
    let traits = |anon: &str| -> Value {
        let query =
            format!("select traits from visitors where anon_id = '{anon}' and subject is null");
        let text: Vec<String> = desk.rows(&query, |row| row.get(0));
        serde_json::from_str(&text[0]).unwrap()
    };
    let kept = traits("stranger");
    assert_eq!(kept.as_object().unwrap().len(), 20);
    assert_eq!(kept["email"], "ann@mail.example");
    assert_eq!(kept["name"].as_str().unwrap().len(), 500);
    assert_eq!(kept.get("nested"), None);

    let again = json!({"anon_id": "stranger", "traits": {"plan": "gold"}});
    assert_eq!(desk.visitor_with(&agent, again).await.id, stranger.id);
    assert_eq!(traits("stranger"), json!({"plan": "gold"}));
    desk.visitor_with(&agent, json!({"anon_id": "stranger"})).await;
    assert_eq!(traits("stranger"), json!({"plan": "gold"}), "what is not said again stays");
    let odd = arrives(&desk, &agent, json!({"traits": "gold"})).await;
    assert_eq!(odd.wrong_fields(), ["traits"]);
}
