//! What a site says of itself and how it behaves: pages that claim to be others, wishes in headers, lists that cannot be
//! had, servers that want to be left alone.

use serde_json::{Value, json};

use crate::{
    harness::{Agent, Desk, Output, SHOP, Setup, until},
    papers::paper,
    scripted::{Gate, Page, Site},
};

async fn add(desk: &Desk, agent: &Agent, url: &str) -> Value {
    desk.cli(&["knowledge", "add", "--agent", &agent.id, url, "--json"]).await.json()
}

async fn refresh(desk: &Desk, url: &str) -> Output {
    desk.cli(&["knowledge", "refresh", url, "--json"]).await
}

async fn shown(desk: &Desk, url: &str) -> Value {
    desk.cli(&["knowledge", "show", url, "--json"]).await.json()
}

fn paths(desk: &Desk) -> Vec<String> {
    desk.rows("select path from pages order by path", |row| row.get(0))
}

fn shop(links: &[&str]) -> Page {
    Page::about("The shop", "We sell and repair sturdy bicycles for the city.", links)
}

fn claims_to_be(path: &str, text: &str) -> Page {
    Page::html(&format!(
        "<html lang=en><head><title>Page</title><link rel=canonical href=\"{path}\"></head>\
         <body><main><h1>Page</h1><p>{text}</p></main></body></html>"
    ))
}

fn sitemap(urls: &[String], more: &str) -> Page {
    let urls: String = urls.iter().map(|url| format!("<url><loc>{url}</loc></url>")).collect();
    Page::of("application/xml", format!("<?xml version=\"1.0\"?><urlset>{more}{urls}</urlset>"))
}

