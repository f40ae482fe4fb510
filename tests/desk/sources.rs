//! Kinds of source: how each is found out, what it takes in, and how far it goes.

use serde_json::{Value, json};

use crate::{
    harness::{Agent, Desk, Output, SHOP, Setup, run},
    scripted::{Page, Site},
};

async fn add(desk: &Desk, agent: &Agent, more: &[&str]) -> Output {
    let add = ["knowledge", "add", "--agent", &agent.id, "--json"];
    desk.cli(&[&add[..], more].concat()).await
}

fn pages(desk: &Desk) -> Vec<String> {
    desk.rows("select path from pages order by path", |row| row.get(0))
}

fn texts(desk: &Desk) -> String {
    desk.rows("select body from passages", |row| row.get::<_, String>(0)).join("\n")
}

async fn kind(desk: &Desk, at: usize) -> Value {
    desk.cli(&["knowledge", "list", "--json"]).await.json()[at]["kind"].clone()
}

/// Pages that name each other, each about itself.
fn library(site: &Site, paths: &[&str]) {
    for path in paths {
        site.has(path, Page::about(path, &format!("All about {path} is here."), paths));
    }
}

fn sitemap(urls: &[String]) -> Page {
    let urls: String = urls.iter().map(|url| format!("<url><loc>{url}</loc></url>")).collect();
    Page::of("application/xml", format!("<?xml version=\"1.0\"?><urlset>{urls}</urlset>"))
}

#[tokio::test]
async fn a_sitemap_is_known_by_itself_and_its_pages_alone_are_the_source() {
    let site = Site::start();
    library(&site, &["/a", "/b", "/c", "/d"]);
    let index = format!(
        "<sitemapindex><sitemap><loc>{}</loc></sitemap><sitemap><loc>{}</loc></sitemap></sitemapindex>",
        site.url("/one.xml"),
        site.url("/two.xml")
    );
    site.has("/maps.xml", Page::of("text/xml", index))
        .has("/one.xml", sitemap(&[site.url("/a")]))
        .has("/two.xml", sitemap(&[site.url("/b"), "http://198.51.100.7/far".into()]));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &[&site.url("/maps.xml")]).await.json();
    assert_eq!(
        (kind(&desk, 0).await, pages(&desk)),
        (json!("sitemap"), vec!["/a".into(), "/b".into()])
    );
    assert!(added["skipped"].to_string().contains("on another host"), "{added}");

    // A page that it no longer lists is no part of the source.
    site.has("/two.xml", sitemap(&[site.url("/c")]));
    add(&desk, &agent, &[&site.url("/maps.xml")]).await.succeeded();
    assert_eq!(pages(&desk), ["/a", "/c"]);

    // A part that cannot be had just now takes no page along.
    site.has("/two.xml", Page::status(503).header("Retry-After", "3600"));
    add(&desk, &agent, &[&site.url("/maps.xml")]).await.succeeded();
    assert_eq!(pages(&desk), ["/a", "/c"]);

    // One that lists nothing is a mistake, not the end of the site.
    site.has("/maps.xml", Page::of("text/xml", "<urlset></urlset>"));
    add(&desk, &agent, &[&site.url("/maps.xml")]).await.failed(1, &["lists no pages"]);
    assert_eq!(pages(&desk), ["/a", "/c"]);
}

#[tokio::test]
async fn a_feed_gives_the_pages_of_its_entries_or_what_it_says_of_them() {
    let site = Site::start();
    site.has("/1", Page::about("One", "The whole first story is on its own page.", &["/linked"]))
        .has("/linked", Page::about("Linked", "A page that no entry is about.", &[]))
        .has("/2", Page::status(403))
        .has("/3", Page::status(403));
    let rss = format!(
        "<rss version=\"2.0\"><channel><title>News</title><link>{}</link>\
         <item><title>One</title><link>{}</link><description>Only the beginning</description></item>\
         <item><title>Two</title><link>{}</link><description><![CDATA[<p>The second story is <b>closed</b>, but for these \
         words &amp; more.</p><script>alert(1)</script>]]></description></item>\
         <item><title>Four</title><link>{}</link><description>A fourth story, taken back</description></item>\
         </channel></rss>",
        site.url("/"),
        site.url("/1"),
        site.url("/2"),
        site.url("/4")
    );
    let entry = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>Three</title><link href=\"/3\"/>\
         <content type=\"html\">&lt;p&gt;Atom speaks of a third story.&lt;/p&gt;</content></entry></feed>";
    site.has("/rss", Page::of("application/rss+xml", rss))
        .has("/atom", Page::of("application/atom+xml", entry));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &[&site.url("/rss")]).await.json();
    assert_eq!(
        (&added["pages"], pages(&desk)),
        (&json!(2), vec!["/1".into(), "/2".into()]),
        "{added}"
    );
    let said = texts(&desk);
    assert!(said.contains("whole first story") && !said.contains("Only the beginning"), "{said}");
    assert!(said.contains("but for these words & more") && !said.contains("alert"), "{said}");
    assert!(!said.contains("taken back"), "an answer would lead to a page that is gone");
    add(&desk, &agent, &[&site.url("/atom")]).await.succeeded();
    assert_eq!((kind(&desk, 0).await, kind(&desk, 1).await), (json!("feed"), json!("feed")));
    assert!(texts(&desk).contains("a third story"));
    assert_eq!(add(&desk, &agent, &[&site.url("/rss")]).await.json()["unchanged"], 2);
    site.has_no("/2");
    assert_eq!(add(&desk, &agent, &[&site.url("/rss")]).await.json()["removed"], 1);
    assert!(!texts(&desk).contains("but for these words"));
}

