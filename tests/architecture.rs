//! The shape of the program, held by a test: which layer may use which, where each foreign crate may appear, and how
//! long a file may be. A failure is a sentence that names the file, the line and the rule.

use std::path::{Path, PathBuf};

use regex::Regex;

/// From the wire down. A layer uses those below it, and the base.
const LAYERS: &[&str] = &["main", "cli", "app", "http", "desk", "answer", "knowledge", "store"];

/// What everybody may use. Among themselves: only the ones further right.
const BASE: &[&str] = &["config", "clock", "id", "error"];

/// Beside the layers: used from `desk` upwards, and using nothing but the base.
const LEAVES: &[&str] = &["access", "realtime"];

/// Leaves are for `desk` and what is above it.
const LEAVES_USED_BY: &[&str] = &["main", "cli", "app", "http", "desk"];

/// Foreign crates with a place of their own, as paths below `src/`.
const PLACES: &[(&str, &[&str])] = &[
    ("poem", &["http/", "app.rs"]),
    ("poem_openapi", &["http/", "app.rs"]),
    ("hyper", &["http/serve.rs"]),
    ("hyper_util", &["http/serve.rs"]),
    ("rusqlite", &["store/"]),
    ("r2d2", &["store/"]),
    (
        "reqwest",
        &["knowledge/fetch.rs", "knowledge/fetch/", "knowledge/embed.rs", "desk/outbox.rs"],
    ),
    ("ureq_proto", &["answer/http/"]),
    ("tokio_rustls", &["answer/http/"]),
    ("socket2", &["answer/http/"]),
    ("jsonwebtoken", &["access/tokens.rs", "access/identity.rs", "access/hs256.rs"]),
    ("moka", &["knowledge/search.rs", "knowledge/lexical.rs", "desk/agents.rs", "desk/curated.rs"]),
    ("minilm", &["knowledge/"]),
    ("clap", &["main.rs", "cli.rs", "cli/"]),
];

/// Past this, a file splits by noun.
const LONGEST: usize = 400;

/// Where a panic is the way to end.
const MAY_PANIC: &[&str] = &["main.rs", "cli.rs", "cli/"];

struct Source {
    /// Below `src/`.
    path: String,
    /// With comments, texts and tests blanked; line numbers are kept.
    code: String,
    /// The modules from the crate's root down to this file.
    module: Vec<String>,
}

impl Source {
    /// The layer, leaf or base module that this file belongs to.
    fn part(&self) -> &str {
        self.module.first().map_or("main", String::as_str)
    }

    fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| {
            self.path == *place || place.ends_with('/') && self.path.starts_with(place)
        })
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Made from the OpenAPI document by the tests of the API.
const GENERATED: &str = "schema.d.ts";

fn files(folder: &str, endings: &[&str], without: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !without.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) && name != GENERATED {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn sources() -> Vec<Source> {
    let sources: Vec<Source> = files("src", &[".rs"], &[])
        .iter()
        .filter(|path| !path.ends_with("tests.rs") && !path.ends_with("src/build.rs"))
        .map(|path| {
            let text = std::fs::read_to_string(path).expect("a source file");
            let path = shown(path).trim_start_matches("src/").to_owned();
            let module = path.trim_end_matches(".rs").split('/').map(str::to_owned);
            let module =
                module.filter(|name| !["mod", "main", "lib"].contains(&name.as_str())).collect();
            Source { path, code: without_tests(&blanked(&text)), module }
        })
        .collect();
    assert!(sources.len() > 10, "the sources were not found");
    sources
}

/// The same text with comments and the insides of texts as blanks.
fn blanked(text: &str) -> String {
    let pattern = r##"(?s)//[^\n]*|/\*.*?\*/|b?r"[^"]*"|b?r#+".*?"#+|b?"(?:\\.|[^"\\])*"|'(?:\\[^']+|[^'\\\n])'"##;
    let blank = |found: &regex::Captures<'_>| -> String {
        found[0].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
    };
    Regex::new(pattern).expect("a pattern").replace_all(text, blank).into_owned()
}

