//! What the chat's own page without scripts offers beside answers: contact details, a person, the owner's colours.

use crate::{
    chat::{Shown, asks, opens, sends},
    harness::{Agent, Desk},
    pages,
};

const FORM: [&str; 2] = [
    r#"lead_form.fields=[{"name": "name", "label": "Your <name>", "type": "text"},
        {"name": "topic", "label": "Topic", "type": "select", "options": ["Order", "Return"], "required": true},
        {"name": "note", "label": "Note", "type": "textarea", "max_length": 500},
        {"name": "news", "label": "News", "type": "checkbox"}]"#,
    r#"lead_form.consent={"text": "I agree", "url": "https://shop.example/privacy", "version": "2"}"#,
];

/// The agent's page once it shows what was set.
async fn set(
    desk: &Desk,
    agent: &Agent,
    settings: &[&str],
    shows: impl Fn(&Shown) -> bool,
) -> Shown {
    desk.cli(&[&["agent", "set", &agent.id][..], settings].concat()).await.succeeded();
    crate::harness::until("the change is seen", &desk.log, || async {
        Some(opens(&desk.wire, agent).await).filter(&shows)
    })
    .await
}

#[tokio::test]
async fn contact_details_are_left_with_the_agents_fields_and_consent() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let page = set(&desk, &agent, &FORM, |page| page.texts(".field").len() == 6).await;
    assert_eq!(
        page.texts(".field label"),
        ["Your <name>", "Topic *", "Note", "News", "E-mail *", "I agree"]
    );
    assert_eq!(page.attributes(".contact textarea", "maxlength"), ["500"]);
    assert_eq!(
        page.attributes(".contact [required]", "name"),
        ["contact.topic", "contact.email", "contact.consent"]
    );
    assert_eq!(page.attributes(".contact label a", "href"), ["https://shop.example/privacy"]);

    // What is wrong is said at its field, and nothing that was typed is lost.
    let typed = [
        ("do", "contact"),
        ("contact.name", "Ada \"<Lovelace>\""),
        ("contact.note", "Two\r\nlines"),
        ("contact.news", "yes"),
        ("contact.email", "ada@shop"),
    ];
    let page = Shown::of(&sends(&desk.wire, &agent, &page.sending(&typed)).await, 422);
    assert_eq!(page.texts("small.wrong"), ["This is needed.", "This is needed."]);
    assert_eq!(page.attributes("[aria-invalid]", "name"), ["contact.topic", "contact.consent"]);
    assert_eq!(desk.count("select count(*) from visitors"), 0, "nothing is made for it");
    let more = [("contact.topic", "Return"), ("contact.consent", "yes")];
    let page = Shown::of(
        &sends(&desk.wire, &agent, &page.sending(&[&typed[..], &more].concat())).await,
        422,
    );
    assert_eq!(page.texts("small.wrong"), ["This does not look like an e-mail address."]);
    assert_eq!(page.attributes("[name=\"contact.name\"]", "value"), ["Ada \"<Lovelace>\""]);
    assert_eq!(page.texts("[name=\"contact.note\"]"), ["Two\nlines"]);
    assert_eq!(page.attributes("option[selected]", "value"), ["Return"]);
    assert_eq!(page.attributes("[checked]", "name"), ["contact.news", "contact.consent"]);
    assert_eq!(page.attributes("details", "open"), [""]);

    let right = [&typed[..4], &more, &[("contact.email", "Ada@shop.example ")]].concat();
    let page = Shown::of(&sends(&desk.wire, &agent, &page.sending(&right)).await, 200);
    assert_eq!(page.texts("#contact"), ["Thank you! We will be in touch."]);
    desk.wire.keep_private(&page.fields["session"]);
    let kept = desk.rows("select email || '|' || name || '|' || fields from leads", |row| {
        row.get::<_, String>(0)
    });
    let fields = r#"{"consent_text":"I agree","consent_version":"2","news":"yes","note":"Two\nlines","topic":"Return"}"#;
    assert_eq!(kept, [format!("ada@shop.example|Ada \"<Lovelace>\"|{fields}")]);
    // Nobody is asked twice.
    let page = asks(&desk, &agent, &page, "When are you open on Saturday?").await;
    assert!(page.texts("#contact").is_empty());
    assert_eq!(page.texts(".prose").len(), 1);
}

