//! The database file: its format, its durability settings, and two processes at once.

use serde_json::json;

use crate::{
    harness::{Desk, SHOP, Setup},
    pages,
    scripted::{Gate, Model, Reply},
};

#[tokio::test]
async fn the_file_is_versioned_in_wal_mode_and_strict() {
    let desk = Desk::start().await;
    desk.agent_on(SHOP).await;
    let database = desk.database();
    let mode: String = database.query_row("pragma journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let version: i64 = database.query_row("pragma user_version", [], |row| row.get(0)).unwrap();
    assert!(version >= 1);
    let loose = desk.count("select count(*) from pragma_table_list where type = 'table' and schema = 'main' and strict = 0 and name not like 'sqlite%'");
    assert_eq!(loose, 0, "every table is strict");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
    let mut desk = Desk::start().await;
    desk.agent_on(SHOP).await;
    desk.stop();
    let file = desk.data().join("frontdesk.db");
    let database = rusqlite::Connection::open(&file).unwrap();
    database.pragma_update(None, "user_version", 9999).unwrap();
    drop(database);
    let before = std::fs::read(&file).unwrap();
    desk.cli(&["serve", "--listen", "127.0.0.1:0"]).await.failed(1, &["newer"]);
    desk.cli(&["agent", "list", "--json"]).await.failed(1, &["newer"]);
    assert!(std::fs::read(&file).unwrap() == before, "the file was changed");
}

#[tokio::test]
async fn a_file_of_another_build_is_refused_at_the_start_and_told_by_its_difference() {
    let mut desk = Desk::start().await;
    desk.agent_on(SHOP).await;
    desk.stop();
    desk.execute("alter table leads rename column phone to telephone");
    desk.cli(&["serve", "--listen", "127.0.0.1:0"])
        .await
        .failed(1, &["another build", "leads phone"]);
    desk.cli(&["agent", "list", "--json"]).await.failed(1, &["another build", "leads phone"]);
    desk.execute("alter table leads rename column telephone to phone");
    desk.restart().await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_name() {
    let desk = Setup::default().closed();
    let file = desk
        .folder
        .write("data/frontdesk.db", "This is a letter, and not a database.\n".repeat(200));
    desk.cli(&["serve", "--listen", "127.0.0.1:0"]).await.failed(1, &["frontdesk.db"]);
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("This is a letter"));
    std::fs::remove_file(file).unwrap();
}

#[tokio::test]
async fn a_restart_goes_on_with_the_same_data() {
    let mut desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    visitor.asks("When are you open?").await;
    desk.stop();
    desk.restart().await;
    visitor.asks("And on Sundays?").await;
    let again = desk.visitor_with(&agent, json!({"anon_id": visitor.anonymous_id})).await;
    assert_eq!(again.greeting["messages"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_turn_that_runs_at_the_end_of_the_server_is_not_lost() {
    let model = Model::start();
    let mut desk = Desk::speaking_through(&model).await;
    let visitor = desk.visitor(&desk.agent_knowing(pages::SHOP).await).await;
    let gate = Gate::closed();
    model.will(Reply::begins(&["We open "]).waits_for(&gate).then(&["at nine."]).ends());
    let mut turn = visitor.begins("When are you open?").await;
    turn.hears().await;
    let heard = tokio::spawn(turn.rest());
    let opens = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        gate.open();
    });
    desk.stop();
    opens.join().unwrap();
    let events = heard.await.unwrap();
    let stored = desk.messages(&visitor.conversation);
    let done = events.iter().any(|event| event["event"] == "done");
    let answered = stored.iter().any(|message| message.role == "assistant" && message.complete);
    assert_eq!(stored[0].content, "When are you open?");
    assert!(
        done && answered,
        "a stream ends within the time of a graceful stop: {events:?} {stored:?}"
    );
}

#[tokio::test]
async fn the_command_line_and_the_server_write_side_by_side() {
    let desk = Desk::start().await;
    let agent = desk.agent_knowing(pages::SHOP).await;
    let visitor = desk.visitor(&agent).await;
    let talk = async {
        for number in 0..30 {
            visitor.asks(&format!("Question {number}: when are you open?")).await;
        }
    };
    let administer = async {
        for number in 0..10 {
            let name = format!("Agent {number}");
            desk.cli(&["agent", "create", "--name", &name, "--json"]).await.json();
        }
    };
    let learn = async {
        for number in 0..5 {
            let text = format!("# Page {number}\n\nThe colour of page {number} is teal.\n");
            desk.learns(&agent, &[(&format!("page-{number}.md"), &text)]).await;
        }
    };
    tokio::join!(talk, administer, learn);
    assert_eq!(desk.messages(&visitor.conversation).len(), 60);
    assert_eq!(desk.count("select count(*) from agents"), 11);
    assert_eq!(desk.count("select count(*) from pages"), 8);
}

#[tokio::test]
async fn the_data_folder_is_nobody_elses_business() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::start().await;
    desk.agent_on(SHOP).await;
    let mode =
        |path: std::path::PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o077;
    let folder_is_closed = mode(desk.data()) == 0;
    assert!(
        folder_is_closed || mode(desk.data().join("frontdesk.db")) == 0,
        "visitors' words are readable for others"
    );
}

#[tokio::test]
async fn the_database_is_its_owners_alone_in_a_folder_that_others_may_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut desk = crate::harness::Setup::default().closed();
    std::fs::create_dir_all(desk.data()).expect("a folder");
    std::fs::set_permissions(desk.data(), std::fs::Permissions::from_mode(0o755)).expect("a mode");
    desk.restart().await;
    desk.agent_on(crate::harness::SHOP).await;
    for entry in std::fs::read_dir(desk.data()).expect("the folder") {
        let entry = entry.expect("a file");
        let mode = entry.metadata().expect("its mode").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
}