/// The items behind `#[cfg(test)]` as blanks, each to its closing brace or semicolon.
fn without_tests(code: &str) -> String {
    let mut kept = code.to_owned();
    while let Some(start) = kept.find("#[cfg(test)]") {
        let mut depth = 0;
        let end = kept[start..].char_indices().find_map(|(at, sign)| match sign {
            '{' => {
                depth += 1;
                None
            }
            '}' => {
                depth -= 1;
                (depth == 0).then_some(start + at + 1)
            }
            ';' if depth == 0 => Some(start + at + 1),
            _ => None,
        });
        let end = end.unwrap_or(kept.len());
        let blank: String =
            kept[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        kept.replace_range(start..end, &blank);
    }
    kept
}

/// Each part of the crate that the file names, with the place: through `crate::` or through `super::`.
fn used_parts(source: &Source) -> Vec<(String, usize)> {
    let pattern =
        Regex::new(r"\b(crate|(?:super\s*::\s*)*super)\s*::\s*(\{|\w+)").expect("a pattern");
    let mut used = Vec::new();
    for found in pattern.captures_iter(&source.code) {
        let at = found.get(0).expect("a match").start();
        let ups = if &found[1] == "crate" {
            source.module.len()
        } else {
            found[1].matches("super").count()
        };
        // `super` of a file whose module lies deeper than the crate's root stays within its own part.
        if ups < source.module.len() {
            continue;
        }
        if &found[2] == "{" {
            let rest = &source.code[found.get(0).expect("a match").end()..];
            used.extend(names_of_group(rest).into_iter().map(|name| (name, at)));
        } else {
            used.push((found[2].to_owned(), at));
        }
    }
    used
}

/// The first name of each entry of `{…}`, of which the opening brace was read.
fn names_of_group(rest: &str) -> Vec<String> {
    let (mut depth, mut expects, mut names) = (0, true, Vec::new());
    let mut characters = rest.chars().peekable();
    while let Some(sign) = characters.next() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expects = true,
            sign if expects && depth == 0 && (sign.is_alphabetic() || sign == '_') => {
                let mut name = sign.to_string();
                while let Some(next) =
                    characters.next_if(|next| next.is_alphanumeric() || *next == '_')
                {
                    name.push(next);
                }
                names.push(name);
                expects = false;
            }
            _ => {}
        }
    }
    names
}

/// Why `from` may not use `to`; nothing if it may.
fn forbidden(from: &str, to: &str) -> Option<String> {
    let place = |part: &str| LAYERS.iter().position(|layer| *layer == part);
    let base = |part: &str| BASE.iter().position(|it| *it == part);
    if from == to {
        return None;
    }
    if let Some(to) = base(to) {
        let upwards = base(from).is_some_and(|from| from > to);
        return upwards.then(|| format!("the base goes {} and no way back", BASE.join(" → ")));
    }
    if base(from).is_some() {
        return Some("the base uses nothing of ours but the base".into());
    }
    if LEAVES.contains(&from) {
        return Some(format!("{from} is a leaf and uses only the base: {}", BASE.join(", ")));
    }
    if LEAVES.contains(&to) {
        let allowed = LEAVES_USED_BY.contains(&from);
        return (!allowed).then(|| format!("only {} use {to}", LEAVES_USED_BY.join(", ")));
    }
    match (place(from), place(to)) {
        (Some(from), Some(to)) if from < to => None,
        (Some(_), Some(_)) => Some(format!("the layers go {} and no way back", LAYERS.join(" → "))),
        _ => Some("it is no layer that the design knows".into()),
    }
}