#[tokio::test]
async fn a_page_is_read_alone_and_leaves_when_it_is_gone() {
    let site = Site::start();
    library(&site, &["/a", "/b"]);
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let url = site.url("/a");
    add(&desk, &agent, &["--kind", "page", &url]).await.succeeded();
    assert_eq!((kind(&desk, 0).await, pages(&desk)), (json!("page"), vec!["/a".to_owned()]));
    assert!(!site.visited().contains(&"/b".to_owned()));
    let with_password = url.replace("://", "://ann:secret@");
    let refused = add(&desk, &agent, &[&with_password]).await;
    refused.failed(2, &["names a user or a password"]);
    site.has("/a", Page::status(500).header("Retry-After", "3600"));
    desk.cli(&["knowledge", "refresh", &url]).await.failed(1, &["500"]);
    assert_eq!(pages(&desk), ["/a"]);
    site.has_no("/a");
    desk.cli(&["knowledge", "refresh", &url]).await.succeeded();
    assert_eq!(pages(&desk), Vec::<String>::new());
}

#[tokio::test]
async fn a_website_does_not_become_one_page_by_mistake() {
    let site = Site::start();
    library(&site, &["/a", "/b"]);
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &[&site.url("/a")]).await.succeeded();
    let before = pages(&desk);
    assert!(before.len() > 1, "{before:?}");
    let refused = add(&desk, &agent, &["--kind", "page", &site.url("/a")]).await;
    refused.failed(2, &["is page, but a website is here", "remove it first"]);
    assert_eq!((pages(&desk), kind(&desk, 0).await), (before, json!("website")));
}

#[tokio::test]
async fn a_text_is_known_by_its_title() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let text = "We are closed on **the first of May** and on every public holiday.";
    add(&desk, &agent, &["--title", "Holidays", text]).await.succeeded();
    assert_eq!((kind(&desk, 0).await, pages(&desk)), (json!("text"), vec!["Holidays".to_owned()]));
    let answer = desk.visitor(&agent).await.asks("Are you closed on the first of May?").await;
    assert!(answer.text.contains("first of May"), "{answer:?}");
    let again = ["--title", "Holidays", "--base-url", "https://shop.example/h", "Always open."];
    add(&desk, &agent, &again).await.succeeded();
    assert!(!texts(&desk).contains("closed"), "the new text takes the old one's place");
    assert_eq!(
        desk.cli(&["knowledge", "refresh", "Holidays", "--json"]).await.json()["unchanged"],
        1
    );
    assert_eq!(desk.count("select count(*) from sources"), 1);
    add(&desk, &agent, &["--kind", "text", "No title"]).await.failed(2, &["--title"]);
    add(&desk, &agent, &["--title", "Empty", "-"]).await.failed(2, &["must not be empty"]);
}

#[tokio::test]
async fn patterns_say_which_pages_are_wanted() {
    let site = Site::start();
    library(&site, &["/", "/help/a", "/help/old/b", "/shop/c", "/help/print?page=1"]);
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let url = site.url("/");
    let patterns = ["--include", "/help/**", "--exclude", "/help/old/", "--exclude", "*?page=*"];
    let added = add(&desk, &agent, &[&patterns[..], &[&url]].concat()).await.json();
    assert_eq!(pages(&desk), ["/help/a"], "{added}");
    assert!(added["skipped"].to_string().contains("left out by the patterns"), "{added}");
    let visited = site.visited();
    assert!(
        !visited.contains(&"/shop/c".to_owned()) && !visited.contains(&"/help/old/b".to_owned())
    );
    // They stay with the source, until they are changed.
    add(&desk, &agent, &[&url]).await.succeeded();
    assert_eq!(pages(&desk), ["/help/a"]);
    desk.cli(&["knowledge", "set", &url, "include=/shop/*,/none", "exclude="]).await.succeeded();
    desk.cli(&["knowledge", "refresh", &url]).await.succeeded();
    assert_eq!(pages(&desk), ["/shop/c"]);
    let shown = desk.cli(&["knowledge", "show", &url, "--json"]).await.json();
    assert_eq!(shown["settings"]["include"], json!(["/shop/*", "/none"]), "{shown}");
    let wrong = ["--include", "https://a.example/help/", url.as_str()];
    add(&desk, &agent, &wrong).await.failed(2, &["/help/**"]);
}

