//! The chat's own page as a browser without scripts sees it: a form, answered with the conversation so far.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use scraper::{Html, Selector};
use sha2::{Digest, Sha256};

use crate::{
    harness::{Agent, Desk, Response, Wire},
    pages,
    scripted::{Model, Reply},
};

/// What a page shows, and what its form would send.
struct Shown {
    document: Html,
    fields: BTreeMap<String, String>,
}

impl Shown {
    #[track_caller]
    fn of(response: &Response, status: u16) -> Self {
        assert_eq!(response.status, status, "{}", response.body);
        assert_eq!(response.header("Content-Type"), "text/html; charset=utf-8");
        assert_eq!(response.header("Cache-Control"), "no-store");
        let policy = response.header("Content-Security-Policy");
        for part in
            ["default-src 'none'", "script-src 'self';", "style-src 'self'", "form-action 'self'"]
        {
            assert!(policy.contains(part) && !policy.contains("unsafe"), "{policy}");
        }
        // The one style in the page is the one that the policy names.
        let style =
            response.body.split_once("<style>").and_then(|(_, it)| it.split_once("</style>"));
        if let Some((style, _)) = style {
            let hash = BASE64_STANDARD.encode(Sha256::digest(style));
            assert!(policy.ends_with(&format!("'sha256-{hash}'")), "{policy}");
        }
        let document = Html::parse_document(&response.body);
        let hidden = Selector::parse("input[type=hidden]").unwrap();
        let fields = document.select(&hidden).map(|input| {
            let of = |name| input.value().attr(name).unwrap_or_default().to_owned();
            (of("name"), of("value"))
        });
        let fields = fields.collect();
        Self { document, fields }
    }

    /// The texts of what a selector finds.
    fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let text =
            |found: scraper::ElementRef<'_>| found.text().collect::<String>().trim().to_owned();
        self.document.select(&selector).map(text).collect()
    }

    fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let found = self.document.select(&selector);
        found.map(|it| it.value().attr(name).unwrap_or_default().to_owned()).collect()
    }

    /// The form as a browser sends it.
    fn filled(&self, message: &str) -> String {
        self.sending(&[("message", message)])
    }

    /// Any form of the page with what was filled in; a button is named as the browser names the one that was pressed.
    fn sending(&self, filled: &[(&str, &str)]) -> String {
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields.chain(filled.iter().copied()))
            .finish()
    }
}

async fn opens(wire: &Wire, agent: &Agent) -> Shown {
    Shown::of(&wire.get(&format!("/chat/{}", agent.id)).send().await, 200)
}

async fn sends(wire: &Wire, agent: &Agent, form: &str) -> Response {
    let request = wire.request("POST", &format!("/chat/{}", agent.id));
    let request = request.body(form.to_owned(), "application/x-www-form-urlencoded");
    request.header("Sec-Fetch-Site", "same-origin").send().await
}

async fn asks(desk: &Desk, agent: &Agent, page: &Shown, question: &str) -> Shown {
    desk.wire.keep_private(question);
    let shown = Shown::of(&sends(&desk.wire, agent, &page.filled(question)).await, 200);
    desk.wire.keep_private(&shown.fields["session"]);
    shown
}

#[tokio::test]
async fn the_page_greets_in_the_agents_language_and_name() {
    let desk = Desk::start().await;
    let agent = desk.agent_on("https://shop.example").await;
    let page = opens(&desk.wire, &agent).await;
    assert_eq!(page.texts("title"), ["Aria"]);
    assert_eq!(page.texts("h1"), ["Aria"]);
    assert_eq!(page.attributes("html", "lang"), ["en"]);
    assert_eq!(page.texts(".greeting"), ["Hi! How can we help?"]);
    assert_eq!(page.texts(".composer button"), ["Send"]);
    assert_eq!(page.attributes("textarea", "maxlength"), ["4000"]);
    assert_eq!(page.attributes("script[type=module]", "data-agent-id"), [agent.id.as_str()]);
    assert_eq!(page.fields["session"], "");
    assert_eq!(desk.count("select count(*) from visitors"), 0, "looking makes no visitor");

    let set = [
        "persona.name=<ليلى>",
        "language_default=ar",
        "strings.send=اسأل",
        "starter_prompts=متى تفتحون؟",
    ];
    desk.cli(&[&["agent", "set", &agent.id][..], &set].concat()).await.succeeded();
    let page = crate::harness::until("the change is seen", &desk.log, || async {
        let page = opens(&desk.wire, &agent).await;
        (page.texts("title") != ["Aria"]).then_some(page)
    })
    .await;
    assert_eq!(page.texts("title"), ["<ليلى>"]);
    assert_eq!(page.attributes("html", "dir"), ["rtl"]);
    assert_eq!(page.texts(".composer button"), ["اسأل"]);
    assert_eq!(page.texts(".starters button"), ["متى تفتحون؟"]);
    for (part, content_type) in
        [("chat.css", "text/css"), ("chat-dark.css", "text/css"), ("chat.js", "text/javascript")]
    {
        let part = desk.wire.get(&format!("/frontdesk-pages/{part}")).send().await;
        assert_eq!(part.status, 200);
        assert_eq!(part.header("Content-Type"), format!("{content_type}; charset=utf-8"));
    }
}

