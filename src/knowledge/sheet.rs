//! Tables as files (CSV): rows as Markdown in which each cell keeps what its column is called. Short rows become one
//! table, long ones a list each.

use csv::{ReaderBuilder, StringRecord};

use super::pairs::{self, Columns, Pair};

/// Rows that are read, and cells of one.
const ROWS: usize = 200_000;
const CELLS: usize = 200;
/// Bytes of a row that still reads well in a table, and of the names of its columns.
const ROW: usize = 400;
const NAMES: usize = 500;
/// Bytes of a column's name where each record repeats it.
const NAME: usize = 200;
/// Bytes of a cell that can stand above the others as a heading.
const HEADING: usize = 120;

#[derive(Default)]
pub(super) struct Sheet {
    pub markdown: String,
    /// Where the columns are questions and answers, these instead.
    pub pairs: Vec<Pair>,
    pub left_out: Option<String>,
}

/// # Errors
/// The reason for people: "has no rows".
pub(super) fn read(text: &str, base: Option<&url::Url>) -> Result<Sheet, String> {
    let (text, delimiter) = delimiter(text);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = reader
        .records()
        .map_while(Result::ok)
        .filter(|row| !row.iter().all(|cell| cell.trim().is_empty()));
    let names = rows.next().ok_or("has no rows")?;
    if names.len() > CELLS {
        return Err(format!("has more than {CELLS} columns"));
    }
    let columns = Columns::of(names.iter());
    if let Some(line) = unclosed(text, delimiter, columns.is_some()) {
        return Err(format!("has a quote that begins in line {line} and is not closed"));
    }
    let most = if columns.is_some() { pairs::MOST } else { ROWS };
    let mut rows = rows.enumerate();
    let mut sheet = Sheet::default();
    if let Some(columns) = columns {
        let mut incomplete = 0;
        for (_, row) in rows.by_ref().take(most) {
            match columns.pair(|column| row.get(column), base) {
                Some(pair) => sheet.pairs.push(pair),
                None => incomplete += 1,
            }
        }
        sheet.left_out = (incomplete > 0)
            .then(|| format!("has rows without a question or an answer: {incomplete}"));
        if sheet.pairs.is_empty() {
            return Err("has no question with an answer".into());
        }
    } else {
        let lines = text.lines().count().max(1);
        let is_table = names.len() > 1
            && text.len() / lines <= ROW
            && names.iter().map(str::len).sum::<usize>() <= NAMES;
        sheet.markdown = String::with_capacity(text.len() * 5 / 4);
        if is_table {
            add_cells(&mut sheet.markdown, &names, names.len());
            sheet.markdown.push_str(&format!("|{}\n", " --- |".repeat(names.len())));
        }
        let mut any = false;
        for (number, row) in rows.by_ref().take(most) {
            any = true;
            if is_table {
                add_cells(&mut sheet.markdown, &row, names.len());
            } else {
                add_record(&mut sheet.markdown, &names, &row, number + 1);
            }
        }
        if !any {
            return Err("has no rows under the names of its columns".into());
        }
    }
    if rows.next().is_some() {
        sheet.left_out = Some(format!("is long: only its first {most} rows were read"));
    }
    Ok(sheet)
}

/// The line in which a cell's quote begins that has no end, with which the rows after it would vanish; if `is_strict` also
/// one after whose end the cell goes on, as its end was meant to begin another.
fn unclosed(text: &str, delimiter: u8, is_strict: bool) -> Option<usize> {
    let (mut line, mut begun, mut is_start) = (1, None, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if begun.is_some() => {
                let next = bytes.peek().copied();
                if next == Some(b'"') {
                    bytes.next();
                } else if is_strict && next.is_some_and(|next| next.is_ascii_alphanumeric()) {
                    return begun;
                } else {
                    begun = None;
                }
            }
            b'"' if is_start => begun = Some(line),
            _ => {}
        }
        line += usize::from(byte == b'\n');
        is_start = begun.is_none() && (byte == delimiter || matches!(byte, b'\n' | b'\r'));
    }
    begun
}

