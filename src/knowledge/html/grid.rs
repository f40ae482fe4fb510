//! Cells that go over several columns or rows, said again in each of them: Markdown has no such cells, and "$190" must stand
//! under "Pro yearly".

use super::writer::{is_short, tabled};

/// Columns that a cell may go over, and bytes that are said again in one table.
const COLUMNS: usize = 64;
const AGAIN: usize = 256 * 1024;

pub(super) struct Cell {
    /// Markdown.
    pub text: String,
    pub columns: usize,
    pub rows: usize,
}

#[derive(Default)]
pub(super) struct Grid {
    /// For each column, what hangs into the next rows, and into how many.
    hanging: Vec<(String, usize)>,
    again: usize,
}

impl Grid {
    /// The cells of the next row as they are seen.
    pub(super) fn row(&mut self, cells: Vec<Cell>) -> Vec<String> {
        let mut row = Vec::with_capacity(cells.len());
        // What stands alone is a title over all columns: once is enough.
        let is_title = cells.len() == 1 && self.hanging.iter().all(|(_, rows)| *rows == 0);
        for Cell { text, columns, rows } in cells {
            self.hang(&mut row);
            let most = COLUMNS.saturating_sub(row.len()).max(1);
            let columns = if is_title { 1 } else { columns.min(most) };
            let can_repeat = is_short(&text);
            let text = tabled(&text);
            for column in 0..columns {
                let said = if column == 0 { text.clone() } else { self.again(&text, can_repeat) };
                if rows > 1 && row.len() < COLUMNS {
                    self.hanging.resize(self.hanging.len().max(row.len() + 1), Default::default());
                    let below = if can_repeat { text.clone() } else { String::new() };
                    self.hanging[row.len()] = (below, rows - 1);
                }
                row.push(said);
            }
        }
        self.hang(&mut row);
        row
    }

    /// What still hangs ends here, as browsers show it.
    pub(super) fn end_group(&mut self) {
        self.hanging.clear();
    }

    /// Adds what hangs into the next columns.
    fn hang(&mut self, row: &mut Vec<String>) {
        while let Some((text, rows)) = self.hanging.get_mut(row.len()).filter(|(_, rows)| *rows > 0)
        {
            *rows -= 1;
            let text = if *rows == 0 { std::mem::take(text) } else { text.clone() };
            row.push(self.again(&text, true));
        }
    }

    fn again(&mut self, text: &str, can_repeat: bool) -> String {
        self.again += text.len();
        if can_repeat && self.again <= AGAIN { text.to_owned() } else { String::new() }
    }
}
