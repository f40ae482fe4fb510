//! The file's version: `schema.sql` makes a new file, one step a version brings an older one here.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Error, Result};

const SCHEMA: &str = include_str!("../../schema.sql");

/// `STEPS[n]` brings a file of version n + 1 to version n + 2. Never change a step that was released.
const STEPS: &[&str] = &[];

/// The version that this program writes; kept in `pragma user_version`.
const VERSION: u32 = STEPS.len() as u32 + 1;

/// Brings the file to [`VERSION`] in one transaction: after a crash it is at the old version or at the new one.
pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > VERSION {
        return Err(Error::conflict(
            "database_newer",
            format!(
                "{} was written by a newer version of Frontdesk (format {found}, this one knows {VERSION}); \
                 nothing was changed. Run the newer version, or restore the backup made before the update",
                path.display()
            ),
        ));
    }
    if found == VERSION {
        return Ok(());
    }
    if found == 0 {
        let tables: i64 =
            tx.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 {
            return Err(Error::conflict(
                "database_unusable",
                format!("{} is a database of another program", path.display()),
            ));
        }
        tx.execute_batch(SCHEMA)?;
    } else {
        for step in STEPS.iter().skip(found as usize - 1) {
            tx.execute_batch(step)?;
        }
    }
    tx.pragma_update(None, "user_version", VERSION)?;
    tx.commit()?;
    Ok(())
}