/// What parts the cells: the sign that the first lines hold most often; Excel may name it in a line of its own.
fn delimiter(text: &str) -> (&str, u8) {
    if let Some(rest) = text.strip_prefix("sep=")
        && let Some((sign, rest)) = rest.split_once('\n')
        && let [sign] = sign.trim_end_matches('\r').as_bytes()
    {
        return (rest, *sign);
    }
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in text.bytes().take(4096) {
        quoted ^= byte == b'"';
        if byte == b'\n' && !quoted && counts.iter().any(|(_, count)| *count > 0) {
            break;
        }
        for (sign, count) in &mut counts {
            *count += usize::from(!quoted && *sign == byte);
        }
    }
    // The first of those that are as frequent.
    let best = counts.iter().rev().max_by_key(|(_, count)| *count);
    (text, best.map_or(b',', |(sign, _)| *sign))
}

fn add_cells(out: &mut String, row: &StringRecord, columns: usize) {
    out.push('|');
    for column in 0..columns {
        out.push(' ');
        out.push_str(&cell(row.get(column).unwrap_or_default()).replace('|', "\\|"));
        out.push_str(" |");
    }
    out.push('\n');
}

/// One row as a section of its own.
fn add_record(out: &mut String, names: &StringRecord, row: &StringRecord, number: usize) {
    let heading = row.iter().map(cell).find(|cell| !cell.is_empty() && cell.len() <= HEADING);
    let heading = heading.unwrap_or_else(|| number.to_string()).replace(['{', '}'], "");
    out.push_str(&format!("## {heading}\n\n"));
    for (column, value) in row.iter().take(CELLS).enumerate() {
        let value = cell(value);
        match names.get(column).map(cell).filter(|name| !name.is_empty()) {
            _ if value.is_empty() => {}
            Some(name) => {
                let name = &name[..name.floor_char_boundary(NAME)];
                out.push_str(&format!("- {name}: {value}\n"));
            }
            None => out.push_str(&format!("- {value}\n")),
        }
    }
    out.push('\n');
}

/// One line, single spaces.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::read;

    fn markdown(text: &str) -> String {
        read(text, None).map_or_else(|reason| reason, |sheet| sheet.markdown)
    }

    #[test]
    fn a_quote_without_an_end_is_said_and_swallows_nothing() {
        let why = |text: &str| read(text, None).err();
        let is_said = "has a quote that begins in line 2 and is not closed";
        for text in [
            "question,answer\nTar?,\"Yes, £4.\nRope?,\"Yes, £9.\"\n",
            "question,answer\nTar?,\"Yes\nRope?,No\n",
            "name;price\n\"Tar;4\nRope;9\n",
        ] {
            assert_eq!(why(text).as_deref(), Some(is_said), "{text}");
        }
        for text in [
            "question,answer\n\"Tar, \"\"black\"\"?\",\"Yes\n£4\"\r\nA 5\" pipe?,No\n\"Rope?\" ,\"\"\"No\"\"\"",
            "name;price\n\"Tar\"s;4\n5\" pipe;9\n",
        ] {
            assert_eq!(why(text), None, "{text}");
        }
    }

    #[test]
    fn rows_become_a_table_whatever_parts_their_cells() {
        let table = "| Part | Price |\n| --- | --- |\n| Bell, red | 9,90 € |\n| A\\|B | |\n";
        assert_eq!(
            markdown("Part;Price\r\nBell, red;9,90 €\r\n\r\nA|B;\r\n"),
            table.replace("B | |", "B |  |")
        );
        assert_eq!(
            markdown("sep=;\nA;B\n\"x\n;y\";2\n"),
            "| A | B |\n| --- | --- |\n| x ;y | 2 |\n"
        );
        assert_eq!(markdown("A\tB\n1\t2"), "| A | B |\n| --- | --- |\n| 1 | 2 |\n");
    }

    #[test]
    fn long_rows_become_a_list_each() {
        let long = "word ".repeat(200);
        let text = markdown(&format!("Name,About,Empty\nBell,{long},\nLamp,{long},\n"));
        assert!(
            text.starts_with(&format!(
                "## Bell\n\n- Name: Bell\n- About: {}\n\n## Lamp",
                long.trim()
            )),
            "{text}"
        );
    }

    #[test]
    fn says_why_there_is_nothing() {
        assert_eq!(markdown("\n\n"), "has no rows");
        assert_eq!(markdown("a,b\n"), "has no rows under the names of its columns");
    }
}