fn must_be_empty(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn imports_run_one_way() {
    let sources = sources();
    let parts: Vec<&str> = [LAYERS, BASE, LEAVES].concat();
    let mut problems = Vec::new();
    for source in &sources {
        if !parts.contains(&source.part()) {
            problems.push(format!(
                "src/{}: {:?} is no part that the design knows",
                source.path,
                source.part()
            ));
        }
        for (to, at) in used_parts(source) {
            // A name that is no part is an item of the crate's root or of the file's own module.
            let Some(rule) =
                parts.contains(&to.as_str()).then(|| forbidden(source.part(), &to)).flatten()
            else {
                continue;
            };
            problems.push(format!("src/{}:{} uses {to}, but {rule}", source.path, source.line(at)));
        }
    }
    must_be_empty(&problems);
}

#[test]
fn foreign_crates_stay_in_their_places() {
    let mut problems = Vec::new();
    for source in sources() {
        for (name, places) in PLACES {
            let pattern =
                Regex::new(&format!(r"(^|[^\w:.]){name}\s*(::|;|\bas\b)")).expect("a pattern");
            for found in pattern.find_iter(&source.code).filter(|_| !source.is_in(places)) {
                let line = source.line(found.end());
                let places = places.join(", ");
                problems.push(format!(
                    "src/{}:{line} uses {name}, which belongs to {places}",
                    source.path
                ));
            }
        }
    }
    must_be_empty(&problems);
}

#[test]
fn nothing_panics_but_the_program_itself() {
    let pattern = r"\.unwrap\(\)|\.unwrap_err\(\)|\.expect\(|\.expect_err\(|\b(panic|todo|unimplemented|unreachable)!";
    let pattern = Regex::new(pattern).expect("a pattern");
    let mut problems = Vec::new();
    for source in sources().iter().filter(|source| !source.is_in(MAY_PANIC)) {
        for found in pattern.find_iter(&source.code) {
            let (line, word) = (source.line(found.start()), found.as_str());
            problems.push(format!(
                "src/{}:{line} says {word}; only main, cli and tests may",
                source.path
            ));
        }
    }
    must_be_empty(&problems);
}

#[test]
fn each_file_says_what_it_hides() {
    let mut problems = Vec::new();
    for path in files("src", &[".rs"], &[]).iter().chain(&files(
        "tests",
        &[".rs"],
        &["node_modules", ".tools"],
    )) {
        let text = std::fs::read_to_string(path).expect("a source file");
        if !text.starts_with("//! ") {
            problems.push(format!(
                "{}:1 should open with `//!`: what it hides, what it promises",
                shown(path)
            ));
        }
    }
    must_be_empty(&problems);
}

#[test]
fn no_file_is_too_long_to_be_read() {
    let code = [".rs", ".js", ".css", ".ts", ".sh", ".sql"];
    let mut problems = Vec::new();
    for folder in ["src", "static", "tests"] {
        for path in files(folder, &code, &["vendor", "node_modules", ".tools"]) {
            let lines = std::fs::read_to_string(&path).expect("a text file").lines().count();
            if lines > LONGEST {
                let path = shown(&path);
                problems.push(format!(
                    "{path} has {lines} lines; past {LONGEST} a file splits by noun"
                ));
            }
        }
    }
    must_be_empty(&problems);
}

#[test]
fn the_scanner_sees_what_it_should() {
    let source = |path: &str, text: &str| Source {
        path: path.into(),
        code: without_tests(&blanked(text)),
        module: path
            .trim_end_matches(".rs")
            .split('/')
            .map(str::to_owned)
            .filter(|it| it != "mod")
            .collect(),
    };
    let names =
        |source: &Source| used_parts(source).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let group = source(
        "desk/reply.rs",
        "use crate::{\n  clock::{Moment, x},\n  error, store::messages,\n};\n// crate::http\n",
    );
    assert_eq!(names(&group), ["clock", "error", "store"]);
    assert_eq!(names(&source("store/mod.rs", "use super::http;")), ["http"]);
    assert_eq!(
        names(&source("store/agents.rs", "use super::Tx; super::super::app::x();")),
        ["app"]
    );
    let tested = source(
        "id.rs",
        "fn a() {}\n#[cfg(test)]\nmod tests { use crate::http; fn b() { \"}\"; } }\nuse crate::app;",
    );
    assert_eq!(names(&tested), ["app"]);
    assert!(forbidden("store", "desk").is_some() && forbidden("desk", "store").is_none());
    assert!(forbidden("access", "store").is_some() && forbidden("store", "access").is_some());
    assert!(forbidden("id", "error").is_none() && forbidden("error", "id").is_some());
}
