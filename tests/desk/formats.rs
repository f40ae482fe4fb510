//! Formats beside text: PDF, Word, CSV, questions with answers. What a visitor is told from them, and that no file, however
//! hostile, does more than fail alone.

use serde_json::Value;

use crate::{
    harness::{Agent, Desk, SHOP, Setup},
    pages,
    papers::{self, paper, paragraph, word},
    scripted::{Page, Site},
};

async fn add(desk: &Desk, agent: &Agent, name: &str) -> Value {
    let path = desk.folder.path(name);
    let path = path.to_str().unwrap();
    let base = "https://shop.example/";
    desk.cli(&["knowledge", "add", "--agent", &agent.id, "--base-url", base, path, "--json"])
        .await
        .json()
}

fn reason<'a>(added: &'a Value, path: &str) -> &'a str {
    let skipped = added["skipped"].as_array().expect("a list");
    let found = skipped.iter().find(|file| file["path"] == path);
    found.unwrap_or_else(|| panic!("{path} in {added}"))["reason"].as_str().expect("a reason")
}

fn bodies(desk: &Desk) -> String {
    let rows = desk
        .rows("select heading || ': ' || body from passages order by page_id, position", |row| {
            row.get::<_, String>(0)
        });
    rows.join("\n---\n")
}

const WARRANTY: &[(u32, &str)] = &[
    (22, "Warranty"),
    (11, "Every frame is covered for ten years against cracks and broken welds, for the first"),
    (
        11,
        "owner. The receipt is all that we ask for, and a look at the serial number below the sad-",
    ),
    (11, "dle. Wheels are covered for two years."),
];
const CLAIMS: &[(u32, &str)] = &[
    (16, "Claims"),
    (
        11,
        "Send a claim by letter within fourteen days after the damage was found, with a photo of it,",
    ),
    (11, "and keep the broken part until we have answered, which takes five working days at most."),
];

#[tokio::test]
async fn a_pdf_is_cited_with_its_page() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    desk.folder.write("papers/warranty.pdf", paper(&[WARRANTY, CLAIMS]));
    let added = add(&desk, &agent, "papers").await;
    assert_eq!(added["pages"], 1, "{added}");
    let visitor = desk.visitor(&agent).await;
    let answer = visitor.asks("How many years is the frame covered?").await;
    assert!(answer.text.contains("ten years against cracks"), "{answer:?}");
    assert_eq!(answer.citations[0]["url"], "https://shop.example/warranty.pdf#page=1");
    assert_eq!(answer.citations[0]["title"], "Warranty");
    let answer = visitor.asks("Within how many days must I send a claim?").await;
    assert!(answer.text.contains("fourteen days"), "{answer:?}");
    assert_eq!(answer.citations[0]["url"], "https://shop.example/warranty.pdf#page=2");
    assert!(bodies(&desk).contains("below the saddle."), "{}", bodies(&desk));
    let again = add(&desk, &agent, "papers").await;
    assert_eq!(again["unchanged"], 1, "{again}");
}

#[tokio::test]
async fn a_pdf_whose_table_of_objects_is_broken_is_read_all_the_same() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let whole = paper(&[WARRANTY, CLAIMS]);
    let table = whole.windows(5).rposition(|word| word == b"xref\n").unwrap();
    desk.folder.write("papers/cut.pdf", &whole[..table]);
    let shifted = [b"%PDF-1.4 a line that moves all\n", whole.as_slice()].concat();
    desk.folder.write("papers/shifted.pdf", shifted);
    let added = add(&desk, &agent, "papers").await;
    assert_eq!(added["pages"], 2, "{added}");
    assert_eq!(bodies(&desk).matches("fourteen days").count(), 2);
}

/// Each says that lamps go back; all but the last are open to whoever has no password. Made by qpdf, one for each of the
/// standard's ciphers.
const ENCRYPTED: [(&str, &[u8]); 6] = [
    ("rc4-40", include_bytes!("encrypted/rc4-40.pdf")),
    ("rc4-128", include_bytes!("encrypted/rc4-128.pdf")),
    ("aes-128", include_bytes!("encrypted/aes-128.pdf")),
    ("aes-256-r5", include_bytes!("encrypted/aes-256-r5.pdf")),
    ("aes-256", include_bytes!("encrypted/aes-256.pdf")),
    ("with-password", include_bytes!("encrypted/with-password.pdf")),
];

