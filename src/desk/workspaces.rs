//! The workspace that the command line works in, and its quotas.

use crate::{
    clock::Moment,
    error::{Error, Fields, Result},
    id::WorkspaceId,
    store::{
        Store,
        workspaces::{self as rows, Workspace},
    },
};

/// The file's first workspace, made if there is none.
pub async fn ensured(store: &Store, now: Moment) -> Result<Workspace> {
    if let Some(workspace) = store.read(rows::first).await? {
        return Ok(workspace);
    }
    store
        .write(move |tx| {
            if rows::first(tx)?.is_none() {
                rows::insert(tx, WorkspaceId::generate(), "Default", now)?;
            }
            rows::first(tx)?
                .ok_or_else(|| Error::internal("a workspace that was just made is not there"))
        })
        .await
}

/// Changes `name`, `monthly_conversations` and `monthly_messages`; 0 is unlimited.
///
/// # Errors
/// Names everything that is wrong.
pub async fn set(store: &Store, changes: &[(String, String)], now: Moment) -> Result<Workspace> {
    let mut workspace = ensured(store, now).await?;
    let mut wrong = Fields::new();
    for (key, text) in changes {
        let quota = match key.as_str() {
            "name" => {
                text.clone_into(&mut workspace.name);
                continue;
            }
            "monthly_conversations" => &mut workspace.monthly_conversations,
            "monthly_messages" => &mut workspace.monthly_messages,
            _ => {
                let names = ["name", "monthly_conversations", "monthly_messages"];
                let shown_by = "frontdesk workspace show";
                let problem = crate::config::nearest(key, names.into_iter(), shown_by);
                wrong.insert(key.clone(), vec![problem]);
                continue;
            }
        };
        if let Ok(number) = text.parse() {
            *quota = number;
        } else {
            let problem = format!("is {text:?}; it must be a whole number, 0 for unlimited");
            wrong.insert(key.clone(), vec![problem]);
        }
    }
    if !wrong.is_empty() {
        return Err(Error::invalid_fields(wrong));
    }
    let changed = workspace.clone();
    store.write(move |tx| rows::update(tx, &changed)).await?;
    Ok(workspace)
}
