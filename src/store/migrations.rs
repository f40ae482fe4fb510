//! The file's version: `schema.sql` makes a new file, one step a version brings an older one here.

use std::{collections::BTreeSet, path::Path};

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Error, Result};

const SCHEMA: &str = include_str!("../../schema.sql");

/// `STEPS[n]` brings a file of version n + 1 to version n + 2. Never change a step that was released.
const STEPS: &[&str] = &["create index receipts_unsure on receipts (seq) where confidence < 0.5"];

/// Brings the file to the version that this program writes, kept in `pragma user_version`, in one transaction: after a
/// crash it is at the old version or at the new one.
///
/// # Errors
/// `database_newer`; `database_unusable` when what is in the file is not what this program reads and writes.
pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<()> {
    bring(connection, path, SCHEMA, STEPS)
}

fn bring(connection: &mut Connection, path: &Path, schema: &str, steps: &[&str]) -> Result<()> {
    let version = steps.len() as u32 + 1;
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > version {
        return Err(Error::conflict(
            "database_newer",
            format!(
                "{} was written by a newer version of Frontdesk (format {found}, this one knows {version}); \
                 nothing was changed. Run the newer version, or restore the backup made before the update",
                path.display()
            ),
        ));
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
        tx.execute_batch(schema)?;
    } else {
        for step in steps.iter().skip(found as usize - 1) {
            tx.execute_batch(step)?;
        }
    }
    if let Some(difference) = difference(&tx, schema)? {
        return Err(Error::conflict(
            "database_unusable",
            format!(
                "{} was made by another build of Frontdesk, or changed since ({difference}); nothing was changed. Run \
                 the build that made it, or begin with a new data folder",
                path.display()
            ),
        ));
    }
    if found != version {
        tx.pragma_update(None, "user_version", version)?;
    }
    tx.commit()?;
    Ok(())
}

/// The first thing of the schema that the file has not, or has otherwise. What else is in the file is its owner's.
fn difference(found: &Connection, schema: &str) -> Result<Option<String>> {
    let expected = Connection::open_in_memory()?;
    expected.execute_batch(schema)?;
    let (expected, found) = (shape(&expected)?, shape(found)?);
    let known: BTreeSet<&String> = expected.iter().map(|(name, _)| name).collect();
    let differs = |it: &&(String, String)| known.contains(&it.0);
    let first = expected.symmetric_difference(&found).find(differs);
    Ok(first.map(|(name, column)| format!("{name} {column}").trim_end().to_owned()))
}

/// Every table and index by its name, and every column with its type.
fn shape(db: &Connection) -> Result<BTreeSet<(String, String)>> {
    let mut shape = db.prepare(
        "select it.name, coalesce(column.name || ' ' || lower(column.type), '')
         from sqlite_schema as it left join pragma_table_xinfo(it.name) as column
         where it.name not like 'sqlite\\_%' escape '\\'",
    )?;
    let shape = shape.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(shape.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "create table notes (id integer primary key) strict;";
    const NEW: &str = "create table notes (id integer primary key, text text) strict;
                       create index notes_by_text on notes (text);";
    const STEP: &str =
        "alter table notes add column text text; create index notes_by_text on notes (text);";

    fn old() -> Connection {
        let mut file = Connection::open_in_memory().unwrap();
        bring(&mut file, Path::new("old.db"), OLD, &[]).unwrap();
        file.execute("insert into notes values (7)", []).unwrap();
        file
    }

    fn version(file: &Connection) -> u32 {
        file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_older_file_comes_to_the_newest_version_step_by_step_and_keeps_its_rows() {
        let mut file = old();
        let steps = [STEP, "update notes set text = 'second step'"];
        for _ in 0..2 {
            bring(&mut file, Path::new("old.db"), NEW, &steps).unwrap();
            assert_eq!(version(&file), 3);
        }
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let kept: (i64, String) = file.query_row("select id, text from notes", [], row).unwrap();
        assert_eq!(kept, (7, "second step".to_owned()));
    }

    #[test]
    fn a_step_that_fails_or_leads_elsewhere_changes_nothing() {
        let mut file = old();
        for steps in [[STEP, "no sql"], ["alter table notes add column text text", ""]] {
            bring(&mut file, Path::new("old.db"), NEW, &steps).unwrap_err();
            assert_eq!(version(&file), 1);
            assert_eq!(difference(&file, OLD).unwrap(), None);
        }
    }

    #[test]
    fn what_differs_is_told_and_what_is_added_is_the_owners() {
        let mut file = old();
        file.execute_batch("create table mine (x); create index mine_too on notes (id);").unwrap();
        bring(&mut file, Path::new("old.db"), OLD, &[]).unwrap();
        let refusal = bring(&mut file, Path::new("old.db"), NEW, &[]).unwrap_err();
        let told = refusal.message();
        assert!(told.contains("old.db") && told.contains("notes text"), "{told}");
    }
}
