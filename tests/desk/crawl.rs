//! Websites: pages are found by links and sitemaps, robots.txt is obeyed, and no address leads inside the network.

use serde_json::Value;

use crate::{
    harness::{Agent, Desk, Output, SHOP, Setup},
    scripted::{Page, Site},
};

async fn add(desk: &Desk, agent: &Agent, url: &str) -> Output {
    desk.cli(&["knowledge", "add", "--agent", &agent.id, url, "--json"]).await
}

async fn urls(desk: &Desk) -> Vec<String> {
    desk.rows("select path from pages order by path", |row| row.get(0))
}

fn warranty() -> Page {
    Page::about(
        "Warranty",
        "Every frame is covered for ten years against cracks and broken welds.",
        &["/"],
    )
}

#[tokio::test]
async fn a_site_is_read_by_its_links() {
    let site = Site::start();
    site.has(
        "/",
        Page::about(
            "The shop",
            "We sell and repair sturdy bicycles for the city.",
            &["/warranty", "deep/one"],
        ),
    )
    .has("/warranty", warranty())
    .has(
        "/deep/one",
        Page::about(
            "Size guide",
            "A frame of 54 cm fits riders of 172 to 180 cm.",
            &["../warranty#x", "/gone"],
        ),
    );
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(added["pages"], 3, "{added}");
    let skipped = added["skipped"].to_string();
    assert!(skipped.contains("/gone"), "what could not be read is named: {added}");
    assert_eq!(urls(&desk).await, ["/", "/deep/one", "/warranty"]);
    let answer = desk.visitor(&agent).await.asks("How many years is the frame covered?").await;
    assert!(answer.text.contains("ten years"), "{answer:?}");
    assert!(answer.cites(&site.url("/warranty")), "{answer:?}");
    let mut visited = site.visited();
    visited.sort();
    let count = visited.len();
    visited.dedup();
    assert_eq!(count, visited.len(), "nothing is asked for twice: {visited:?}");
}

#[tokio::test]
async fn robots_txt_is_obeyed() {
    let site = Site::start();
    let links = ["/open", "/private/plan", "/private/allowed"];
    site.has(
        "/robots.txt",
        Page::of("text/plain", "User-agent: *\nDisallow: /private/\nAllow: /private/allowed\n"),
    )
    .has("/", Page::about("The shop", "We sell and repair sturdy bicycles for the city.", &links))
    .has("/open", warranty())
    .has("/private/plan", Page::about("Plan", "We will take over the world.", &[]))
    .has(
        "/private/allowed",
        Page::about("Repairs", "A repair takes about three working days.", &[]),
    );
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await.succeeded();
    assert!(!site.visited().contains(&"/private/plan".to_owned()), "{:?}", site.visited());
    assert_eq!(urls(&desk).await, ["/", "/open", "/private/allowed"]);
    assert_eq!(site.visited()[0], "/robots.txt");
    let agent = site.requests()[0].header("User-Agent").unwrap_or_default().to_lowercase();
    assert!(agent.contains("frontdesk"), "it says who it is: {agent}");
}

#[tokio::test]
async fn pages_that_only_the_sitemap_knows_are_read() {
    let site = Site::start();
    let sitemap = format!(
        "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
         <url><loc>{}</loc></url><url><loc>{}</loc></url></urlset>",
        site.url("/hidden"),
        "http://198.51.100.7/elsewhere"
    );
    let robots = format!("User-agent: *\nAllow: /\nSitemap: {}\n", site.url("/the-sitemap.xml"));
    site.has("/robots.txt", Page::of("text/plain", &robots))
        .has("/the-sitemap.xml", Page::of("application/xml", &sitemap))
        .has("/", Page::about("The shop", "We sell and repair sturdy bicycles for the city.", &[]))
        .has("/hidden", warranty());
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(added["pages"], 2, "{added}");
    assert_eq!(urls(&desk).await, ["/", "/hidden"]);
}

#[tokio::test]
async fn other_sites_and_other_things_than_pages_are_left_alone() {
    let (site, other) = (Site::start(), Site::start());
    let elsewhere = other.url("/page");
    let links = [
        elsewhere.as_str(),
        "/picture.png",
        "mailto:a@b.example",
        "javascript:alert(1)",
        "tel:+49",
        "/data.json",
    ];
    site.has(
        "/",
        Page::about("The shop", "We sell and repair sturdy bicycles for the city.", &links),
    )
    .has("/picture.png", Page::of("image/png", b"\x89PNG\r\n\x1a\n"))
    .has("/data.json", Page::of("application/json", "{\"a\": 1}"));
    other.has("/page", warranty());
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(added["pages"], 1, "{added}");
    assert_eq!(other.visited(), Vec::<String>::new());
}

