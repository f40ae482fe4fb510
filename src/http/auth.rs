//! Who is asking: a handler that takes a [`Caller`] cannot be reached without a good token.

use poem::{Request, http::header};
use poem_openapi::{SecurityScheme, auth::Bearer};

use super::{gate, limits};
use crate::{
    access::limits::Key,
    clock::Moment,
    desk::{Desk, visitor::Visitor},
    error::Error,
};

/// The token that `/init` returned, good for its one conversation and for one hour.
#[derive(SecurityScheme)]
#[oai(rename = "visitor_token", ty = "bearer", bearer_format = "JWT", checker = "visitor")]
pub struct Caller(pub Visitor);

async fn visitor(request: &Request, bearer: Bearer) -> poem::Result<Visitor> {
    // Of two, a proxy before us may have looked at the other one.
    if request.headers().get_all(header::AUTHORIZATION).iter().count() > 1 {
        return Err(Error::unauthorized().into());
    }
    let desk = request
        .data::<Desk>()
        .ok_or_else(|| Error::internal("the desk is not among the request's data"))?;
    let origin = gate::origin(request).filter(|_| !gate::is_own_page(request));
    let visitor = desk.visitor(&bearer.token, origin.as_deref(), Moment::now())?;
    // The whole path: what the router sees is without its prefix.
    if let Some(bucket) = limits::bucket(request.method(), request.original_uri().path()) {
        limits::count(request, bucket, Key::Conversation(visitor.conversation.id), 1)?;
    }
    Ok(visitor)
}
