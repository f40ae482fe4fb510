//! Files that the binary carries: compressed when it was built, sent with strong tags, the widget's under a path that
//! changes with their content, so that a browser asks for each version once.

use std::{borrow::Cow, io::Read};

use flate2::read::GzDecoder;
use poem::{
    IntoResponse, Request, Response,
    error::MethodNotAllowedError,
    handler,
    http::{HeaderValue, Method, StatusCode, header},
    web::Path,
};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::tag;
use crate::error::Error;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const REVALIDATED: &str = "no-cache";

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/assets"]
struct Files;

/// A file with its compressed forms.
pub struct Asset {
    content_type: &'static str,
    tag: String,
    plain: Option<Cow<'static, [u8]>>,
    brotli: Option<Cow<'static, [u8]>>,
    gzip: Option<Cow<'static, [u8]>>,
    cache: &'static str,
}

impl Asset {
    /// A file that the binary carries, by its path below `static/`.
    pub fn carried(path: &str) -> Option<Self> {
        let (plain, gzip) = (Files::get(path), Files::get(&format!("{path}.gz")));
        let hash = plain.as_ref().or(gzip.as_ref())?.metadata.sha256_hash();
        Some(Self {
            content_type: content_type(path),
            tag: tag(&hash),
            plain: plain.map(|file| file.data),
            brotli: Files::get(&format!("{path}.br")).map(|file| file.data),
            gzip: gzip.map(|file| file.data),
            cache: REVALIDATED,
        })
    }

    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// The uncompressed content, of a text file.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.plain()).into_owned()
    }

    /// Unpacked, where the program carries it packed alone.
    fn plain(&self) -> Cow<'_, [u8]> {
        if let Some(plain) = &self.plain {
            return Cow::Borrowed(plain);
        }
        let mut plain = Vec::new();
        // What the build has packed can be unpacked.
        let _ = GzDecoder::new(self.gzip.as_deref().unwrap_or_default()).read_to_end(&mut plain);
        Cow::Owned(plain)
    }

    /// A file made while running.
    pub fn made(content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            content_type,
            tag: tag(&Sha256::digest(&bytes)),
            plain: Some(Cow::Owned(bytes)),
            brotli: None,
            gzip: None,
            cache: REVALIDATED,
        }
    }
}

/// Answers with the file, its best form that the browser takes, or 304 when the browser has it.
pub fn asset(request: &Request, asset: &Asset) -> Response {
    let accepted = request.header(header::ACCEPT_ENCODING).unwrap_or_default();
    let (encoding, bytes) = match (&asset.brotli, &asset.gzip) {
        (Some(bytes), _) if accepts(accepted, "br") => (Some("br"), Cow::Borrowed(&**bytes)),
        (_, Some(bytes)) if accepts(accepted, "gzip") => (Some("gzip"), Cow::Borrowed(&**bytes)),
        _ => (None, asset.plain()),
    };
    // A strong tag names exact bytes, so each form has its own (RFC 9110, section 8.8.3.3).
    let tag = match encoding {
        Some(encoding) => format!("\"{}-{encoding}\"", asset.tag),
        None => format!("\"{}\"", asset.tag),
    };
    let known = request.header(header::IF_NONE_MATCH).unwrap_or_default();
    let names_it = |known: &str| known == "*" || known.trim_start_matches("W/") == tag;
    let mut response = if known.split(',').map(str::trim).any(names_it) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::builder().content_type(asset.content_type).body(bytes.into_owned())
    };
    let headers = response.headers_mut();
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(asset.cache));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

/// What is there to be read and for nothing else; where nothing is, any method finds nothing.
///
/// # Errors
/// `method_not_allowed`.
pub fn read_only(request: &Request, response: Response) -> poem::Result<Response> {
    match *request.method() {
        Method::GET | Method::HEAD => Ok(response),
        _ => Err(MethodNotAllowedError.into()),
    }
}

/// `/widget/widget.js`: its path never changes, so it is asked for anew each time.
#[handler]
pub fn loader(request: &Request) -> poem::Result<Response> {
    widget_file(request, "widget.js", REVALIDATED)
}

/// `/widget/{version}/{path}`: kept for ever. An older version's page gets the present files, for now.
#[handler]
pub fn hashed(
    request: &Request,
    Path((version, path)): Path<(String, String)>,
) -> poem::Result<Response> {
    let cache = if version == tag::VERSION { FOR_EVER } else { REVALIDATED };
    widget_file(request, &path, cache)
}

fn widget_file(request: &Request, path: &str, cache: &'static str) -> poem::Result<Response> {
    let found = Asset::carried(&format!("widget/{path}"))
        .filter(|_| !is_compressed_form(path))
        .ok_or_else(|| Error::not_found("not_found", "The widget has no such file."))?;
    let mut response = read_only(request, asset(request, &Asset { cache, ..found }))?;
    let headers = response.headers_mut();
    // Modules are fetched with CORS, from any website's pages; so that a pinned loader can be checked, it is too.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(response)
}

fn is_compressed_form(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|ending| ending == "br" || ending == "gz")
}

/// Whether `Accept-Encoding` names a coding and does not refuse it by `q=0`.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|part| {
            part.strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok()) == Some(0.0)
        });
        named && !refused
    })
}

fn tag(hash: &[u8]) -> String {
    hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "svg" => "image/svg+xml",
        "xml" => "application/xml; charset=utf-8",
        "png" => "image/png",
        _ => "text/plain; charset=utf-8",
    }
}