#[tokio::test]
async fn a_question_and_contact_details_outlast_each_other() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let page = set(&desk, &agent, &FORM, |page| page.texts(".field").len() == 6).await;
    // All is one form, whose first button is the one that Enter in a contact field presses.
    assert_eq!(page.texts("form").len(), 1);
    assert_eq!(page.attributes("#ask button", "value")[0], "contact");
    assert!(page.attributes(".contact [name]", "form").iter().all(|form| form == "ask"));
    let typed = [("message", "How long does"), ("contact.name", "Ada"), ("contact.topic", "Order")];
    let human = [&typed[..], &[("do", "human")]].concat();
    let page = Shown::of(&sends(&desk.wire, &agent, &page.sending(&human)).await, 200);
    assert_eq!(page.texts("textarea[name=message]"), ["How long does"]);
    assert_eq!(page.attributes("[name=\"contact.name\"]", "value"), ["Ada"]);
    assert_eq!(page.attributes("option[selected]", "value"), ["Order"]);
    let rest =
        [("do", "contact"), ("contact.email", "ada@shop.example"), ("contact.consent", "yes")];
    let details = [&typed[..], &rest].concat();
    let page = Shown::of(&sends(&desk.wire, &agent, &page.sending(&details)).await, 200);
    assert_eq!(page.texts("#contact"), ["Thank you! We will be in touch."]);
    assert_eq!(page.texts("textarea[name=message]"), ["How long does"]);
    assert_eq!(desk.count("select count(*) from messages"), 0);
}

#[tokio::test]
async fn whatever_is_wrong_is_said_in_the_pages_language() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let form =
        [r#"lead_form.fields=[{"name": "phone", "label": "Telefon"}]"#, "language_default=de"];
    let page = set(&desk, &agent, &form, |page| page.texts(".field").len() == 2).await;
    assert_eq!(page.texts(".field label"), ["Telefon", "E-Mail *"]);
    let long = "1".repeat(5000);
    let details = [("do", "contact"), ("contact.email", "a@b.example"), ("contact.phone", &long)];
    let refused = Shown::of(&sends(&desk.wire, &agent, &page.sending(&details)).await, 422);
    assert_eq!(refused.texts("small.wrong"), ["Das ist zu lang."]);
    let refused = Shown::of(&sends(&desk.wire, &agent, &page.filled(&long)).await, 422);
    assert_eq!(refused.texts(".notice"), ["Das ist zu lang."]);
    // A page that was tampered with has no words of its own.
    let mut other = page;
    other.fields.insert("anon_id".into(), "?".into());
    let refused = Shown::of(&sends(&desk.wire, &agent, &other.filled("Hallo?")).await, 422);
    assert_eq!(refused.texts(".notice"), ["Das hat nicht geklappt."]);
    let request = desk.wire.request("POST", &format!("/chat/{}", agent.id));
    let request = request.body("message=Hallo".to_owned(), "application/x-www-form-urlencoded");
    let foreign = request.header("Origin", "https://evil.example").send().await;
    let foreign = Shown::of(&foreign, 403);
    assert_eq!(foreign.texts("h1"), ["Das hat nicht geklappt."]);
    assert_eq!(foreign.attributes("main a", "href"), [format!("/chat/{}", agent.id)]);
}

#[tokio::test]
async fn a_person_is_asked_for_and_what_was_typed_stays() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let page = opens(&desk.wire, &agent).await;
    let human = [("do", "human"), ("message", "How long does")];
    let page = Shown::of(&sends(&desk.wire, &agent, &page.sending(&human)).await, 200);
    assert_eq!(page.texts("#standing"), ["Asking a colleague to join…"]);
    assert_eq!(page.texts("textarea[name=message]"), ["How long does"]);
    assert_eq!(page.attributes(".more > button", "value"), ["look"]);
    assert_eq!(
        desk.rows("select status from conversations", |row| row.get::<_, String>(0)),
        ["waiting"]
    );
    assert_eq!(desk.count("select count(*) from messages"), 0);
    // What is asked now is left to the person; whoever looks again sees it.
    let page = asks(&desk, &agent, &page, "Is somebody there?").await;
    let page = Shown::of(&sends(&desk.wire, &agent, &page.sending(&[("do", "look")])).await, 200);
    assert_eq!(page.texts(".mine p"), ["Is somebody there?"]);
    assert_eq!(page.texts("#standing"), ["Asking a colleague to join…"]);
}

