//! Prepares the files that the binary carries: each beside its compressed forms, so that nothing is compressed while
//! serving, and the widget's under one version, the hash of them all, so that browsers may keep them for ever.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256, Sha384};

/// Stands for the version in the loader.
const VERSION_PLACEHOLDER: &str = "__WIDGET_VERSION__";
/// Text, worth compressing.
const COMPRESSED: &[&str] = &["js", "css", "html", "svg", "ts", "txt", "xml"];

fn main() {
    println!("cargo:rerun-if-changed=../static");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("assets");
    let _ = fs::remove_dir_all(&out);

    let mut widget = files("../static/widget", "widget");
    widget.extend(files("../static/vendor", "widget/vendor"));
    let version = version(&widget);
    println!("cargo:rustc-env=WIDGET_VERSION={version}");
    for (name, bytes) in &mut widget {
        if name == "widget/widget.js" {
            // Served in the shape in which it is written, so that a site's security team can read it.
            let text = String::from_utf8_lossy(bytes).replace(VERSION_PLACEHOLDER, &version);
            *bytes = without_later_comments(&text).into_bytes();
            println!(
                "cargo:rustc-env=WIDGET_INTEGRITY=sha384-{}",
                base64(&Sha384::digest(&*bytes))
            );
        } else if name.ends_with(".js") && !name.starts_with("widget/vendor/") {
            let bare = without_comments(&String::from_utf8_lossy(bytes));
            let is_styles = name == "widget/styles.js";
            *bytes = if is_styles { tight(bare) } else { bare }.into_bytes();
        }
    }
    let others = ["demo", "pages", "docs"];
    let others = others.iter().flat_map(|name| files(&format!("../static/{name}"), name));
    for (name, bytes) in widget.into_iter().chain(others) {
        if name.starts_with("docs/vendor/") {
            keep_packed(&out.join(name), &bytes);
        } else {
            keep(&out.join(name), &bytes);
        }
    }
}

/// The files below a folder in a fixed order, named as they are served.
fn files(folder: &str, served_as: &str) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|_| panic!("{} is missing", next.display()))
        {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative =
                    path.strip_prefix(folder).expect("below its folder").to_string_lossy();
                let bytes = fs::read(&path).expect("a file of ours can be read");
                found.push((format!("{served_as}/{}", relative.replace('\\', "/")), bytes));
            }
        }
    }
    found.sort();
    found
}

/// The loader with its first comment alone.
fn without_later_comments(source: &str) -> String {
    let head = source.lines().take_while(|line| line.starts_with("//")).count();
    let lines = source.lines().enumerate();
    let kept = lines.filter(|(at, line)| *at < head || !line.trim_start().starts_with("//"));
    kept.flat_map(|(_, line)| [line, "\n"]).collect()
}

/// Comments and indentation are a fifth of what a visitor would load. Only comments of our own style go: `/** … */`, and
/// lines that begin with `//`; no text in the modules looks like either, and none depends on how a line begins.
fn without_comments(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find("/**") {
        let end = rest[start..].find("*/").map_or(rest.len(), |at| start + at + 2);
        let (before, after) = (&rest[..start], &rest[end..]);
        let alone = before.rsplit('\n').next().unwrap_or_default().trim().is_empty();
        if let Some(after) = after.strip_prefix('\n').filter(|_| alone) {
            out.push_str(before.trim_end_matches([' ', '\t']));
            rest = after;
        } else {
            out.push_str(before);
            rest = after.strip_prefix(' ').unwrap_or(after);
        }
    }
    out.push_str(rest);
    let lines = out.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// A style sheet without the spaces and line breaks that only readers of the tree need.
fn tight(mut css: String) -> String {
    for sign in [":", ";", ",", "{"] {
        css = css.replace(&format!("{sign} "), sign);
    }
    for sign in ["{", "}"] {
        css = css.replace(&format!(" {sign}"), sign);
    }
    css.replace('\n', "")
}

fn version(files: &[(String, Vec<u8>)]) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(bytes);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 4648, section 4; of a length that needs no padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    assert!(bytes.len().is_multiple_of(3), "no padding is written");
    let digit = |word: u32, at: u32| char::from(DIGITS[(word >> (18 - 6 * at) & 63) as usize]);
    let words = bytes
        .chunks(3)
        .map(|three| three.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)));
    words.flat_map(|word| (0..4).map(move |at| digit(word, at))).collect()
}

/// A text in its packed forms alone: who takes neither gets it unpacked.
fn keep(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("inside a folder")).expect("the output can be written");
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if !COMPRESSED.contains(&extension) {
        fs::write(path, bytes).expect("the output can be written");
        return;
    }
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, 11, 22);
    writer.write_all(bytes).expect("memory can be written");
    drop(writer);
    fs::write(beside(path, "br"), packed).expect("the output can be written");
    keep_packed(path, bytes);
}

/// In the one form that every browser takes on every connection: for what is large and seldom asked for.
fn keep_packed(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("inside a folder")).expect("the output can be written");
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).expect("memory can be written");
    fs::write(beside(path, "gz"), packer.finish().expect("memory can be written"))
        .expect("the output can be written");
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}.{ending}", path.display()))
}
