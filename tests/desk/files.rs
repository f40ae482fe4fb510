//! Files as they lie about on real disks: what cannot be read is reported by name, the rest goes in.

use serde_json::Value;

use crate::{
    harness::{Agent, Desk, SHOP, Setup},
    pages,
};

async fn add(desk: &Desk, agent: &Agent, name: &str) -> Value {
    let path = desk.folder.path(name);
    let path = path.to_str().unwrap();
    let base = "https://shop.example/";
    desk.cli(&["knowledge", "add", "--agent", &agent.id, "--base-url", base, path, "--json"])
        .await
        .json()
}

async fn best(desk: &Desk, agent: &Agent, question: &str) -> Value {
    desk.cli(&["knowledge", "search", "--agent", &agent.id, question, "--json"]).await.json()[0]
        .clone()
}

fn reason<'a>(added: &'a Value, path: &str) -> &'a str {
    let skipped = added["skipped"].as_array().expect("a list");
    let found = skipped.iter().find(|file| file["path"].as_str().unwrap().ends_with(path));
    found.unwrap_or_else(|| panic!("{path} in {added}"))["reason"].as_str().expect("a reason")
}

#[tokio::test]
async fn a_mixed_folder_gives_its_pages_and_names_what_was_skipped() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    desk.folder.write("mixed/hours.md", pages::HOURS.1);
    desk.folder
        .write("mixed/binary.md", [0x7f, b'E', b'L', b'F', 0, 0, 0, 1, 2, 3, 0xff, 0xfe, 0, 0]);
    desk.folder.write("mixed/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    desk.folder.write("mixed/empty.md", "");
    desk.folder.write("mixed/blank.txt", " \n\t\n");
    desk.folder.write("mixed/heading.md", "# Returns\n");
    desk.folder.write(
        "mixed/broken.html",
        "<html><body><h1>Warranty<p>Frames are <b>covered for ten years<div></p></table>",
    );
    desk.folder.write("mixed/notes.txt", "Gift wrapping costs two euros per parcel.\n");
    let added = add(&desk, &agent, "mixed").await;
    assert_eq!(added["pages"], 3, "{added}");
    for skipped in ["binary.md", "picture.png", "empty.md", "blank.txt", "heading.md"] {
        assert!(reason(&added, skipped).len() > 3, "{added}");
    }
    assert_eq!(added["skipped"].as_array().unwrap().len(), 5, "{added}");
    assert_eq!(best(&desk, &agent, "opening hours on Saturday").await["path"], "hours.md");
    assert_eq!(
        best(&desk, &agent, "how long are frames covered by the warranty").await["path"],
        "broken.html"
    );
    assert_eq!(best(&desk, &agent, "what does gift wrapping cost").await["path"], "notes.txt");
}

#[tokio::test]
async fn a_text_that_is_not_utf8_is_read_as_what_it_is() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    desk.folder.write("old/hours.md", pages::HOURS.1);
    desk.folder
        .write("old/latin.txt", b"Das Caf\xe9 hat t\xe4glich ge\xf6ffnet, au\xdfer montags.\n");
    let added = add(&desk, &agent, "old").await;
    assert_eq!(added["pages"], 2, "{added}");
    let text = best(&desk, &agent, "Café täglich geöffnet").await["text"].to_string();
    assert!(text.contains("Café hat täglich geöffnet, außer montags"), "{text}");
}

#[tokio::test]
async fn what_is_no_text_is_named_and_left_out_whatever_it_is_called() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    // None of these bytes is a NUL, and all are ASCII.
    let bytes: Vec<u8> = b"Opening hours "
        .iter()
        .flat_map(|letter| [*letter, letter % 31 + 1])
        .cycle()
        .take(5000)
        .collect();
    for name in ["one.md", "two.txt", "three.html"] {
        desk.folder.write(&format!("odd/{name}"), &bytes);
    }
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let text = "\u{feff}# Closing time\n\nThe shop closes at six, the café at eight.\n";
    desk.folder.write("odd/wide.md", wide(text));
    let added = add(&desk, &agent, "odd").await;
    assert_eq!(added["pages"], 1, "{added}");
    for name in ["one.md", "two.txt", "three.html"] {
        assert_eq!(reason(&added, name), "is binary");
    }
    let found = best(&desk, &agent, "When does the café close?").await;
    assert_eq!(found["path"], "wide.md", "{found}");
}