#[tokio::test]
async fn a_question_is_answered_with_the_conversation_and_its_sources() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let page = opens(&desk.wire, &agent).await;
    let page = asks(&desk, &agent, &page, "When are you open on Saturday?").await;
    let page = asks(&desk, &agent, &page, "How long can I return unused items?").await;
    assert_eq!(
        page.texts(".mine p"),
        ["When are you open on Saturday?", "How long can I return unused items?"]
    );
    let answers = page.texts(".prose");
    assert!(answers[0].contains("10 am to 2 pm") && answers[1].contains("30 days"), "{answers:?}");
    let sources = page.attributes(".sources a", "href");
    assert!(sources[0].starts_with("https://shop.example/hours.md"), "{sources:?}");
    for link in [".sources a", "a.cite"] {
        assert!(!page.texts(link).is_empty(), "{link}");
        assert!(page.attributes(link, "rel").iter().all(|it| it.starts_with("nofollow noopener")));
    }
    assert_eq!(page.texts("textarea"), [""]);
    assert_eq!(desk.count("select count(*) from conversations"), 1);
    assert_eq!(desk.count("select count(*) from messages"), 4);
}

#[tokio::test]
async fn whatever_is_said_stays_text() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    let hostile = "<script>alert(1)</script> \"'`&amp; {{content}} </p></textarea> متى تفتحون؟\n\nSecond line";
    model.will(Reply::says(&[
        "<img src=x onerror=alert(1)> **bold** [x](javascript:alert(1)) </div>\n\n",
        "From nine [1]. <script>alert(2)</script>\n\n[1]: https://evil.example\n",
    ]));
    let page = opens(&desk.wire, &agent).await;
    let page = asks(&desk, &agent, &page, hostile).await;
    assert_eq!(page.texts(".mine p"), [hostile]);
    assert!(
        page.attributes("script", "src").is_empty(),
        "whoever began with the form goes on with it"
    );
    assert_eq!(page.texts("strong"), ["bold"]);
    assert!(page.texts("img").is_empty());
    let answer = &page.texts(".prose")[0];
    assert!(answer.contains("<script>alert(2)</script>"), "{answer}");
    let links = page.attributes(".prose a[href]", "href");
    assert!(links.iter().all(|link| link.starts_with("https://shop.example/")), "{links:?}");
    let evil = page.attributes("[onerror], [style], a[href^=javascript]", "href");
    assert!(evil.is_empty(), "{evil:?}");
}

#[tokio::test]
async fn a_page_that_is_sent_again_is_answered_once() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    model.will(Reply::says(&["From nine [1]."]));
    let first = opens(&desk.wire, &agent).await;
    let form = first.filled("When are you open?");
    let race = (0..4).map(|_| sends(&desk.wire, &agent, &form));
    for response in futures_util::future::join_all(race).await {
        let page = Shown::of(&response, 200);
        assert_eq!((page.texts(".mine p").len(), page.texts(".prose").len()), (1, 1));
    }
    model.will(Reply::says(&["Until six [1]."]));
    let again = Shown::of(&sends(&desk.wire, &agent, &form).await, 200);
    let second = again.filled("Until when?");
    for _ in 0..2 {
        let page = Shown::of(&sends(&desk.wire, &agent, &second).await, 200);
        assert_eq!(page.texts(".prose").len(), 2);
    }
    assert_eq!(desk.count("select count(*) from visitors"), 1);
    assert_eq!(desk.count("select count(*) from messages"), 4);
    // An old page with other words in it asks something else.
    model.will(Reply::says(&["On Saturday too [1]."]));
    let page = asks(&desk, &agent, &again, "And on Saturday?").await;
    assert_eq!(page.texts(".prose").len(), 3);
}

#[tokio::test]
async fn a_session_that_is_over_goes_on_by_the_browsers_id() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let page = opens(&desk.wire, &agent).await;
    let mut page = asks(&desk, &agent, &page, "When are you open on Saturday?").await;
    page.fields.insert("session".into(), "expired".into());
    let page = asks(&desk, &agent, &page, "How long can I return unused items?").await;
    assert_eq!(page.texts(".prose").len(), 2);
    // Another agent's conversation is none of this one.
    let other = desk.agent_knowing(&[pages::HOURS]).await;
    let page = asks(&desk, &other, &page, "When are you open on Sunday?").await;
    assert_eq!(page.texts(".prose").len(), 1);
    assert_eq!(desk.count("select count(*) from conversations"), 2);
}

