//! What the server says about itself: the API's document, its page, and whether it lives.

use serde_json::Value;
use sha2::{Digest, Sha384};

use crate::harness::{Desk, SHOP};

#[tokio::test]
async fn the_document_names_every_endpoint_under_both_servers() {
    let desk = Desk::start().await;
    let response = desk.wire.get("/openapi.json").send().await;
    assert_eq!(response.status, 200);
    assert!(response.header("Content-Type").starts_with("application/json"));
    let document = response.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let servers = document["servers"].to_string();
    assert!(servers.contains("/v1") && servers.contains("/api/v1"), "{servers}");
    let paths = document["paths"].as_object().unwrap();
    for endpoint in ["/init", "/messages/stream", "/messages", "/leads", "/events"] {
        let (_, path) = paths
            .iter()
            .find(|(path, _)| path.ends_with(&format!("widget{endpoint}")) || *path == endpoint)
            .unwrap_or_else(|| panic!("{endpoint} in {:?}", paths.keys()));
        let operation = &path["post"];
        let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
        assert!(statuses.iter().any(|status| status.starts_with('2')), "{endpoint}: {statuses:?}");
        assert!(statuses.iter().any(|status| *status == "422"), "{endpoint}: {statuses:?}");
        let secured = operation["security"].as_array().is_some_and(|schemes| !schemes.is_empty());
        assert_eq!(secured, endpoint != "/init", "{endpoint}");
    }
    let schemes = document["components"]["securitySchemes"].to_string();
    assert!(schemes.contains("\"bearer\""), "{schemes}");
}

#[tokio::test]
async fn every_reference_of_the_document_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str));
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let desk = Desk::start().await;
    let document = desk.wire.get("/openapi.json").send().await.json();
    let mut found = Vec::new();
    references(&document, &mut found);
    for reference in found {
        let pointer =
            reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} is outside"));
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn the_documents_page_needs_nothing_from_elsewhere() {
    let desk = Desk::start().await;
    let response = desk.wire.get("/docs").send().await;
    assert_eq!(response.status, 200);
    assert!(response.header("Content-Type").starts_with("text/html"));
    let pattern = regex::Regex::new(
        "(?i)<(script|link|img|iframe)[^>]*(src|href)\\s*=\\s*[\"']?(https?:)?//[^>]*>",
    )
    .unwrap();
    let elsewhere: Vec<&str> =
        pattern.find_iter(&response.body).map(|found| found.as_str()).collect();
    assert_eq!(elsewhere, Vec::<&str>::new());
    assert!(response.body.to_lowercase().contains("swagger"));
    let policy = response.header("Content-Security-Policy");
    assert!(policy.contains("default-src 'none'; script-src 'self';"), "{policy}");
    let parts = regex::Regex::new("(?:src|href)=\"(/[^\"]+)\"").unwrap();
    let parts: Vec<&str> =
        parts.captures_iter(&response.body).map(|it| it.get(1).unwrap().as_str()).collect();
    assert!(parts.len() > 3, "{parts:?}");
    for part in parts {
        let plain = desk.wire.get(part).send().await;
        assert_eq!((plain.status, plain.body.len() > 100), (200, true), "{part}");
        assert_eq!(plain.header("Content-Encoding"), "");
        let packed = desk.wire.get(part).header("Accept-Encoding", "gzip").open().await;
        assert_eq!(
            packed.headers().get("Content-Encoding").is_some(),
            part != "/openapi.json",
            "{part}"
        );
    }
}

#[tokio::test]
async fn the_document_names_no_agent_of_this_server() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let document = desk.wire.get("/openapi.json").send().await;
    assert!(!document.body.contains(&agent.id));
}

#[tokio::test]
async fn a_server_that_runs_is_alive_and_ready() {
    let desk = Desk::start().await;
    assert_eq!(desk.wire.get("/healthz").send().await.status, 200);
    assert_eq!(desk.wire.get("/readyz").send().await.status, 200);
    assert_eq!(desk.wire.request("HEAD", "/healthz").send().await.status, 200);
}

#[tokio::test]
async fn the_widget_is_served_to_any_site_with_an_etag() {
    let desk = Desk::start().await;
    desk.agent_on(SHOP).await;
    let response = desk.wire.get("/widget/widget.js").origin(SHOP).send().await;
    assert_eq!(response.status, 200);
    assert!(response.header("Content-Type").contains("javascript"), "{:?}", response.headers);
    assert!(!response.header("Cache-Control").is_empty());
    let tag = response.header("ETag");
    assert!(tag.contains('"'), "{:?}", response.headers);
    let again =
        desk.wire.get("/widget/widget.js").origin(SHOP).header("If-None-Match", tag).send().await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let packed = desk.wire.get("/widget/widget.js").header("Accept-Encoding", "gzip").open().await;
    assert_eq!(
        packed.headers().get("Content-Encoding").map(reqwest::header::HeaderValue::as_bytes),
        Some(&b"gzip"[..])
    );
}

#[tokio::test]
async fn a_pinned_loader_never_changes_and_is_what_its_hash_says() {
    let desk = Desk::start().await;
    let agent = desk.agent_on(SHOP).await;
    let shown = desk.cli(&["agent", "snippet", &agent.id, "--json"]).await.json();
    let (pinned, version) = (shown["pinned"].as_str().unwrap(), shown["version"].as_str().unwrap());
    let path = format!("/widget/{version}/widget.js");
    assert!(pinned.contains(&path) && pinned.contains("crossorigin"), "{pinned}");
    let loader = desk.wire.get(&path).origin(SHOP).send().await;
    assert_eq!(loader.status, 200);
    assert!(loader.header("Cache-Control").contains("immutable"), "{:?}", loader.headers);
    assert_eq!(loader.header("Access-Control-Allow-Origin"), "*");
    assert_eq!(loader.header("Cross-Origin-Resource-Policy"), "cross-origin");
    assert_eq!(loader.body, desk.wire.get("/widget/widget.js").send().await.body);
    let hash = base64(&Sha384::digest(loader.body.as_bytes()));
    assert!(pinned.contains(&format!("integrity=\"sha384-{hash}\"")), "{hash}: {pinned}");
}

/// RFC 4648, section 4; of a length that needs no padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let words = bytes
        .chunks(3)
        .map(|three| three.iter().fold(0_usize, |word, byte| word << 8 | usize::from(*byte)));
    words
        .flat_map(|word| [18, 12, 6, 0].map(|shift| char::from(DIGITS[word >> shift & 63])))
        .collect()
}

#[tokio::test]
async fn no_path_leads_out_of_the_static_files() {
    let desk = Desk::start().await;
    for path in [
        "/widget/../Cargo.toml",
        "/widget/%2e%2e/Cargo.toml",
        "/widget/..%2fmain.rs",
        "/widget//etc/passwd",
    ] {
        assert_eq!(desk.wire.get(path).send().await.status, 404, "{path}");
    }
}