#[tokio::test]
async fn a_page_of_html_loses_its_surroundings_and_keeps_its_words() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let page = "<!doctype html><html lang=en><head><title>Warranty – The Shop</title><style>p{color:red}</style></head><body>\
        <nav><a href=/>Home</a><a href=/jobs>Careers</a></nav><main><h1>Warranty</h1><p>Every frame is covered for ten years \
        against cracks and broken welds, for the first owner.</p><h2 id=wheels>Wheels</h2><p>Wheels are covered for two years, \
        rims and hubs included, if they were serviced once a year in a workshop.</p><table><tr><th>Part</th><th>Years</th></tr>\
        <tr><td>Frame</td><td>10</td></tr></table></main><div id=cookie-banner>We use cookies to sell you things</div>\
        <footer>Imprint and jobs</footer><script>var secret = 'script words';</script></body></html>";
    desk.folder.write("html/warranty.html", page);
    add(&desk, &agent, "html").await;
    let all = desk.rows(
        "select title, body, heading from passages join pages on pages.id = page_id",
        |row| {
            Ok(format!(
                "{} {} {}",
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?
            ))
        },
    );
    let all = all.join("\n");
    for kept in ["Warranty", "ten years", "Wheels", "two years", "Frame"] {
        assert!(all.contains(kept), "{kept} in {all}");
    }
    for dropped in ["script words", "color:red", "Careers", "cookies to sell", "Imprint"] {
        assert!(!all.contains(dropped), "{dropped} in {all}");
    }
}

#[tokio::test]
async fn five_megabytes_of_text_go_in_and_are_found() {
    use std::fmt::Write;
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let mut text = String::from("# Catalogue\n\n");
    let mut number = 0;
    while text.len() < 5 << 20 {
        number += 1;
        let heading =
            if number % 20 == 0 { format!("## Shelf {}\n\n", number / 20) } else { String::new() };
        write!(
            text,
            "{heading}Part {number} is made of brass, fits bracket {}, and costs {} euros.\n\n",
            number % 97,
            number % 53
        )
        .unwrap();
    }
    text.push_str("## The last shelf\n\nThe astrolabe is not for sale.\n");
    desk.folder.write("large/catalogue.md", &text);
    let added = add(&desk, &agent, "large").await;
    assert_eq!(added["pages"], 1, "{added}");
    assert!(added["passages"].as_u64().unwrap() > 1000, "{added}");
    let found = best(&desk, &agent, "Is the astrolabe for sale?").await;
    assert!(found["text"].as_str().unwrap().contains("astrolabe"), "{found}");
}

#[cfg(unix)]
#[tokio::test]
async fn links_out_of_the_folder_and_in_circles_do_no_harm() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    desk.folder.write("site/hours.md", pages::HOURS.1);
    desk.folder.write("private/secret.md", "# Secret\n\nThe safe opens with 4711.\n");
    std::os::unix::fs::symlink(desk.folder.path("private"), desk.folder.path("site/elsewhere"))
        .unwrap();
    std::os::unix::fs::symlink(desk.folder.path("site"), desk.folder.path("site/again")).unwrap();
    let added = add(&desk, &agent, "site").await;
    assert_eq!(added["pages"], 1, "{added}");
    let search = ["knowledge", "search", "--agent", &agent.id, "the safe opens with", "--json"];
    assert!(!desk.cli(&search).await.out.contains("4711"));
}
