//! Prepares the files that the binary carries: each beside its compressed forms, so that nothing is compressed while
//! serving, and the widget's under one version, the hash of them all, so that browsers may keep them for ever.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// Stands for the version in the loader.
const VERSION_PLACEHOLDER: &str = "__WIDGET_VERSION__";
/// Text, worth compressing.
const COMPRESSED: &[&str] = &["js", "css", "html", "svg", "ts", "txt", "xml"];

fn main() {
    println!("cargo:rerun-if-changed=static");
    println!("cargo:rerun-if-changed=schema.sql");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("assets");
    let _ = fs::remove_dir_all(&out);

    let mut widget = files("static/widget", "widget");
    widget.extend(files("static/vendor", "widget/vendor"));
    let version = version(&widget);
    println!("cargo:rustc-env=WIDGET_VERSION={version}");
    for (name, bytes) in &mut widget {
        if name == "widget/widget.js" {
            // Served as it is written, so that a site's security team can read it.
            let text = String::from_utf8_lossy(bytes).replace(VERSION_PLACEHOLDER, &version);
            *bytes = text.into_bytes();
        } else if name.ends_with(".js") && !name.starts_with("widget/vendor/") {
            *bytes = without_comments(&String::from_utf8_lossy(bytes)).into_bytes();
        }
    }
    for (name, bytes) in
        widget.iter().chain(&files("static/demo", "demo")).chain(&files("static/pages", "pages"))
    {
        keep(&out.join(name), bytes);
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

/// Comments are a sixth of what a visitor would load. Only those of our own style go: `/** … */`, and lines that begin
/// with `//`; no text in the modules looks like either.
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
    let lines = out.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
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

fn keep(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("inside a folder")).expect("the output can be written");
    fs::write(path, bytes).expect("the output can be written");
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if !COMPRESSED.contains(&extension) {
        return;
    }
    let beside = |ending: &str| PathBuf::from(format!("{}.{ending}", path.display()));
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, 11, 22);
    writer.write_all(bytes).expect("memory can be written");
    drop(writer);
    fs::write(beside("br"), packed).expect("the output can be written");
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).expect("memory can be written");
    fs::write(beside("gz"), packer.finish().expect("memory can be written"))
        .expect("the output can be written");
}