#[tokio::test]
async fn a_site_and_the_same_without_its_slash_are_two_sources() {
    let site = Site::start();
    let page = |says: &str| Page::about("Help", says, &[]);
    site.has("/help/", page("A tyre is mended for 12 euros."))
        .has("/help", page("A lamp is mended for 9 euros."));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    for url in ["/help/", "/help"] {
        add(&desk, &agent, &site.url(url)).await;
    }
    for url in ["/help/", "/help"] {
        let shown = shown(&desk, &site.url(url)).await;
        assert_eq!(shown["location"], site.url(url), "{shown}");
        assert_eq!(
            (&shown["run"]["state"], &shown["pages"]),
            (&json!("done"), &json!(1)),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_page_cannot_speak_in_the_place_of_another() {
    let site = Site::start();
    site.has("/", shop(&["/forum", "/prices", "/alone", "/print"]))
        .has("/forum", claims_to_be("/prices", "Everything is free of charge today."))
        .has("/prices", Page::about("Prices", "A repair costs 45 euros at least.", &[]))
        .has("/alone", claims_to_be("/nowhere", "The workshop is closed on Mondays."))
        .has("/print", claims_to_be("/delivery", "Delivery takes three days (print)."))
        .has("/delivery", Page::about("Delivery", "Delivery takes three days.", &[]));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    for _ in 0..2 {
        let added = add(&desk, &agent, &site.url("/")).await;
        assert_eq!(paths(&desk), ["/", "/alone", "/delivery", "/prices"], "{added}");
        assert!(added.to_string().contains("says that it is /prices"), "{added}");
        let bodies: Vec<String> =
            desk.rows("select body from passages order by id", |row| row.get(0));
        assert!(bodies.iter().any(|body| body.contains("45 euros")), "{bodies:?}");
        assert!(!bodies.iter().any(|body| body.contains("free of charge")), "{bodies:?}");
    }
}

#[tokio::test]
async fn two_pages_that_claim_to_be_each_other_are_one() {
    let site = Site::start();
    site.has("/", shop(&["/a", "/b"]))
        .has("/a", claims_to_be("/b", "The workshop is closed on Mondays."))
        .has("/b", claims_to_be("/a", "The workshop is closed on Tuesdays."));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await;
    assert_eq!(added["pages"], 2, "{added}");
    assert_eq!(added["counts"]["found"], 3, "{added}");
}

#[tokio::test]
async fn a_header_says_that_a_page_is_not_to_be_found_and_takes_it_back() {
    let site = Site::start();
    let terms = || Page::about("Terms", "Invoices are due within fourteen days.", &[]);
    site.has("/", shop(&["/terms", "/other"]))
        .has("/terms", terms().header("X-Robots-Tag", "max-snippet: 20, NOINDEX"))
        .has(
            "/other",
            Page::about("Other", "Bells are sold here, too.", &[])
                .header("X-Robots-Tag", "otherbot: none"),
        );
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await;
    assert_eq!(paths(&desk), ["/", "/other"], "{added}");
    assert!(added.to_string().contains("noindex"), "{added}");
    site.has("/terms", terms());
    refresh(&desk, &site.url("/")).await.succeeded();
    assert_eq!(paths(&desk), ["/", "/other", "/terms"]);
    site.has("/terms", terms().header("X-Robots-Tag", "frontdesk: none"));
    refresh(&desk, &site.url("/")).await.succeeded();
    assert_eq!(paths(&desk), ["/", "/other"]);
}

#[tokio::test]
async fn a_sitemap_that_is_refused_or_too_large_takes_no_page_along() {
    let site = Site::start();
    let large = "<!-- a page -->".repeat(4_000_000);
    site.has("/", shop(&[]))
        .has("/sitemap.xml", sitemap(&[site.url("/hidden")], ""))
        .has("/hidden", Page::about("Hidden", "Frames are guaranteed for ten years.", &[]));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await;
    for (list, said) in [(Page::status(403), "403"), (sitemap(&[], &large), "larger than 50 MB")] {
        site.has("/sitemap.xml", list);
        refresh(&desk, &site.url("/")).await.succeeded();
        assert_eq!(paths(&desk), ["/", "/hidden"], "{said}");
        let log = shown(&desk, &site.url("/")).await["run"]["log"].to_string();
        assert!(log.contains(said), "{log}");
    }
}

#[tokio::test]
async fn sitemaps_and_papers_may_be_larger_than_pages() {
    let site = Site::start();
    let mut paper = paper(&[&[(11, "Every frame is covered for ten years against cracks.")]]);
    paper.resize(12 * 1024 * 1024, b' ');
    site.has("/", shop(&[]))
        .has("/sitemap.xml", sitemap(&[site.url("/paper")], &"<!-- a page -->".repeat(800_000)))
        .has("/paper", Page::of("application/pdf", paper));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await;
    assert_eq!(paths(&desk), ["/", "/paper"], "{added}");
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_is() {
    let site = Site::start();
    let links: Vec<String> = (0..30).map(|number| format!("/page-{number}")).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    site.has("/", shop(&links));
    for link in &links {
        site.has(link, Page::about(link, &format!("All about {link} is here."), &[]));
    }
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await;
    for link in &links {
        site.has(link, Page::status(429).header("Retry-After", "3600"));
    }
    site.forgets();
    refresh(&desk, &site.url("/")).await.failed(1, &["stopped answering", "left alone for 3"]);
    let asked = site.visited().iter().filter(|path| path.starts_with("/page-")).count();
    // Two in a row, and one that was under way.
    assert!(asked <= 3, "{:?}", site.visited());
    let shown = shown(&desk, &site.url("/")).await;
    assert!(shown["run"]["failed"].to_string().contains("left alone for 3"), "{shown}");
    assert_eq!(paths(&desk).len(), 31, "nothing is lost");
}

#[tokio::test]
async fn a_page_that_is_not_shown_any_more_leaves_where_the_others_are() {
    let site = Site::start();
    let links = ["/a", "/b", "/c", "/d"];
    site.has("/", shop(&links));
    for link in links {
        site.has(link, Page::about(link, &format!("All about {link} is here."), &[]));
    }
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await;
    site.has("/b", Page::status(401));
    let again = refresh(&desk, &site.url("/")).await.json();
    assert_eq!((&again["removed"], &again["counts"]["failed"]), (&json!(1), &json!(1)), "{again}");
    assert_eq!(paths(&desk), ["/", "/a", "/c", "/d"]);
    for link in ["/a", "/c", "/d"] {
        site.has(link, Page::status(403));
    }
    refresh(&desk, &site.url("/")).await.succeeded();
    assert_eq!(paths(&desk), ["/", "/a", "/c", "/d"], "it is we who are refused");
}

#[tokio::test]
async fn robots_txt_leads_to_no_other_port_of_this_machine() {
    let (site, inside) = (Site::start(), Site::start());
    inside.has("/robots.txt", Page::of("text/plain", "User-agent: *\n"));
    site.has("/", shop(&[])).has("/robots.txt", Page::redirect(&inside.url("/robots.txt")));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await;
    assert_eq!(added["pages"], 1, "{added}");
    assert_eq!(inside.visited(), Vec::<String>::new());
}

#[tokio::test]
async fn a_slow_site_holds_up_no_other() {
    let (slow, fast) = (Site::start(), Site::start());
    slow.has("/", shop(&["/slow"])).has("/slow", Page::about("Slow", "It takes its time.", &[]));
    fast.has("/", shop(&[]));
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    for site in [&slow, &fast] {
        add(&desk, &agent, &site.url("/")).await;
    }
    let gate = Gate::closed();
    slow.has("/slow", Page::about("Slow", "It takes its time.", &[]).waits_for(&gate));
    slow.forgets();
    fast.forgets();
    desk.execute("update runs set ended_at = 1");
    until("both are asked", &desk.log, || async {
        let is_slow_asked = slow.visited().contains(&"/slow".to_owned());
        (is_slow_asked && fast.visited().contains(&"/".to_owned())).then_some(())
    })
    .await;
    until("the fast one is done", &desk.log, || async {
        (shown(&desk, &fast.url("/")).await["run"]["state"] == "done").then_some(())
    })
    .await;
    assert_eq!(shown(&desk, &slow.url("/")).await["run"]["state"], "running");
    gate.open();
    until("the slow one is done", &desk.log, || async {
        (shown(&desk, &slow.url("/")).await["run"]["state"] == "done").then_some(())
    })
    .await;
}

#[tokio::test]
async fn questions_with_answers_are_fetched_and_stay_up_to_date() {
    let site = Site::start();
    let csv = "question,answer\nWhen do you open?,At nine.\nDo you deliver?,Within three days.\n";
    let json = json!([{"question": "Who repairs?", "answer": "Anna does.", "url": "/team"}]);
    site.has("/faq.csv", Page::of("text/csv", csv))
        .has("/faq", Page::of("application/json", json.to_string()))
        .has("/picture", Page::of("image/png", b"\x89PNG\r\n\x1a\n\0\0"));
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    for (path, count) in [("/faq.csv", 2), ("/faq", 1)] {
        let added = add(&desk, &agent, &site.url(path)).await;
        assert_eq!(added["pages"], count, "{added}");
    }
    let answer = desk.visitor(&agent).await.asks("When do you open?").await;
    assert!(answer.text.starts_with("At nine."), "{answer:?}");
    let again = refresh(&desk, &site.url("/faq.csv")).await.json();
    assert_eq!((&again["unchanged"], &again["removed"]), (&json!(2), &json!(0)), "{again}");
    site.has("/faq.csv", Page::status(403));
    refresh(&desk, &site.url("/faq.csv")).await.failed(1, &["403"]);
    assert_eq!(paths(&desk).len(), 3, "what is known stays");
    site.has("/faq.csv", Page::of("text/csv", csv.replace("At nine", "At ten")));
    refresh(&desk, &site.url("/faq.csv")).await.succeeded();
    let answer = desk.visitor(&agent).await.asks("When do you open?").await;
    assert!(answer.text.starts_with("At ten."), "{answer:?}");
    let refused = ["knowledge", "add", "--agent", &agent.id, &site.url("/picture")];
    desk.cli(&refused).await.failed(1, &["not HTML"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_now_keeps_its_pages() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    desk.folder.write("papers/hours.md", "# Hours\n\nWe open at nine.\n");
    let whole = paper(&[&[(11, "Every frame is covered for ten years against cracks.")]]);
    desk.folder.write("papers/warranty.pdf", whole);
    let folder = desk.folder.path("papers");
    let folder = folder.to_str().unwrap();
    assert_eq!(add(&desk, &agent, folder).await["pages"], 2);
    // Half of a copy.
    desk.folder.write("papers/warranty.pdf", "%PDF-1.4\n");
    let again = add(&desk, &agent, folder).await;
    assert_eq!((&again["removed"], &again["counts"]["failed"]), (&json!(0), &json!(1)), "{again}");
    assert_eq!(paths(&desk), ["hours.md", "warranty.pdf"]);
    desk.folder.write("papers/warranty.pdf", "");
    assert_eq!(add(&desk, &agent, folder).await["removed"], 1);
    assert_eq!(paths(&desk), ["hours.md"]);
}
