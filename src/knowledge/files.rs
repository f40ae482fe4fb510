//! Files and folders as documents: which ones there are, and what each is called. Hidden ones are left out, links to
//! other places are not followed, and whatever cannot be a document is named with the reason.

use std::{
    fs,
    path::{Path, PathBuf},
};

use url::Url;

use super::{
    Skipped,
    extract::{Format, Input},
};
use crate::error::{Error, Result};

/// Folders in folders.
const DEEPEST: usize = 32;

pub(super) struct File {
    /// Relative to the folder, with `/`; of a single file its name.
    pub path: String,
    pub format: Format,
    at: PathBuf,
}

pub(super) struct Listing {
    pub files: Vec<File>,
    pub skipped: Vec<Skipped>,
}

/// Files of a website's folder that no visitor reads.
const FOR_MACHINES: &[&str] = &["robots.txt", "humans.txt", "ads.txt", "security.txt"];

/// All files below a folder, or the one file, by path.
///
/// # Errors
/// When there is no such file or folder, or it cannot be listed.
pub(super) fn list(root: &Path) -> Result<Listing> {
    let unreadable =
        |error: std::io::Error| Error::invalid("path", format!("{}: {error}", root.display()));
    let mut listing = Listing { files: Vec::new(), skipped: Vec::new() };
    if fs::metadata(root).map_err(unreadable)?.is_dir() {
        fs::read_dir(root).map_err(unreadable)?;
        walk(root, "", 0, &mut listing);
        listing.files.sort_by(|a, b| a.path.cmp(&b.path));
    } else {
        let name =
            root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        add(root.to_owned(), name, &mut listing);
    }
    Ok(listing)
}

fn walk(folder: &Path, prefix: &str, depth: usize, listing: &mut Listing) {
    let mut skip = |path: String, reason: String| listing.skip(path, reason);
    let entries = match fs::read_dir(folder) {
        Ok(entries) if depth <= DEEPEST => entries,
        Ok(_) => return skip(prefix.to_owned(), "lies too deep".into()),
        Err(error) => return skip(prefix.to_owned(), format!("cannot be listed: {error}")),
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy());
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if name.to_str().is_none() {
            // Two of them may look the same.
            listing.skip(path, "has a name that is not UTF-8");
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                walk(&entry.path(), &format!("{path}/"), depth + 1, listing);
            }
            Ok(kind) if kind.is_file() => add(entry.path(), path, listing),
            Ok(kind) if kind.is_symlink() => {
                listing.skip(path, "is a link, which is not followed");
            }
            _ => listing.skip(path, "is no file"),
        }
    }
}

fn add(at: PathBuf, path: String, listing: &mut Listing) {
    let extension = at
        .extension()
        .map(|extension| extension.to_string_lossy().into_owned())
        .unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    if FOR_MACHINES.contains(&name) {
        listing.skip(path, "is for crawlers, not for readers");
    } else if let Some(format) = Format::of_extension(&extension) {
        listing.files.push(File { path, format, at });
    } else {
        listing.skip(path, "is of no kind that is read (md, html, txt, pdf, docx, csv, json)");
    }
}

impl Listing {
    fn skip(&mut self, path: String, reason: impl Into<String>) {
        self.skipped.push(Skipped { path, reason: reason.into(), has_failed: false });
    }
}

impl File {
    /// Bytes that it has, as far as can be told, and no more than are read.
    pub(super) fn bytes(&self) -> usize {
        let largest = self.format.largest() as u64;
        fs::metadata(&self.at).map_or(0, |file| file.len().min(largest) as usize)
    }

    /// Reads the bytes; blocks. An error is the reason for people.
    pub(super) fn open(&self, url: Option<Url>) -> Result<Input, String> {
        let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
        let size = fs::metadata(&self.at).map_err(unreadable)?.len();
        let largest = self.format.largest();
        if size > largest as u64 {
            return Err(format!("is larger than {} MB", largest / 1024 / 1024));
        }
        Ok(Input {
            bytes: fs::read(&self.at).map_err(unreadable)?,
            format: self.format,
            charset: None,
            base: url,
            name: self
                .at
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default(),
        })
    }

    /// Under the base, where there is one; else the path itself, so that a page of the site that shows it can resolve
    /// it. Percent-encoded.
    pub(super) fn url(&self, base: Option<&Url>) -> (String, Option<Url>) {
        let below = |mut url: Url| {
            url.path_segments_mut().ok()?.pop_if_empty().extend(self.path.split('/'));
            Some(url)
        };
        if let Some(url) = base.cloned().and_then(below) {
            return (url.to_string(), Some(url));
        }
        let path = Url::parse("file:///").ok().and_then(below);
        let path = path.map(|url| url.path().trim_start_matches('/').to_owned());
        (path.unwrap_or_else(|| self.path.clone()), None)
    }
}