#[tokio::test]
async fn when_nobody_is_there_it_is_said_until_when_with_a_way_to_be_reached() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().weekday();
    let day = today.wrapping_add(2).to_monday_one_offset();
    let hours = format!(r#"handover.hours=[{{"days": [{day}], "from": "12:00", "to": "12:01"}}]"#);
    let page = set(&desk, &agent, &[&hours, "strings.greeting=Ahoy"], |page| {
        page.texts(".greeting") == ["Ahoy"]
    })
    .await;
    let sent = sends(&desk.wire, &agent, &page.sending(&[("do", "human")])).await;
    let page = Shown::of(&sent, 200);
    let said = &page.texts("#standing")[0];
    assert!(said.starts_with("Nobody is available right now. We are back \u{2066}20"), "{said}");
    assert!(
        said.contains(" UTC\u{2069}.") && said.ends_with("Leave your contact details"),
        "{said}"
    );
    assert_eq!(page.attributes("#standing a", "href"), ["#contact"]);
    assert_eq!(page.attributes("details", "open"), [""]);
}

#[tokio::test]
async fn whoever_asks_to_be_contacted_finds_the_form_open() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let page = set(&desk, &agent, &FORM, |page| page.texts(".field").len() == 6).await;
    assert!(page.texts("details[open]").is_empty());
    let page = asks(&desk, &agent, &page, "Please call me back").await;
    assert_eq!(page.texts("details[open]").len(), 1);
}

#[tokio::test]
async fn where_the_owner_wants_it_details_come_before_the_chat() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let wanted = ["lead_form.before_chat=true", "starter_prompts=When?"];
    let page = set(&desk, &agent, &wanted, |page| page.texts(".composer").is_empty()).await;
    assert!(page.texts(".starters").is_empty());
    assert_eq!(page.texts("section#contact h2"), ["How can we reach you?"]);
    let details = [("do", "contact"), ("contact.email", "ada@shop.example")];
    let page = Shown::of(&sends(&desk.wire, &agent, &page.sending(&details)).await, 200);
    assert_eq!(page.texts(".composer").len(), 1);
    asks(&desk, &agent, &page, "When are you open on Saturday?").await;
}

#[tokio::test]
async fn the_limits_of_the_api_hold_here_too() {
    let desk = Desk::with("FRONTDESK_LIMITS_LEADS", "1").start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let page = opens(&desk.wire, &agent).await;
    let details = [("do", "contact"), ("contact.email", "ada@shop.example")];
    let first = page.sending(&details);
    let page = Shown::of(&sends(&desk.wire, &agent, &first).await, 200);
    let refused = sends(&desk.wire, &agent, &page.sending(&details)).await;
    assert!(!refused.header("Retry-After").is_empty());
    let page = Shown::of(&refused, 429);
    assert!(page.texts(".contact .notice")[0].starts_with("That was quick."));
    assert_eq!(page.attributes("[name=\"contact.email\"]", "value"), ["ada@shop.example"]);
}

#[tokio::test]
async fn the_page_has_the_owners_scheme() {
    let desk = Desk::start().await;
    let agent = desk.agent_on("https://shop.example").await;
    for (scheme, meta, media) in [
        ("light", "light", &[][..]),
        ("dark", "dark", &["all"]),
        ("auto", "light dark", &["(prefers-color-scheme: dark)"]),
    ] {
        let scheme = format!("theme.scheme={scheme}");
        let page = set(&desk, &agent, &[&scheme, "theme.primary=#0A6"], |page| {
            page.texts("style")[0].contains("#00aa66")
                && page.attributes("meta[name=color-scheme]", "content") == [meta]
        })
        .await;
        assert_eq!(page.attributes("link[media]", "media"), media, "{scheme}");
    }
}