#[tokio::test]
async fn a_redirect_within_the_site_is_followed_and_out_of_it_is_not() {
    let (site, other) = (Site::start(), Site::start());
    site.has(
        "/",
        Page::about(
            "The shop",
            "We sell and repair sturdy bicycles for the city.",
            &["/old", "/away", "/round"],
        ),
    )
    .has("/old", Page::redirect("/warranty"))
    .has("/warranty", warranty())
    .has("/away", Page::redirect(&other.url("/secret")))
    .has("/round", Page::redirect("/round"));
    other.has("/secret", Page::about("Secret", "The safe opens with 4711.", &[]));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(urls(&desk).await, ["/", "/warranty"], "{added}");
    assert_eq!(other.visited(), Vec::<String>::new(), "nobody knocked at the other server");
    assert!(site.visited().iter().filter(|path| *path == "/round").count() < 20);
}

#[tokio::test]
async fn a_redirect_to_an_address_inside_the_network_is_refused() {
    let inside = Site::start();
    inside.has("/latest/meta-data", Page::about("Keys", "The key is 4711.", &[]));
    let port = inside.url("/").rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    let site = Site::start();
    let targets = [
        "http://169.254.169.254/latest/meta-data".to_owned(),
        format!("http://localhost:{port}/latest/meta-data"),
        format!("http://127.0.0.2:{port}/latest/meta-data"),
        format!("http://[::1]:{port}/latest/meta-data"),
        format!("http://[::ffff:127.0.0.1]:{port}/latest/meta-data"),
        format!("http://2130706433:{port}/latest/meta-data"),
        format!("http://0.0.0.0:{port}/latest/meta-data"),
        "file:///etc/passwd".to_owned(),
    ];
    let links: Vec<String> = (0..targets.len()).map(|number| format!("/to-{number}")).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    site.has(
        "/",
        Page::about("The shop", "We sell and repair sturdy bicycles for the city.", &links),
    );
    for (link, target) in links.iter().zip(&targets) {
        site.has(link, Page::redirect(target));
    }
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await.json();
    assert_eq!(added["pages"], 1, "{added}");
    assert_eq!(inside.visited(), Vec::<String>::new());
    let page = site.url("/to-0");
    let page = ["knowledge", "add", "--agent", &agent.id, "--kind", "page", &page];
    let told = ["/to-0 redirects to http://169.254.169.254/", "not public"];
    desk.cli(&page).await.failed(2, &told);
}

#[tokio::test]
async fn compressed_pages_and_other_character_sets_are_read() {
    let site = Site::start();
    site.has("/", Page::about("The shop", "We sell and repair sturdy bicycles for the city.", &["/gzip", "/latin"]))
        .has("/gzip", warranty().gzipped())
        .has(
            "/latin",
            Page::of(
                "text/html; charset=iso-8859-1",
                b"<html lang=de><head><title>Gr\xf6\xdfen</title></head><body><main><h1>Gr\xf6\xdfen</h1><p>F\xfcr gro\xdfe \
                  Fahrer ist die Rahmenh\xf6he 62 vorr\xe4tig.</p></main></body></html>",
            ),
        );
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    assert_eq!(add(&desk, &agent, &site.url("/")).await.json()["pages"], 3);
    let all = desk.rows("select body from passages", |row| row.get::<_, String>(0)).join("\n");
    assert!(all.contains("ten years") && all.contains("Rahmenhöhe 62 vorrätig"), "{all}");
}

#[tokio::test]
async fn a_second_run_forgets_pages_that_vanished() {
    let site = Site::start();
    site.has(
        "/",
        Page::about("The shop", "We sell and repair sturdy bicycles for the city.", &["/warranty"]),
    )
    .has("/warranty", warranty().header("ETag", "\"one\""));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await.succeeded();
    add(&desk, &agent, &site.url("/")).await.succeeded();
    assert_eq!(urls(&desk).await, ["/", "/warranty"], "an unchanged page stays");
    site.has("/", Page::about("The shop", "We only sell sturdy bicycles for the city.", &[]))
        .has("/warranty", Page::status(410));
    add(&desk, &agent, &site.url("/")).await.succeeded();
    assert_eq!(urls(&desk).await, ["/"]);
}

#[tokio::test]
async fn a_site_that_is_down_is_a_failure_by_name() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    // The discard port: nobody listens there.
    add(&desk, &agent, "http://127.0.0.1:9/").await.failed(1, &["127.0.0.1:9"]);
    let site = Site::start();
    site.has("/", Page::status(500));
    let failed = add(&desk, &agent, &site.url("/")).await;
    assert!(failed.code == 1 || failed.json()["pages"] == 0, "{}{}", failed.out, failed.errors);
    assert_eq!(urls(&desk).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_that_never_ends_is_cut_off() {
    let site = Site::start();
    let huge = format!("<html><body><main><h1>Huge</h1><p>{}</p></main>", "word ".repeat(8 << 20));
    site.has(
        "/",
        Page::about(
            "The shop",
            "We sell and repair sturdy bicycles for the city.",
            &["/huge", "/warranty"],
        ),
    )
    .has("/huge", Page::html(&huge))
    .has("/warranty", warranty());
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added: Value = add(&desk, &agent, &site.url("/")).await.json();
    let known = urls(&desk).await;
    assert!(known.contains(&"/warranty".to_owned()), "{added}");
    assert!(
        !known.contains(&"/huge".to_owned()) && added["skipped"].to_string().contains("/huge"),
        "{}",
        added["skipped"]
    );
}
