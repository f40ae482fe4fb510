//! Where the realtime socket is.

use poem::Request;
use poem_openapi::Object;
use serde::Serialize;

use crate::{access::channels::APP_KEY, http::gate::PublicAddress};

/// The realtime socket's address, for Pusher clients.
#[derive(Object, Serialize)]
pub struct Reverb {
    /// The application's name, for the client's constructor.
    app_key: String,
    /// As the browser reaches it.
    host: String,
    /// As the browser reaches it.
    port: u16,
    /// `wss` where the server is reached by https.
    scheme: String,
}

impl Reverb {
    /// On the port that the browser already uses.
    pub fn seen_by(request: &Request) -> Self {
        let address = PublicAddress::of_request(request);
        Self {
            app_key: APP_KEY.into(),
            scheme: if address.secure { "wss" } else { "ws" }.into(),
            host: address.host,
            port: address.port,
        }
    }
}
