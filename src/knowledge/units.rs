//! A passage taken apart into what can be said alone: sentences, list items, table rows with what their columns mean,
//! blocks of code. Promise: plain text, in reading order, each knowing its block, its heading and the line that
//! introduces it.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{bold, rows, sentences, sentences::tidy};

/// A list item or a row longer than this is told sentence by sentence. In bytes.
const LONGEST_ITEM: usize = 320;
/// An item longer than this names nothing for the items below it. In bytes.
const LONGEST_NAME: usize = 80;
/// Headings that stand above each other are joined with this.
pub const BELOW: &str = " › ";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Sentence,
    /// Of a list; with its number, if it has one.
    Item(Option<u64>),
    /// Of a table.
    Row,
    /// A block of code, with its lines.
    Code,
}

#[derive(Debug, Clone)]
pub struct Unit {
    pub text: String,
    pub kind: Kind,
    /// Units of one paragraph, list or table have the same.
    pub block: usize,
    /// The headings that stand above it in the passage itself, the innermost last.
    pub heading: String,
    /// What it is about: of a row its first cell, of an item in an item that one.
    pub subject: String,
    /// The unit that introduces this one: "You may send back:".
    pub intro: Option<usize>,
    /// All of it is a link: it names another page.
    pub leads: bool,
}

/// Units of a passage that have vectors of their own, the first ones; few passages have more.
pub const EMBEDDED: usize = 64;

/// Those of a passage in Markdown.
pub fn units(markdown: &str) -> Vec<Unit> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        reader.read(event);
    }
    reader.flush();
    reader.units
}

