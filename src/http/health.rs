//! For supervisors and load balancers: does the process run, and can it do its work?

use poem::{handler, http::StatusCode, web::Data};

use crate::desk::Desk;

/// 200 as long as the process answers at all.
#[handler]
pub fn alive() -> &'static str {
    "ok\n"
}

/// 200 when the database can be read, else 503.
#[handler]
pub fn ready(desk: Data<&Desk>) -> (StatusCode, &'static str) {
    match desk.store.peek(crate::store::workspaces::first) {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(error = ?error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}
