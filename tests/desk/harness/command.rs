//! The command line as a script sees it: arguments in, exit code and two streams out.

use super::{Folder, process};

pub struct Output {
    pub code: i32,
    pub out: String,
    pub errors: String,
}

/// Runs `frontdesk` with these arguments alone: default settings, and the data folder that they name.
pub async fn run(folder: &Folder, arguments: &[&str]) -> Output {
    run_with(folder, &[], arguments.iter().map(|&argument| argument.to_owned()).collect()).await
}

pub async fn run_with(
    folder: &Folder,
    settings: &[(String, String)],
    arguments: Vec<String>,
) -> Output {
    let mut command = process::frontdesk(folder, settings);
    command.args(&arguments);
    let ended = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread");
    let ended = ended.expect("the binary starts");
    Output {
        code: ended.status.code().unwrap_or(-1),
        out: String::from_utf8(ended.stdout).expect("output in UTF-8"),
        errors: String::from_utf8_lossy(&ended.stderr).into_owned(),
    }
}

impl Output {
    /// The one JSON value on standard output of a command that must succeed.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        self.succeeded();
        serde_json::from_str(&self.out).unwrap_or_else(|error| {
            panic!("one JSON value was expected: {error}\n{}\n{}", self.out, self.errors)
        })
    }

    #[track_caller]
    pub fn succeeded(&self) {
        assert_eq!(self.code, 0, "the command should succeed\n{}\n{}", self.out, self.errors);
    }

    /// The command must end with `code`, say why on standard error with all of `words`, and print no data.
    #[track_caller]
    pub fn failed(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "the exit code\n{}\n{}", self.out, self.errors);
        for word in words {
            assert!(self.errors.contains(word), "{word:?} was expected in: {}", self.errors);
        }
        assert_eq!(self.out, "", "a command that fails prints no data");
        assert!(!self.errors.contains("panicked"), "{}", self.errors);
    }
}
