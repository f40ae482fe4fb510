//! Which cells of a table name columns: those of a row that is all names, but for an empty corner.

use ego_tree::NodeId;
use rustc_hash::FxHashMap;
use scraper::ElementRef;

/// What is known of the rows of a document.
#[derive(Default)]
pub(super) struct Rows(FxHashMap<NodeId, Row>);

#[derive(Default)]
struct Row {
    /// Cells that are no heads, and those of them with text.
    plain: usize,
    filled: usize,
    /// Heads with text.
    names: usize,
}

impl Rows {
    /// A cell, `td` or `th`, with its letters.
    pub(super) fn count(&mut self, name: &str, row: NodeId, letters: usize) {
        let row = self.0.entry(row).or_default();
        let has_text = usize::from(letters > 0);
        if name == "td" {
            row.plain += 1;
            row.filled += has_text;
        } else {
            row.names += has_text;
        }
    }

    /// Whether a cell is the head of a column. The head of a row is a cell like the others in Markdown.
    pub(super) fn is_head(&self, cell: ElementRef<'_>) -> bool {
        let row = cell.parent().and_then(|row| self.0.get(&row.id()));
        row.is_some_and(|row| row.plain == 0 || row.filled == 0 && row.names > 1)
    }
}