#[derive(Default)]
struct Reader {
    units: Vec<Unit>,
    text: String,
    headings: Vec<(HeadingLevel, String)>,
    block: usize,
    /// For each list that is open, the number of its next item, and the item above that it belongs to.
    lists: Vec<(Option<u64>, String)>,
    intro: Option<usize>,
    header: Vec<String>,
    cells: Vec<String>,
    /// Where a link's text began, and where the link goes.
    link: Option<(usize, String)>,
    /// Bytes of the text that were links.
    linked: usize,
    /// The running text before the code that is read.
    before_code: Option<String>,
    /// Where the text in bold ends that the paragraph begins with.
    bold: Option<usize>,
    /// Within how many images, whose descriptions are no sentences, and words that were struck out.
    unsaid: usize,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) if self.unsaid == 0 => self.text.push_str(&text),
            Event::SoftBreak => self.text.push('\n'),
            Event::HardBreak => self.text.push_str(sentences::LINE_BREAK),
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::BlockQuote(_) if self.lists.is_empty() => self.flush(),
            Tag::CodeBlock(_) => self.before_code = Some(std::mem::take(&mut self.text)),
            Tag::Paragraph if !self.text.is_empty() => self.text.push(' '),
            // The name of the item: "Duo", and below it what it costs.
            Tag::Heading { .. } if !self.lists.is_empty() => {}
            Tag::Heading { .. } => {
                self.flush();
                self.intro = None;
            }
            Tag::List(first) => {
                let named = if self.lists.is_empty() { String::new() } else { tidy(&self.text) };
                self.flush();
                if self.lists.is_empty() {
                    self.block += 1;
                    self.intro = self.units.len().checked_sub(1).filter(|&last| {
                        let last = &self.units[last];
                        last.kind == Kind::Sentence && last.text.ends_with([':', '：'])
                    });
                }
                let above = self.units.last().filter(|unit| {
                    named == unit.text || unit.text.ends_with(&format!(": {named}"))
                });
                let above = above.filter(|_| !named.is_empty()).map(|unit| unit.text.clone());
                self.lists.push((first, above.unwrap_or_default()));
            }
            Tag::Table(_) => {
                self.flush();
                self.block += 1;
                self.header.clear();
            }
            Tag::TableRow | Tag::TableHead => self.cells.clear(),
            Tag::Link { dest_url, .. } => {
                self.link = Some((self.text.len(), dest_url.into_string()));
            }
            Tag::Image { .. } | Tag::Strikethrough => self.unsaid += 1,
            Tag::Strong if self.lists.is_empty() && self.bold.is_none_or(|end| end == 0) => {
                self.bold = self.text.is_empty().then_some(0);
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph if self.lists.is_empty() => self.flush(),
            TagEnd::Heading(_) if !self.lists.is_empty() => {
                if self.text.ends_with(char::is_alphanumeric) {
                    self.text.push(':');
                }
                self.text.push(' ');
            }
            TagEnd::Heading(level) => {
                let heading = tidy(&std::mem::take(&mut self.text));
                self.headings.retain(|(above, _)| *above < level);
                self.headings.push((level, heading));
                self.block += 1;
            }
            TagEnd::Item => {
                self.flush();
                if let Some((Some(number), _)) = self.lists.last_mut() {
                    *number += 1;
                }
            }
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.block += 1;
                    self.intro = None;
                }
            }
            TagEnd::TableCell => self.cells.push(tidy(&std::mem::take(&mut self.text))),
            TagEnd::TableHead => self.header = std::mem::take(&mut self.cells),
            TagEnd::TableRow => {
                let cells = std::mem::take(&mut self.cells);
                self.add_row(rows::text(&self.header, &cells), cells.first());
            }
            TagEnd::Table => self.block += 1,
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::BlockQuote(_) => self.flush(),
            TagEnd::Link => {
                if let Some((start, target)) = self.link.take() {
                    self.linked += self.text.len().saturating_sub(start);
                    self.name_address(start, &target);
                }
            }
            TagEnd::Strong if self.bold == Some(0) => self.bold = Some(self.text.len()),
            TagEnd::Image | TagEnd::Strikethrough => self.unsaid = self.unsaid.saturating_sub(1),
            _ => {}
        }
    }

    /// A line of code in an item stays in it; other code stands alone, after what was said before it.
    fn end_code(&mut self) {
        let code = std::mem::take(&mut self.text);
        let code = code.trim_end().trim_start_matches('\n');
        self.text = self.before_code.take().unwrap_or_default();
        if !self.lists.is_empty() && !code.contains('\n') {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(code);
            self.text.push(' ');
            return;
        }
        self.flush();
        let intro = self.intro;
        let before = self.units.len().checked_sub(1);
        self.intro = before.filter(|&last| self.units[last].text.ends_with([':', '：']));
        self.block += 1;
        self.add(code.to_owned(), Kind::Code);
        self.block += 1;
        self.intro = intro;
    }

    /// A link's text stays alone, but for an address that it hides: "write to us (desk@shop.example)".
    fn name_address(&mut self, start: usize, target: &str) {
        let Some(address) = target.strip_prefix("mailto:").or_else(|| target.strip_prefix("tel:"))
        else {
            return;
        };
        let address = address.split('?').next().unwrap_or_default();
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let shown = self.text.get(start..).unwrap_or_default();
        let is_shown =
            shown.contains(address) || target.starts_with("tel:") && digits(shown).len() >= 5;
        if !is_shown && !address.is_empty() && !address.contains(['{', ' ']) {
            self.text.push_str(" (");
            self.text.push_str(address);
            self.text.push(')');
        }
    }

    /// Ends the running text: a paragraph, or an item of a list.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let leads = std::mem::take(&mut self.linked) >= text.trim().len();
        let bold = self.bold.take();
        if text.trim().is_empty() {
            return;
        }
        if let Some((number, above)) = self.lists.last() {
            let (number, item) = (*number, tidy(&text));
            if item.len() <= LONGEST_ITEM {
                // "5 clients" says nothing without the plan that it is of.
                let subject = match above.trim_end_matches([':', '：']) {
                    name if name.len() <= LONGEST_NAME => name.to_owned(),
                    _ => String::new(),
                };
                let named = !subject.is_empty();
                let item = if named { format!("{subject}: {item}") } else { item };
                let before = self.units.len();
                self.add(item, Kind::Item(number));
                if let Some(added) = self.units.get_mut(before) {
                    (added.leads, added.subject) = (leads, subject);
                }
            } else {
                self.block += 1;
                self.add_sentences(&item);
                self.block += 1;
            }
            return;
        }
        self.block += 1;
        if text.trim_start().starts_with('|') {
            // Rows of a table whose head is in another passage.
            for line in text.lines() {
                let cells: Vec<String> =
                    line.trim().trim_matches('|').split('|').map(tidy).collect();
                if !cells.iter().all(|cell| cell.bytes().all(|byte| b"-: ".contains(&byte))) {
                    self.add_row(rows::text(&[], &cells), cells.first());
                }
            }
        } else if let Some((name, rest)) = bold.and_then(|end| bold::name(&text, end)) {
            let (name, rest) = (name.to_owned(), tidy(rest));
            let first = sentences::split(&rest).first().map_or(0, |first| first.len());
            // Nothing is lost where the name is a sentence: "Sold out. The next course is in May."
            self.add(tidy(&format!("{name}. {}", &rest[..first])), Kind::Sentence);
            self.headings.push((HeadingLevel::H6, name));
            self.add_sentences(rest[first..].trim_start());
            self.headings.pop();
        } else {
            self.add_sentences(&tidy(&text));
        }
    }

    fn add_sentences(&mut self, text: &str) {
        for sentence in sentences::split(text) {
            self.add(sentence.to_owned(), Kind::Sentence);
        }
    }

    fn add_row(&mut self, text: String, subject: Option<&String>) {
        let before = self.units.len();
        self.add(text, Kind::Row);
        let added = self.units.get_mut(before).zip(subject);
        if let Some((row, subject)) = added {
            row.subject.clone_from(subject);
        }
    }

    fn add(&mut self, text: String, kind: Kind) {
        if text.chars().any(char::is_alphanumeric) {
            let headings: Vec<&str> =
                self.headings.iter().map(|(_, heading)| heading.as_str()).collect();
            let intro = self.intro.filter(|_| kind != Kind::Row);
            let (heading, subject) = (headings.join(BELOW), String::new());
            let (block, leads) = (self.block, false);
            self.units.push(Unit { text, kind, block, heading, subject, intro, leads });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(markdown: &str) -> Vec<String> {
        units(markdown).into_iter().map(|unit| unit.text).collect()
    }

    #[test]
    fn paragraphs_become_sentences_without_marks() {
        let markdown = "# Top\n\n**We** ship [fast](https://x.example).\nWrite to [us](mailto:a@b.example?x) ![pic](p.png). See [1].";
        assert_eq!(texts(markdown), ["We ship fast.", "Write to us (a@b.example) .", "See [1]."]);
        assert_eq!(units(markdown)[0].heading, "Top");
    }

    #[test]
    fn what_stands_after_a_name_is_said_of_it() {
        let units = units("## Parking\n\n**Quayside.** 85 spaces. Permits cost £96.\n\nNo vans.");
        let said: Vec<_> = units.iter().map(|unit| (unit.heading.as_str(), &*unit.text)).collect();
        let quayside = "Parking › Quayside";
        assert_eq!(
            said,
            [
                ("Parking", "Quayside. 85 spaces."),
                (quayside, "Permits cost £96."),
                ("Parking", "No vans.")
            ]
        );
    }

    #[test]
    fn lists_know_what_introduces_them() {
        let units = units(
            "You may return:\n\n* lamps\n  * unused\n* chairs,\n  folded\n\n1. Open it.\n2. Shut it.",
        );
        let found: Vec<_> = units.iter().map(|unit| (unit.text.as_str(), unit.intro)).collect();
        assert_eq!(
            found[..4],
            [
                ("You may return:", None),
                ("lamps", Some(0)),
                ("lamps: unused", Some(0)),
                ("chairs, folded", Some(0))
            ]
        );
        assert_eq!(units[5].kind, Kind::Item(Some(2)));
    }

    #[test]
    fn items_say_what_they_belong_to_and_whether_they_lead_elsewhere() {
        let plans = "- Starter\n  - Clients:\n    - 5\n- Pro\n  - 50 clients";
        assert_eq!(
            texts(plans),
            ["Starter", "Starter: Clients:", "Starter: Clients: 5", "Pro", "Pro: 50 clients"]
        );
        let links =
            units("- [Prices](https://a.example/prices)\n- See [prices](https://a.example/prices)");
        assert_eq!(links.iter().map(|unit| unit.leads).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn code_keeps_its_lines_and_an_item_its_name() {
        let units = units("To remove it:\n\n```sh\nstop it\n  rm it # [1]\n```\n\nDone.");
        let said: Vec<_> = units.iter().map(|unit| (unit.text.as_str(), &unit.kind)).collect();
        assert_eq!(
            said,
            [
                ("To remove it:", &Kind::Sentence),
                ("stop it\n  rm it # [1]", &Kind::Code),
                ("Done.", &Kind::Sentence)
            ]
        );
        assert_eq!(units[1].intro, Some(0));
        let steps = "1. Start it:\n\n   ```\n   serve --now\n   ```\n2. Look:\n\n   ```\n   a\n   b\n   ```";
        assert_eq!(texts(steps), ["Start it: serve --now", "Look:", "a\nb"]);
        assert_eq!(
            texts("- ### [Duo](x)\n\n  £40\n- ### Solo\n\n  £20"),
            ["Duo: £40", "Solo: £20"]
        );
    }

    #[test]
    fn rows_say_what_their_cells_mean() {
        let table = "| Zone | Price | Free from |\n| --- | --- | --- |\n| EU | 9.90 € | – |\n| UK | £4 | £30 |";
        assert_eq!(
            texts(table),
            ["Zone: EU; Price: 9.90 €", "Zone: UK; Price: £4; Free from: £30"]
        );
        assert_eq!(
            texts("| Day | Hours |\n| --- | --- |\n| Monday | closed |"),
            ["Day: Monday; Hours: closed"]
        );
        assert_eq!(texts("| | |\n| --- | --- |\n| Monday | closed |"), ["Monday: closed"]);
        assert_eq!(texts("| EU | 9.90 € | – |\n| UK | £4 | £30 |"), ["EU; 9.90 €", "UK; £4; £30"]);
    }
}
