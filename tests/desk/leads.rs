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

#[tokio::test]
async fn an_erased_visitor_takes_their_part_out_of_a_shared_lead_and_no_more() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    for first_erased in [true, false] {
        let (first, second) = (desk.visitor(&agent).await, desk.visitor(&agent).await);
        let email = format!("ada-{first_erased}@example.com");
        let of_first = json!({"email": email, "name": "Firstname", "phone": "first-phone",
                              "fields": {"company": "First", "size": "1"}});
        let of_second = json!({"email": email, "name": "Secondname",
                               "fields": {"size": "2", "city": "Second"}});
        let made = first.posts("/leads", &of_first).await.data(200);
        let more = second.posts("/leads", &of_second).await.data(200);
        assert_eq!((&more["status"], &more["lead_id"]), (&json!("updated"), &made["lead_id"]));
        let together = json!({"company": "First", "size": "2", "city": "Second"});
        let whole = stored(&desk).pop().unwrap();
        assert_eq!(
            (whole.1.as_deref(), whole.2.as_deref(), whole.3),
            (Some("Secondname"), Some("first-phone"), together)
        );
        let (erased, stays, left) =
            if first_erased { (first, second, of_second) } else { (second, first, of_first) };
        assert_eq!(erased.deletes("/me").await.data(200)["erased"]["leads"], 1);
        let lead = stored(&desk).pop().unwrap();
        let (name, phone) = (left["name"].as_str(), left["phone"].as_str());
        assert_eq!((lead.1.as_deref(), lead.2.as_deref(), &lead.3), (name, phone, &left["fields"]));
        let gone = if first_erased { "first-phone" } else { "Secondname" };
        assert_eq!(crate::erasure::traces(&desk, gone), Vec::<String>::new());
        stays.deletes("/me").await.data(200);
        assert_eq!(stored(&desk), []);
    }
}

#[tokio::test]
async fn a_lead_is_bounded_however_often_it_is_added_to() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let lead = |fields: Value| json!({"email": "ada@example.com", "fields": fields});
    let twenty = |round: usize| -> Value {
        (0..20)
            .map(|number| (format!("f{round}-{number}"), json!("x")))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    for round in 0..5 {
        visitor.posts("/leads", &lead(twenty(round))).await.data(200);
    }
    let one_more = visitor.posts("/leads", &lead(json!({"more": "x"}))).await;
    assert_eq!(one_more.wrong_fields(), ["fields"]);
    visitor.posts("/leads", &lead(json!({"f0-0": "again"}))).await.data(200);
    // Who else knows the address is not refused for it; what the lead has no room for is kept in their part.
    let other = desk.visitor(&agent).await;
    other.posts("/leads", &lead(json!({"more": "x"}))).await.data(200);
    assert_eq!(stored(&desk)[0].3.as_object().unwrap().len(), 100);
    assert_eq!(stored(&desk)[0].3["more"], "x");

    let large = json!({"email": "bob@example.com"});
    let mut sizes = Vec::new();
    for round in 0..20 {
        let mut body = large.clone();
        body["fields"] = json!({ format!("f{round}"): "\u{10348}".repeat(2000) });
        let response = visitor.posts("/leads", &body).await;
        sizes.push(response.status);
        if response.status != 200 {
            assert_eq!(response.wrong_fields(), ["fields"]);
        }
    }
    assert!(sizes.contains(&422), "{sizes:?}");
    assert!(desk.count("select max(length(cast(fields as blob))) from leads") < 80 * 1024);
}

#[tokio::test]
async fn a_value_that_is_sent_again_is_replaced_as_a_whole() {
    let desk = Desk::start().await;
    let visitor = visitor(&desk).await;
    let first = json!({"email": "ada@example.com",
                       "fields": {"address": {"street": "A", "city": "B"}, "size": "10"}});
    visitor.posts("/leads", &first).await.data(200);
    let again = json!({"email": "ada@example.com",
                       "fields": {"address": {"street": null, "zip": "C"}, "size": null}});
    visitor.posts("/leads", &again).await.data(200);
    let whole = json!({"address": {"street": null, "zip": "C"}, "size": "10"});
    assert_eq!(stored(&desk)[0].3, whole);
}
