//! Pages that are made to harm: whatever they are, each fails or succeeds alone, and the server goes on.

use serde_json::Value;

use crate::{
    harness::{Agent, Desk, SHOP, Setup, until},
    scripted::{Page, Site},
};

async fn add(desk: &Desk, agent: &Agent, url: &str) -> Value {
    desk.cli(&["knowledge", "add", "--agent", &agent.id, url, "--json"]).await.json()
}

fn paths(desk: &Desk) -> Vec<String> {
    desk.rows("select path from pages order by path", |row| row.get(0))
}

#[tokio::test]
async fn pages_of_any_depth_are_read_and_end_nobody() {
    let site = Site::start();
    let kinds = [
        ("/div", "<div></x>"),
        ("/math", "<math><td>"),
        ("/bold", "<p><b>"),
        ("/link", "<a href=/x><div>"),
        ("/table", "<table><td>"),
        ("/svg", "<svg><g>"),
        ("/template", "<template>"),
        ("/select", "<select><optgroup>"),
    ];
    let links: Vec<&str> = kinds.iter().map(|(path, _)| *path).collect();
    site.has("/", Page::about("The shop", "We sell sturdy bicycles for the city.", &links));
    for (path, kind) in kinds {
        let deep = kind.repeat(20_000);
        let text = format!("<h1>{path}</h1><p>Words of {path} for whoever reads.</p>{deep}deep");
        site.has(path, Page::html(&text));
    }
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await;
    assert_eq!(added["counts"]["found"], 10, "{added}");
    for path in ["/div", "/bold", "/svg"] {
        assert!(paths(&desk).contains(&path.to_owned()), "{path} in {added}");
    }
}

#[tokio::test]
async fn a_tag_of_a_million_attributes_fails_alone() {
    let site = Site::start();
    let attributes: String = (0..1_200_000).map(|number| format!(" a{number}")).collect();
    site.has("/", Page::about("The shop", "We sell sturdy bicycles for the city.", &["/tag"]))
        .has("/tag", Page::html(&format!("<p{attributes}>Text")));
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let added = add(&desk, &agent, &site.url("/")).await;
    assert!(added["skipped"].to_string().contains("too many attributes"), "{added}");
    assert_eq!(paths(&desk), ["/"]);
}

#[tokio::test]
async fn addresses_without_end_lead_nowhere() {
    let site = Site::start();
    let links = "<a href=b>b</a> ".repeat(5000);
    let long = "x".repeat(300_000);
    let base =
        format!("<base href=\"/{long}/\"><p>We sell sturdy bicycles for the city.</p>{links}");
    let maps = format!("User-agent: *\nSitemap: /{long}\nSitemap: /map.xml");
    let locations = format!("<url><loc>/{long}</loc></url>").repeat(20);
    let map = format!("<urlset>{locations}<url><loc>/b</loc></url></urlset>");
    site.has("/", Page::html(&base))
        .has("/b", Page::about("B", "Bells are sold here too, and lamps.", &[]))
        .has("/robots.txt", Page::of("text/plain", maps.into_bytes()))
        .has("/map.xml", Page::of("application/xml", map.into_bytes()));
    let desk = Setup::default().start().await;
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await;
    assert_eq!(paths(&desk), ["/", "/b"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_no_file() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let pipe = desk.folder.path("pipe.md");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let add = ["knowledge", "add", "--agent", &agent.id, pipe.to_str().unwrap()];
    desk.cli(&add).await.failed(2, &["neither a file nor a folder"]);
}

#[tokio::test]
async fn the_largest_pages_are_read_one_after_the_other_in_bounded_memory() {
    const LARGE: usize = 4;
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let rows = "<tr><td>Bell, red<td>9,90 EUR<td>in stock";
    let page =
        format!("<main><h1>Prices</h1><table><tr><th>A<th>B<th>C{}</table>", rows.repeat(200_000));
    let mut links = Vec::new();
    let site = Site::start();
    for number in 0..LARGE {
        links.push(format!("/large-{number}"));
        site.has(&links[number], Page::html(&format!("<title>{number}</title>{page}")));
    }
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    site.has("/", Page::about("The shop", "We sell sturdy bicycles for the city.", &links));
    // In the server itself.
    let once = ["--max-pages", "1", "--every", "day", "--at-once", "8"];
    let url = site.url("/");
    desk.cli(&[&["knowledge", "add", "--agent", &agent.id, &url][..], &once].concat())
        .await
        .succeeded();
    desk.cli(&["knowledge", "set", &url, "max_pages=500"]).await.succeeded();
    desk.execute("update runs set ended_at = 1");
    // One of these pages takes seconds.
    until("they are asked for", &desk.log, || async {
        (site.visited().len() > LARGE).then_some(())
    })
    .await;
    for read in 1..=LARGE as i64 {
        until("the next page is read", &desk.log, || async {
            (desk.count("select count(*) from pages") > read).then_some(())
        })
        .await;
    }
    let done = format!("select count(*) from runs where state = 'done' and indexed >= {LARGE}");
    until("the pages are read", &desk.log, || async { (desk.count(&done) == 1).then_some(()) })
        .await;
    let shown = desk.cli(&["knowledge", "show", &url, "--json"]).await.json();
    assert_eq!(shown["pages"], LARGE + 1, "{shown}");
    assert!(shown.to_string().contains("only its first part was read"), "{shown}");
    let peak = desk.memory_peak() / 1024 / 1024;
    assert!(peak < 350, "{peak} MB");
}

#[tokio::test]
async fn a_page_of_countless_sections_is_one_short_write() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let sections: String = (0..40_000).map(|number| format!("# {number}\n\nx\n\n")).collect();
    let file = desk.folder.write("sections.md", sections);
    let added = add(&desk, &agent, file.to_str().unwrap()).await;
    assert_eq!((&added["pages"], &added["passages"]), (&1.into(), &10_000.into()), "{added}");
    let shown = desk.cli(&["knowledge", "show", file.to_str().unwrap(), "--json"]).await.json();
    assert!(shown["run"]["log"].to_string().contains("first 10000 passages"), "{shown}");
}

#[tokio::test]
async fn a_run_that_ends_the_program_again_and_again_is_given_up() {
    let site = Site::start();
    site.has("/", Page::about("The shop", "We sell sturdy bicycles for the city.", &[]));
    let mut desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    add(&desk, &agent, &site.url("/")).await;
    desk.kill();
    desk.execute("update runs set state = 'running', ended_at = null, cut_offs = 2");
    site.forgets();
    desk.restart().await;
    let state = async |desk: &Desk, wanted: &str| {
        until(&format!("the run is {wanted}"), &desk.log, || async {
            let shown = desk.cli(&["knowledge", "show", &site.url("/"), "--json"]).await.json();
            (shown["run"]["state"] == wanted).then_some(shown)
        })
        .await
    };
    state(&desk, "done").await;
    assert!(!site.visited().is_empty(), "it was tried again");
    desk.kill();
    desk.execute("update runs set state = 'running', ended_at = null, cut_offs = 3");
    site.forgets();
    desk.restart().await;
    let shown = state(&desk, "failed").await;
    assert!(shown["run"]["problem"].to_string().contains("3 times"), "{shown}");
    assert!(site.visited().is_empty(), "{:?}", site.visited());
    assert_eq!(paths(&desk), ["/"], "what is known stays");
    desk.cli(&["knowledge", "refresh", &site.url("/")]).await.succeeded();
    assert_eq!(state(&desk, "done").await["run"]["problem"], Value::Null);
}