#[tokio::test]
async fn a_crawl_goes_as_far_as_it_may() {
    let site = Site::start();
    for (path, to) in [("/", "/1"), ("/1", "/2"), ("/2", "/3"), ("/3", "/4"), ("/4", "/")] {
        site.has(path, Page::about(path, &format!("All about {path} is here."), &[to]));
    }
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let url = site.url("/");
    add(&desk, &agent, &["--max-depth", "2", &url]).await.succeeded();
    assert_eq!(pages(&desk), ["/", "/1", "/2"]);
    desk.cli(&["knowledge", "set", &url, "max_depth=none", "max_pages=4"]).await.succeeded();
    desk.cli(&["knowledge", "refresh", &url]).await.succeeded();
    assert_eq!(pages(&desk), ["/", "/1", "/2", "/3"]);
    let shown = desk.cli(&["knowledge", "show", &url, "--json"]).await.json();
    assert!(shown["run"]["log"].to_string().contains("may be read"), "{shown}");
}

#[tokio::test]
async fn a_page_under_two_names_is_one_page_in_every_run() {
    let site = Site::start();
    let text = "We sell and repair sturdy bicycles for the city.";
    site.has("/", Page::about("The shop", text, &["/b", "/c", "/index.html"]))
        .has("/index.html", Page::about("The shop", text, &["/b"]))
        .has("/b", Page::about("Same", "These words are on two pages.", &[]))
        .has("/c", Page::about("Same", "These words are on two pages.", &[]));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let url = site.url("/");
    let added = add(&desk, &agent, &[&url]).await.json();
    assert_eq!((&added["pages"], &added["counts"]["found"]), (&json!(2), &json!(4)), "{added}");
    assert!(added["skipped"].to_string().contains("is the same page as"), "{added}");
    let before = pages(&desk);
    let again = desk.cli(&["knowledge", "refresh", &url, "--json"]).await.json();
    assert_eq!((&again["unchanged"], pages(&desk)), (&json!(2), before), "{again}");
}

#[tokio::test]
async fn the_list_tells_how_each_source_is() {
    let site = Site::start();
    library(&site, &["/", "/a"]);
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let url = site.url("/");
    add(&desk, &agent, &["--every", "week", &url]).await.succeeded();
    let source = desk.cli(&["knowledge", "list", "--json"]).await.json()[0].clone();
    assert_eq!((&source["every"], &source["run"]["state"]), (&json!("week"), &json!("done")));
    let counts =
        json!({"found": 2, "indexed": 2, "unchanged": 0, "skipped": 0, "failed": 0, "removed": 0});
    assert_eq!(source["run"]["counts"], counts, "{source}");
    assert!(source["next_at"].as_str() > source["refreshed_at"].as_str(), "{source}");
    let list = desk.cli(&["knowledge", "list"]).await;
    assert!(list.out.contains("LAST RUN") && list.out.contains("done"), "{}", list.out);
    let shown = desk.cli(&["knowledge", "show", &url]).await;
    assert!(shown.out.contains("2 found, 2 indexed"), "{}", shown.out);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_what_would() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    desk.folder.write("a.md", "# A\n\nText.");
    for (arguments, words) in [
        (&["--kind", "newsletter", "https://a.example"][..], &["newsletter", "feed"][..]),
        (&["--kind", "sitemap", "a.md"], &["--kind", "URL"]),
        (&["--kind", "folder", "a.md"], &["--kind", "folder"]),
        (&["--kind", "file", "https://a.example"], &["--kind"]),
        (&["--include", "/a", "a.md"], &["websites"]),
        (&["--every", "often", "a.md"], &["often", "6h"]),
        (&["--every", "1m", "a.md"], &["10 minutes"]),
        (&["--at-once", "17", "https://a.example"], &["at_once", "16"]),
        (&["--max-pages", "0", "https://a.example"], &["max_pages"]),
        (&["--title", "X", "https://a.example"], &["--title"]),
    ] {
        add(&desk, &agent, arguments).await.failed(2, words);
    }
    desk.cli(&["knowledge", "show", "nothing"]).await.failed(1, &["knowledge list"]);
    add(&desk, &agent, &["a.md"]).await.succeeded();
    let file = desk.folder.path("a.md").canonicalize().unwrap();
    let file = file.to_str().unwrap();
    desk.cli(&["knowledge", "set", file, "evry=day"]).await.failed(2, &["evry", "every"]);
    desk.cli(&["knowledge", "set", file, "include=/x"]).await.failed(2, &["websites"]);
    desk.cli(&["knowledge", "set", file, "every=day"]).await.succeeded();
    let help = run(&desk.folder, &["knowledge", "add", "--help"]).await;
    assert!(help.out.contains("`**`"), "{}", help.out);
}