#[tokio::test]
async fn only_its_own_page_may_send_it() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    let form = opens(&desk.wire, &agent).await.filled("When are you open?");
    let path = format!("/chat/{}", agent.id);
    let own = desk.wire.base();
    let own_page = format!("{own}{path}");
    let from = |headers: &'static [&'static str], value: String| {
        let request = desk.wire.request("POST", &path);
        let request = request.body(form.clone(), "application/x-www-form-urlencoded");
        headers.iter().fold(request, |request, name| {
            let site = if *name == "Sec-Fetch-Site" { "cross-site" } else { &value };
            request.header(name, site)
        })
    };
    for (headers, value, status) in [
        (&["Origin"][..], "https://evil.example", 403),
        (&["Origin"], "https://shop.example", 403),
        (&["Origin"], "null", 403),
        (&["Referer"], "https://evil.example/page", 403),
        (&["Sec-Fetch-Site"], "", 403),
        (&["Sec-Fetch-Site", "Origin"], own.as_str(), 403),
        (&["Origin"], own.as_str(), 200),
        (&["Referer"], own_page.as_str(), 200),
        (&[], "", 200),
    ] {
        let response = from(headers, value.to_owned()).send().await;
        let page = Shown::of(&response, status);
        assert_eq!(page.texts("#ask").len(), usize::from(status == 200), "{headers:?} {value}");
    }
    assert_eq!(desk.count("select count(*) from messages"), 2);
    let json = desk.wire.post(&path, &serde_json::json!({})).send().await;
    json.error(415, "unsupported_media_type");
    let put = desk.wire.request("PUT", &path).send().await;
    put.error(405, "method_not_allowed");
    assert_eq!(put.header("Allow"), "GET, HEAD, POST");
}

#[tokio::test]
async fn where_no_agent_is_published_the_page_says_so() {
    let desk = Desk::start().await;
    let draft = desk.cli(&["agent", "create", "--name", "Draft", "--json"]).await.json();
    for id in [draft["id"].as_str().unwrap(), "01ARZ3NDEKTSV4RRFFQ69G5FAV", "nobody", "%3Cb%3E"] {
        let path = format!("/chat/{id}");
        let page = Shown::of(&desk.wire.get(&path).send().await, 404);
        assert_eq!(page.texts("h1"), ["There is no chat here"]);
        assert!(page.texts("script, form").is_empty());
        let request = desk.wire.request("POST", &path);
        let request = request.body("message=hello", "application/x-www-form-urlencoded");
        Shown::of(&request.send().await, 404);
    }
}

#[tokio::test]
async fn what_is_refused_is_said_and_keeps_what_was_typed() {
    let desk = Desk::with("FRONTDESK_LIMITS_MESSAGES", "1").start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let page = opens(&desk.wire, &agent).await;
    let empty = Shown::of(&sends(&desk.wire, &agent, &page.filled(" ")).await, 422);
    assert_eq!(empty.texts(".notice"), ["This is needed."]);
    assert_eq!(desk.count("select count(*) from visitors"), 0);
    let page = asks(&desk, &agent, &page, "When are you open on Saturday?").await;
    let refused = sends(&desk.wire, &agent, &page.filled("Until <when>?")).await;
    assert!(!refused.header("Retry-After").is_empty());
    assert_eq!(refused.header("X-RateLimit-Remaining"), "0");
    let page = Shown::of(&refused, 429);
    assert!(page.texts(".notice")[0].starts_with("That was quick."), "{:?}", page.texts(".notice"));
    assert_eq!(page.texts("textarea"), ["Until <when>?"]);
    assert_eq!(page.texts(".prose").len(), 1, "the conversation is still there");

    let desk = Desk::with("FRONTDESK_LIMITS_INIT", "1").start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let page = opens(&desk.wire, &agent).await;
    asks(&desk, &agent, &page, "When are you open on Saturday?").await;
    let page = opens(&desk.wire, &agent).await;
    let page = Shown::of(&sends(&desk.wire, &agent, &page.filled("And on Sunday?")).await, 429);
    assert_eq!(page.texts("textarea"), ["And on Sunday?"]);
}

#[tokio::test]
async fn quotas_and_failures_are_said_too() {
    let model = Model::start();
    let desk = Desk::speaking_through(&model).await;
    let agent = desk.agent_knowing(&[pages::HOURS]).await;
    desk.cli(&["workspace", "set", "monthly_messages=1"]).await.succeeded();
    desk.cli(&["agent", "set", &agent.id, "language_default=de"]).await.succeeded();
    let page = crate::harness::until("the change is seen", &desk.log, || async {
        let page = opens(&desk.wire, &agent).await;
        (page.attributes("html", "lang") == ["de"]).then_some(page)
    })
    .await;
    model.will(Reply::begins(&["From nine "]));
    let broken = sends(&desk.wire, &agent, &page.filled("When are you open?")).await;
    let page = Shown::of(&broken, 502);
    assert_eq!(page.texts(".notice"), ["Das hat nicht geklappt."]);
    assert_eq!(page.texts(".aside"), ["Angehalten"]);
    let page = Shown::of(&sends(&desk.wire, &agent, &page.filled("When are you open?")).await, 429);
    assert_eq!(page.texts(".notice"), ["Diese Unterhaltung hat vorerst ihr Limit erreicht."]);
    assert_eq!(page.texts("textarea"), ["When are you open?"]);
}

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