#[tokio::test]
async fn a_pdf_that_only_must_not_be_changed_is_read() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    for (name, bytes) in ENCRYPTED {
        desk.folder.write(&format!("papers/{name}.pdf"), bytes);
        // Without its table of objects, too.
        let cut = bytes.windows(9).rposition(|word| word == b"startxref").unwrap();
        desk.folder.write(&format!("papers/{name}-cut.pdf"), &bytes[..cut]);
    }
    let added = add(&desk, &agent, "papers").await;
    assert_eq!(added["pages"], 10, "{added}");
    for name in ["with-password.pdf", "with-password-cut.pdf"] {
        assert!(reason(&added, name).contains("encrypted"), "{added}");
    }
    let bodies = bodies(&desk);
    assert_eq!(bodies.matches("Lamps go back within thirty days.").count(), 10, "{bodies}");
    let titles = desk.rows("select title from pages", |row| row.get::<_, String>(0));
    let named = titles.iter().filter(|title| *title == "House rules of the lamp shop").count();
    assert!(named >= 5, "{titles:?}");
}

#[tokio::test]
async fn a_word_document_keeps_its_headings_lists_and_tables() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph("", text));
    let row = |a: &str, b: &str| format!("<w:tr>{}{}</w:tr>", cell(a), cell(b));
    let bold = |text: &str| format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>");
    let item = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"2\"/></w:numPr>";
    let body = [
        paragraph("<w:pStyle w:val=\"Mine\"/>", "Booking"),
        "<w:p><w:r><w:t>Book a slot </w:t></w:r><w:hyperlink r:id=\"r1\"><w:r><w:t>on our site</w:t></w:r></w:hyperlink>\
         <w:r><w:t>, three days ahead &amp; not later.</w:t></w:r><w:del><w:r><w:delText>Call us.</w:delText></w:r></w:del></w:p>"
            .to_owned(),
        paragraph(item, "Bring the bike"),
        paragraph(item, "Leave the keys"),
        bold("What is not covered"),
        paragraph("", "Worn brake pads and rust."),
        bold("Signed by the workshop"),
        paragraph("<w:pStyle w:val=\"H1\"/>", "Prices"),
        format!("<w:tbl>{}{}{}</w:tbl>", row("Service", "Price"), row("Brake check", "15 euros"), row("Full service", "89 euros")),
    ];
    desk.folder.write("papers/workshop.docx", word(&body.concat()));
    let added = add(&desk, &agent, "papers").await;
    assert_eq!(added["pages"], 1, "{added}");
    let text = bodies(&desk);
    for kept in [
        "Booking: Book a slot [on our site](https://x.example/book), three days ahead & not later.\n\n1. Bring the bike\n1. Leave",
        "What is not covered: Worn brake pads and rust.\n\nSigned by the workshop",
        "Prices: | Service | Price |\n| --- | --- |\n| Brake check | 15 euros |",
    ] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
    assert!(!text.contains("Call us"), "what was deleted is gone: {text}");
    let answer = desk.visitor(&agent).await.asks("What does a brake check cost?").await;
    assert!(answer.text.contains("15 euros") && !answer.text.contains("89"), "{answer:?}");
    assert_eq!(answer.citations[0]["title"], "Workshop & more");
}

#[tokio::test]
async fn fifty_thousand_rows_go_in_and_each_says_what_its_cells_mean() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let rows = (0..50_000).map(|row| format!("Bolt{row};{},5 euros;{}\r\n", row % 90, row % 7));
    desk.folder
        .write("lists/parts.csv", format!("Part;Price;Shelf\r\n{}", rows.collect::<String>()));
    let added = add(&desk, &agent, "lists").await;
    assert_eq!(added["skipped"].as_array().unwrap().len(), 0, "{added}");
    let answer = desk.visitor(&agent).await.asks("What price is Bolt4711?").await;
    assert!(answer.text.contains("**Bolt4711** – Price: 31,5 euros; Shelf: 0"), "{answer:?}");
    let without = desk.rows(
        "select count(*) from passages where body not like '| Part | Price | Shelf |%'",
        |row| row.get::<_, u32>(0),
    );
    assert_eq!(without, [0], "each passage has the names of its columns");
}

