//! Sources over time: what is asked again and how, what leaves the index and what stays, and what happens without
//! anybody asking.

use serde_json::{Value, json};

use crate::{
    harness::{Agent, Desk, Output, SHOP, Setup, until},
    scripted::{Gate, Page, Site},
};

async fn add(desk: &Desk, agent: &Agent, url: &str) -> Output {
    desk.cli(&["knowledge", "add", "--agent", &agent.id, url, "--json"]).await
}

async fn refresh(desk: &Desk, url: &str) -> Output {
    desk.cli(&["knowledge", "refresh", url, "--json"]).await
}

async fn shown(desk: &Desk, url: &str) -> Value {
    desk.cli(&["knowledge", "show", url, "--json"]).await.json()
}

fn pages(desk: &Desk) -> Vec<String> {
    desk.rows("select path from pages order by path", |row| row.get(0))
}

/// Changes with every write to the agents' knowledge.
fn index_version(desk: &Desk) -> i64 {
    desk.count("select sum(index_version) from agents")
}

fn shop(links: &[&str]) -> Page {
    Page::about("The shop", "We sell and repair sturdy bicycles for the city.", links)
}

fn warranty() -> Page {
    Page::about("Warranty", "Every frame is covered for ten years against cracks.", &["/parts"])
}

fn parts() -> Page {
    Page::about("Spare parts", "We keep spare parts for twelve years.", &[])
}

/// A site of three pages, each linking to the next.
fn chain(site: &Site, dress: impl Fn(&str, Page) -> Page) {
    site.has("/", dress("/", shop(&["/warranty"])))
        .has("/warranty", dress("/warranty", warranty()))
        .has("/parts", dress("/parts", parts()));
}

#[tokio::test]
async fn an_unchanged_page_is_asked_about_and_its_links_are_followed() {
    for validator in ["ETag", "Last-Modified"] {
        let site = Site::start();
        let date = "Wed, 06 May 2026 08:00:00 GMT";
        chain(&site, |path, page| {
            page.header(validator, if validator == "ETag" { path } else { date })
        });
        let desk = Setup::default().closed();
        let agent = desk.agent_on(SHOP).await;
        add(&desk, &agent, &site.url("/")).await.succeeded();
        let before = index_version(&desk);
        site.forgets();
        let again = refresh(&desk, &site.url("/")).await.json();
        assert_eq!((&again["pages"], &again["unchanged"]), (&json!(3), &json!(3)), "{again}");
        assert_eq!(again["counts"]["indexed"], 0, "{again}");
        let header = if validator == "ETag" { "If-None-Match" } else { "If-Modified-Since" };
        for path in ["/", "/warranty", "/parts"] {
            let requests = site.requests();
            let asked = requests.iter().filter(|request| request.path == path);
            let asked: Vec<_> = asked.map(|request| request.header(header).is_some()).collect();
            assert_eq!(asked, [true], "{path} is asked for once, with {header}");
        }
        assert_eq!(index_version(&desk), before, "nothing is written to the index");
    }
}

#[tokio::test]
async fn a_page_without_validators_that_says_the_same_is_not_written() {
    let site = Site::start();
    chain(&site, |_, page| page);
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await.succeeded();
    let before = index_version(&desk);
    // Other bytes around the same words.
    let noise = "<html lang=en><head><title>Spare parts</title><meta name=n content=4711></head><body><main><h1>Spare parts</h1>\
        <p>We keep spare parts for twelve years.</p></main></body></html>";
    site.has("/parts", Page::html(noise));
    let again = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(again["unchanged"], 3, "{again}");
    assert_eq!(index_version(&desk), before);
    site.has("/parts", Page::about("Spare parts", "We keep spare parts for five years.", &[]));
    let again = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(
        (&again["unchanged"], &again["counts"]["indexed"]),
        (&json!(2), &json!(1)),
        "{again}"
    );
    assert!(index_version(&desk) > before);
}

#[tokio::test]
async fn pages_that_vanished_or_are_linked_no_more_leave() {
    let site = Site::start();
    chain(&site, |_, page| page);
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await.succeeded();
    site.has_no("/parts");
    let again = refresh(&desk, &site.url("/")).await.json();
    assert_eq!(
        (&again["removed"], pages(&desk)),
        (&json!(1), vec!["/".into(), "/warranty".into()])
    );
    // It is there, but nobody finds it any more.
    site.has("/", shop(&[]));
    let again = refresh(&desk, &site.url("/")).await.json();
    assert_eq!((&again["removed"], pages(&desk)), (&json!(1), vec!["/".to_owned()]));
}

