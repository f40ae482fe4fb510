//! Contact details: one lead for each address, never lost over a detail.

use serde_json::{Value, json};

use crate::harness::{Desk, SHOP, Visitor};

async fn visitor(desk: &Desk) -> Visitor {
    desk.visitor(&desk.agent_on(SHOP).await).await
}

fn stored(desk: &Desk) -> Vec<(String, Option<String>, Option<String>, Value)> {
    desk.rows("select email, name, phone, fields from leads order by id", |row| {
        let fields: String = row.get(3)?;
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, serde_json::from_str(&fields).unwrap()))
    })
}

#[tokio::test]
async fn a_lead_is_created_with_its_address_trimmed_and_in_lower_case() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    desk.wire.keep_private("ada@example.com");
    let lead = json!({"email": "  Ada@Example.COM ", "name": "Ada", "phone": "+44 20 7946 0000", "fields": {"company": "AE"}});
    let data = visitor.posts("/leads", &lead).await.data(200);
    assert_eq!(data["status"], "created");
    assert_eq!(data["lead_id"].as_str().unwrap().len(), 26);
    let expected = (
        "ada@example.com".into(),
        Some("Ada".into()),
        Some("+44 20 7946 0000".into()),
        json!({"company": "AE"}),
    );
    assert_eq!(stored(&desk), [expected]);
}

#[tokio::test]
async fn a_repeat_updates_the_lead_and_what_is_not_sent_again_stays() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    let first = json!({"email": "ada@example.com", "name": "Ada", "fields": {"company": "AE", "size": "10"}});
    let first = visitor.posts("/leads", &first).await.data(200);
    let again = json!({"email": "ADA@example.com", "phone": "123", "fields": {"size": "20"}});
    let again = visitor.posts("/leads", &again).await.data(200);
    assert_eq!(again["status"], "updated");
    assert_eq!(again["lead_id"], first["lead_id"]);
    let fields = json!({"company": "AE", "size": "20"});
    assert_eq!(
        stored(&desk),
        [("ada@example.com".into(), Some("Ada".into()), Some("123".into()), fields)]
    );
}

#[tokio::test]
async fn the_next_arrival_knows_that_the_lead_was_captured() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let visitor = desk.visitor(&agent).await;
    visitor.posts("/leads", &json!({"email": "ada@example.com"})).await.data(200);
    let again = desk.visitor_with(&agent, json!({"anon_id": visitor.anonymous_id})).await;
    assert_eq!(again.greeting["conversation"]["lead_captured"], true);
}

#[tokio::test]
async fn the_same_address_is_another_lead_for_another_agent() {
    let desk = Desk::start().await;
    let lead = json!({"email": "ada@example.com"});
    for _ in 0..2 {
        let data = visitor(&desk).await.posts("/leads", &lead).await.data(200);
        assert_eq!(data["status"], "created");
    }
    assert_eq!(stored(&desk).len(), 2);
}

#[tokio::test]
async fn keys_that_the_form_does_not_know_are_kept() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    let lead = json!({"email": "ada@example.com", "fields": {"never_asked": "yes", "größe": "M"}});
    visitor.posts("/leads", &lead).await.data(200);
    assert_eq!(stored(&desk)[0].3, lead["fields"]);
}

#[tokio::test]
async fn what_is_no_address_is_refused_by_name() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    for email in [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "a b@example.com",
        "ada@exa mple.com",
        "a@b@c.example",
    ] {
        let response = visitor.posts("/leads", &json!({"email": email, "name": "Ada"})).await;
        assert_eq!(response.wrong_fields(), ["email"], "{email:?}");
    }
    let response = visitor.posts("/leads", &json!({"name": "Ada"})).await;
    assert_eq!(response.wrong_fields(), ["email"]);
    assert_eq!(stored(&desk), []);
}

#[tokio::test]
async fn fields_have_limits_and_are_refused_together_with_the_address() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    let many: serde_json::Map<String, Value> =
        (0..21).map(|number| (format!("f{number}"), json!("x"))).collect();
    let wrong =
        visitor.posts("/leads", &json!({"email": "nobody", "fields": many})).await.wrong_fields();
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(
        wrong.contains(&"email".to_owned())
            && wrong.iter().any(|field| field.starts_with("fields")),
        "{wrong:?}"
    );
    let long = json!({"email": "ada@example.com", "fields": {"message": "x".repeat(4001)}});
    let wrong = visitor.posts("/leads", &long).await.wrong_fields();
    assert!(wrong[0].starts_with("fields"), "{wrong:?}");
    let longest = json!({"email": "ada@example.com", "fields": {"message": "x".repeat(4000)}});
    visitor.posts("/leads", &longest).await.data(200);
}