const FAQ: &str = "Question,Answer,URL,Title,Language\r\n\
    \"How long can I return things?\",\"**42 days**, counted from the day of delivery.\n\n- unused items only\n- \
    no bikes that were ridden outdoors\",/returns,Returns,en\r\n\
    \"Do you ship to Norway?\",\"Yes. It takes six days. It costs £14.50 [7].\",,,\r\n\
    \"Is there parking?\",\"<p>Two <b>free</b> places<br>in the yard.</p><script>x</script>\",javascript:alert(1),,\r\n\
    \"Was kostet der Versand?\",\"Der Versand kostet 9,90 Euro.\",,,de\r\n\
    \"A question without its answer\",,,,\r\n";

#[tokio::test]
async fn an_answered_question_is_told_as_it_stands() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    desk.folder.write("answers/faq.csv", FAQ);
    desk.folder.write("answers/hours.md", pages::HOURS.1);
    let more = r#"[{"question": "Who founded the shop?", "answer": "Ada Heron, in 1987.", "url": "https://shop.example/about"}]"#;
    desk.folder.write("answers/more.json", more);
    desk.folder.write(
        "answers/lines.jsonl",
        "{\"q\": \"May I bring a dog?\", \"a\": \"On a lead, yes.\"}\n",
    );
    desk.folder.write("answers/package.json", "{\"name\": \"x\", \"files\": []}");
    let added = add(&desk, &agent, "answers").await;
    assert_eq!(added["pages"], 7, "{added}");
    assert!(reason(&added, "faq.csv").ends_with("without a question or an answer: 1"), "{added}");
    assert!(reason(&added, "package.json").contains("no list of questions"), "{added}");
    let visitor = desk.visitor(&agent).await;
    for (question, told, url, title) in [
        (
            "how long can i return things",
            "**42 days**, counted from the day of delivery.\n\n- unused items only\n- no bikes that were ridden outdoors [1]",
            "https://shop.example/returns",
            "Returns",
        ),
        // In other words, and so with its question; and its number in brackets is no citation.
        (
            "Do you deliver to Norway?",
            "**Do you ship to Norway?** Yes. It takes six days. It costs £14.50 (7). [1]",
            "https://shop.example/faq.csv",
            "Do you ship to Norway?",
        ),
        (
            "Who founded your shop?",
            "Ada Heron, in 1987. [1]",
            "https://shop.example/about",
            "Who founded the shop?",
        ),
        (
            "May I bring my dog?",
            "On a lead, yes. [1]",
            "https://shop.example/lines.jsonl",
            "May I bring a dog?",
        ),
    ] {
        let answer = visitor.asks(question).await;
        assert_eq!(answer.text, told, "{question}");
        assert!(answer.cites(url), "{question}: {:?}", answer.citations);
        assert_eq!(answer.citations[0]["title"], title);
    }
    let answer = visitor.asks("Is there any parking?").await;
    assert!(answer.text.contains("free") && !answer.text.contains('<'), "{answer:?}");
    assert!(answer.cites("https://shop.example/faq.csv"), "no link runs a script: {answer:?}");
    let answer = visitor.asks("When do you open on Saturday?").await;
    assert!(answer.cites("https://shop.example/hours"), "other pages are there too: {answer:?}");
    // A pair that changed is written anew, one that went is forgotten, the others cost nothing.
    desk.folder.write(
        "answers/faq.csv",
        FAQ.replace("14.50", "16").replace("Is there parking", "May I park"),
    );
    let again = add(&desk, &agent, "answers").await;
    assert_eq!((&again["pages"], &again["unchanged"]), (&7.into(), &5.into()), "{again}");
}

#[tokio::test]
async fn a_website_gives_its_pdf_and_word_files_too() {
    let site = Site::start();
    let links = ["/warranty.pdf", "/files/workshop", "/logo.png"];
    let book = word(&paragraph(
        "",
        "Book a slot in the workshop three days ahead, or come on Monday without one.",
    ));
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    site.has(
        "/",
        Page::about("The shop", "We sell and repair sturdy bicycles for the city.", &links),
    )
    .has("/warranty.pdf", Page::of("application/pdf", paper(&[WARRANTY, CLAIMS])))
    .has("/files/workshop", Page::of(kind, book));
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let url = site.url("/");
    let added = desk.cli(&["knowledge", "add", "--agent", &agent.id, &url, "--json"]).await.json();
    assert_eq!(added["pages"], 3, "{added}");
    let visitor = desk.visitor(&agent).await;
    let answer = visitor.asks("Within how many days must I send a claim?").await;
    assert!(answer.cites(&site.url("/warranty.pdf#page=2")), "{answer:?}");
    let answer = visitor.asks("How many days ahead do I book the workshop?").await;
    assert!(answer.cites(&site.url("/files/workshop")), "{answer:?}");
}

