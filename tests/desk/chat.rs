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
pub struct Shown {
    pub document: Html,
    pub fields: BTreeMap<String, String>,
}

impl Shown {
    #[track_caller]
    pub fn of(response: &Response, status: u16) -> Self {
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
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let text =
            |found: scraper::ElementRef<'_>| found.text().collect::<String>().trim().to_owned();
        self.document.select(&selector).map(text).collect()
    }

    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let found = self.document.select(&selector);
        found.map(|it| it.value().attr(name).unwrap_or_default().to_owned()).collect()
    }

    /// The form as a browser sends it.
    pub fn filled(&self, message: &str) -> String {
        self.sending(&[("message", message)])
    }

    /// Any form of the page with what was filled in; a button is named as the browser names the one that was pressed.
    pub fn sending(&self, filled: &[(&str, &str)]) -> String {
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields.chain(filled.iter().copied()))
            .finish()
    }
}

pub async fn opens(wire: &Wire, agent: &Agent) -> Shown {
    Shown::of(&wire.get(&format!("/chat/{}", agent.id)).send().await, 200)
}

pub async fn sends(wire: &Wire, agent: &Agent, form: &str) -> Response {
    let request = wire.request("POST", &format!("/chat/{}", agent.id));
    let request = request.body(form.to_owned(), "application/x-www-form-urlencoded");
    request.header("Sec-Fetch-Site", "same-origin").send().await
}

pub async fn asks(desk: &Desk, agent: &Agent, page: &Shown, question: &str) -> Shown {
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
        let request = desk.wire.request("GET", &path).header("Accept-Language", "sv, ar;q=0.5");
        let page = Shown::of(&request.send().await, 404);
        assert_eq!(page.texts("h1"), ["لا توجد محادثة هنا"]);
        assert_eq!(page.attributes("html", "dir"), ["rtl"]);
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