#[tokio::test]
async fn a_site_that_is_down_keeps_its_pages() {
    let site = Site::start();
    chain(&site, |_, page| page);
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await.succeeded();
    let all = pages(&desk);

    // All of it.
    site.has("/", Page::status(404));
    refresh(&desk, &site.url("/")).await.failed(1, &["404"]);
    assert_eq!(pages(&desk), all);
    let run = shown(&desk, &site.url("/")).await["run"].clone();
    assert_eq!(run["state"], "failed", "{run}");
    assert!(run["problem"].as_str().unwrap().contains("404"), "{run}");

    // A page in the middle: what it led to is not lost with it.
    site.has("/", shop(&["/warranty"])).has("/warranty", Page::status(403));
    let again = refresh(&desk, &site.url("/")).await.json();
    assert_eq!((&again["removed"], &again["counts"]["failed"]), (&json!(0), &json!(1)), "{again}");
    assert_eq!(pages(&desk), all);
    let shown = shown(&desk, &site.url("/")).await;
    let failed = &shown["run"]["failed"][0];
    assert!(failed["path"].as_str().unwrap().ends_with("/warranty"), "{shown}");
    assert!(failed["reason"].as_str().unwrap().contains("403"), "{shown}");

    // The first page says that it is being mended, and the others fail.
    site.has("/", Page::about("Maintenance", "We will be back soon.", &[]));
    for path in ["/warranty", "/parts"] {
        site.has(path, Page::status(503).header("Retry-After", "3600"));
    }
    refresh(&desk, &site.url("/")).await.succeeded();
    assert_eq!(pages(&desk), all);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_will_not_is_not() {
    let site = Site::start();
    site.has("/", shop(&["/busy", "/limited", "/closed", "/teapot"]))
        .has("/busy", warranty())
        .has("/limited", parts())
        .has("/closed", Page::status(503).header("Retry-After", "86400"))
        .has("/teapot", Page::status(418));
    site.first("/busy", Page::status(502));
    site.first("/limited", Page::status(429).header("Retry-After", "1"));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(pages(&desk), ["/", "/busy", "/limited"], "{added}");
    assert_eq!(added["counts"]["failed"], 2, "{added}");
    let visited = site.visited();
    let times = |path: &str| visited.iter().filter(|visited| *visited == path).count();
    assert_eq!((times("/busy"), times("/limited")), (2, 2), "{visited:?}");
    assert_eq!((times("/closed"), times("/teapot")), (1, 1), "nobody waits for a day: {visited:?}");
}

#[tokio::test]
async fn one_page_that_is_busy_for_long_keeps_no_other_from_being_read() {
    let site = Site::start();
    let busy = || Page::status(429).header("Retry-After", "600");
    site.has("/", shop(&["/busy", "/warranty", "/parts"]))
        .has("/busy", busy())
        .has("/warranty", warranty())
        .has("/parts", parts());
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(pages(&desk), ["/", "/parts", "/warranty"], "{added}");
    // Two in a row mean all: nothing more is asked for, and what was known stays.
    site.has("/warranty", busy()).has("/parts", busy());
    let again = refresh(&desk, &site.url("/")).await.json();
    assert_eq!(pages(&desk), ["/", "/parts", "/warranty"], "{again}");
    assert_eq!(again["removed"], 0, "{again}");
}

#[tokio::test]
async fn a_page_that_moved_is_the_other_one_and_one_that_says_it_is_missing_is_gone() {
    let site = Site::start();
    let moved = "<html><head><title>Moved</title><meta http-equiv=refresh content='0; url=/parts'></head>\
                 <body><p>This page has moved.</p></body></html>";
    site.has("/", shop(&["/old-parts", "/warranty"]))
        .has("/old-parts", Page::of("text/html", moved))
        .has("/parts", parts())
        .has("/warranty", warranty());
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(pages(&desk), ["/", "/parts", "/warranty"], "{added}");
    site.has("/warranty", Page::about("Page not found", "Try the search.", &[]));
    let again = refresh(&desk, &site.url("/")).await.json();
    assert_eq!(pages(&desk), ["/", "/parts"], "{again}");
}

#[tokio::test]
async fn two_requests_are_under_way_at_once_and_one_where_a_pause_is_asked_for() {
    let links: Vec<String> = (0..12).map(|number| format!("/page-{number}")).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    for (robots, most) in [("", 2), ("User-agent: *\nCrawl-delay: 0.01\n", 1)] {
        let site = Site::start();
        site.has("/", shop(&links)).has("/robots.txt", Page::of("text/plain", robots));
        for link in &links {
            site.has(link, Page::about(link, &format!("All about {link} is here."), &[]));
        }
        let desk = Setup::default().closed();
        let agent = desk.agent_on(SHOP).await;
        let added = add(&desk, &agent, &site.url("/")).await.json();
        assert_eq!(added["pages"], 13, "{added}");
        assert!(site.most_at_once() <= most, "{} at once", site.most_at_once());
    }
}

#[tokio::test]
async fn a_run_that_was_killed_goes_on_where_it_was() {
    let site = Site::start();
    let links: Vec<String> = (0..30).map(|number| format!("/page-{number}")).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    // More than it has requests, and not one of them is made.
    let shut: Vec<String> = (0..1600).map(|number| format!("/shut/{number}")).collect();
    site.has(
        "/",
        shop(&links.iter().copied().chain(shut.iter().map(String::as_str)).collect::<Vec<_>>()),
    );
    site.has("/robots.txt", Page::of("text/plain", "User-agent: *\nDisallow: /shut/\n"));
    for link in &links {
        site.has(link, Page::about(link, &format!("All about {link} is here."), &[]));
    }
    let mut desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    // It is known and has no page but the first, and its time has come.
    let gate = Gate::closed();
    add_limited(&desk, &agent, &site.url("/")).await;
    for link in ["/page-20", "/page-21"] {
        let page = Page::about(link, &format!("All about {link} is here."), &[]);
        site.has(link, page.waits_for(&gate));
    }
    desk.cli(&["knowledge", "set", &site.url("/"), "max_pages=500"]).await.succeeded();
    site.forgets();
    desk.execute("update runs set ended_at = 1");
    until("the server waits for two pages and has written the others", &desk.log, || async {
        let visited = site.visited();
        let has = |path: &str| visited.iter().any(|visited| visited == path);
        let read = visited.iter().filter(|path| path.starts_with("/page-")).count();
        (has("/page-20") && has("/page-21") && pages(&desk).len() + 1 == read).then_some(())
    })
    .await;
    until("others see how far it is", &desk.log, || async {
        let list = desk.cli(&["knowledge", "list", "--json"]).await.json();
        let run = &list[0]["run"];
        (run["state"] == "running" && run["counts"]["found"] == 1631).then_some(())
    })
    .await;
    refresh(&desk, &site.url("/")).await.failed(1, &["being refreshed just now"]);
    desk.kill();
    assert_eq!(shown(&desk, &site.url("/")).await["run"]["state"], "cut off");

    let before = pages(&desk);
    site.forgets();
    gate.open();
    desk.restart().await;
    until("the run is done", &desk.log, || async {
        let shown = shown(&desk, &site.url("/")).await;
        (shown["run"]["state"] == "done").then_some(())
    })
    .await;
    assert_eq!(pages(&desk).len(), 31);
    let visited = site.visited();
    let twice: Vec<_> = visited.iter().filter(|path| before.contains(path)).collect();
    assert!(twice.is_empty(), "these were read before the kill: {twice:?}");
    let run = shown(&desk, &site.url("/")).await["run"].clone();
    assert_eq!(run["counts"]["indexed"], 30, "{run}");
    assert!(run["log"].to_string().contains("goes on"), "{run}");
}

async fn add_limited(desk: &Desk, agent: &Agent, url: &str) {
    let limited = ["knowledge", "add", "--agent", &agent.id, "--max-pages", "1", url, "--json"];
    assert_eq!(desk.cli(&limited).await.json()["pages"], 1);
}

#[tokio::test]
async fn a_running_server_refreshes_what_is_due_and_nothing_else() {
    let (site, other) = (Site::start(), Site::start());
    chain(&site, |_, page| page);
    chain(&other, |_, page| page);
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await.succeeded();
    add(&desk, &agent, &other.url("/")).await.succeeded();
    let set = |every: &'static str| ["knowledge", "set", "", every, "--json"];
    let mut never = set("every=never");
    let (url, other_url) = (site.url("/"), other.url("/"));
    never[2] = &other_url;
    let changed = desk.cli(&never).await.json();
    assert_eq!((&changed["every"], &changed["next_at"]), (&json!("never"), &Value::Null));
    let mut often = set("every=6h");
    often[2] = &url;
    assert_eq!(desk.cli(&often).await.json()["every"], "6h");
    other.forgets();

    site.has("/parts", Page::about("Spare parts", "We keep spare parts for five years.", &[]));
    let hours = 6 * 3600 * 1000 + 1;
    desk.execute(&format!("update runs set ended_at = ended_at - {hours}"));
    until("the server has read what is new", &desk.log, || async {
        let found = desk.count("select count(*) from passages where body like '%five years%'");
        (found == 1).then_some(())
    })
    .await;
    until("the next run is planned", &desk.log, || async {
        let shown = shown(&desk, &url).await;
        let is_next = shown["next_at"].as_str()? > shown["run"]["ended_at"].as_str()?;
        is_next.then_some(())
    })
    .await;
    assert_eq!(other.visited(), Vec::<String>::new(), "nobody asked for that one");
}

#[tokio::test]
async fn all_sources_are_refreshed_though_one_fails() {
    let (site, down) = (Site::start(), Site::start());
    chain(&site, |_, page| page);
    chain(&down, |_, page| page);
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &down.url("/")).await.succeeded();
    add(&desk, &agent, &site.url("/")).await.succeeded();
    down.has("/", Page::status(404));
    let output = desk.cli(&["knowledge", "refresh", "--json"]).await;
    assert_eq!(output.code, 1, "{}", output.errors);
    let reports: Value = serde_json::from_str(&output.out).unwrap();
    assert!(reports[0]["error"].as_str().unwrap().contains("404"), "{reports}");
    assert_eq!(reports[1]["unchanged"], 3, "{reports}");
}