#[tokio::test]
async fn a_hostile_file_fails_alone_and_says_why() {
    let desk = Setup::default().closed();
    let agent = desk.agent_on(SHOP).await;
    let font = "/Font<</F<</Type/Font/Subtype/Type0/Encoding/Identity-H>>>>";
    let tree = |kids: &str| {
        papers::pdf(
            &[
                b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
                format!("<</Type/Pages/Count 9/Kids[{kids}]>>").into_bytes(),
            ],
            "",
        )
    };
    let draws = |name: &str, times: usize| format!("/{name} Do ").repeat(times).into_bytes();
    let form = |inner: &str, id: u32| {
        papers::stream(
            &format!("/Type/XObject/Subtype/Form/Resources<</XObject<</{inner} {id} 0 R>>>>"),
            &draws(inner, 99),
        )
    };
    let forms = [form("B", 6), form("C", 7), form("A", 5)];
    let zeros = vec![b' '; 49 << 20];
    let deep = format!("{}x{}", "<w:p>".repeat(200_000), "</w:p>".repeat(200_000));
    let entities = "<!DOCTYPE d [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>\
        <w:document><w:body><w:p><w:r><w:t>&c;</w:t></w:r></w:p></w:body></w:document>";
    let files: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "encrypted.pdf",
            papers::pdf(
                &[b"<</Pages 2 0 R>>".to_vec(), b"<</Kids[]>>".to_vec()],
                "/Encrypt<</V 1>>",
            ),
            "encrypted",
        ),
        (
            "scan.pdf",
            papers::page(
                "/XObject<</I 5 0 R>>",
                b"/I Do",
                &[papers::stream("/Subtype/Image", b"x")],
            ),
            "pictures",
        ),
        ("unmapped.pdf", papers::page(font, b"BT /F 9 Tf <00010002> Tj ET", &[]), "fonts"),
        ("no.pdf", b"<html>404 not found".to_vec(), "no PDF"),
        ("half.pdf", b"%PDF-1.7\n1 0 obj\n<</Type/Cat".to_vec(), "broken"),
        ("circle.pdf", tree("2 0 R 2 0 R"), "no text"),
        ("forms.pdf", papers::page("/XObject<</A 5 0 R>>", &draws("A", 99), &forms), "no text"),
        ("bomb.pdf", papers::page("", &zeros, &[]), "no text"),
        ("nested.pdf", papers::page("", &b"[".repeat(1 << 20), &[]), "no text"),
        (
            "prev.pdf",
            b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF".to_vec(),
            "broken",
        ),
        (
            "bomb.docx",
            papers::archive(&[("word/document.xml", &zeros)]),
            "unpacks to more than 32 MB",
        ),
        (
            "entities.docx",
            papers::archive(&[("word/document.xml", entities.as_bytes())]),
            "no text",
        ),
        ("deep.docx", papers::archive(&[("word/document.xml", deep.as_bytes())]), "no text"),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on".to_vec(), "encrypted"),
        ("sheet.docx", papers::archive(&[("xl/workbook.xml", b"<x/>")]), "no Word document"),
        ("cut.docx", word("").split_off(40), "no Word document"),
        ("wide.csv", format!("{}\n1", "a,".repeat(5000)).into_bytes(), "columns"),
        ("header.csv", b"question,answer\n".to_vec(), "no question"),
        ("deep.json", b"[".repeat(1 << 20), "no JSON"),
        ("number.json", b"7".to_vec(), "no list of questions"),
    ];
    for (name, bytes, _) in &files {
        desk.folder.write(&format!("hostile/{name}"), bytes);
    }
    let huge = desk.folder.write("hostile/huge.html", "<p>");
    std::fs::File::options().write(true).open(huge).unwrap().set_len(100 << 20).unwrap();
    desk.folder.write(
        "hostile/deep.html",
        format!("<h1>Deep</h1>{}the well is deep and has water", "<div>".repeat(500_000)),
    );
    desk.folder.write("hostile/hours.md", pages::HOURS.1);
    let added = add(&desk, &agent, "hostile").await;
    for (name, _, why) in &files {
        assert!(reason(&added, name).contains(why), "{name}: {}", reason(&added, name));
    }
    assert!(reason(&added, "huge.html").contains("larger than 10 MB"), "{added}");
    assert_eq!(added["pages"], 2, "the others are there: {added}");
}
