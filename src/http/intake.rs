//! Bodies on their way in: read whole, within a size and a time, before anybody looks at the request. Of one that is too
//! large no more is read than is needed to know it, until the request was counted.

use std::{io, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream::BoxStream};
use poem::{
    Request, Response,
    http::{StatusCode, header},
};

use super::error::{Refusal, broken_body, too_large};

/// Bytes of a request's body.
pub const LARGEST: usize = 64 * 1024;
/// How long a body may take to come.
const WITHIN: Duration = Duration::from_secs(15);
/// How much of a body that is too large is read beside the refusal.
const READ_ON: usize = 1024 * 1024;

/// Stands in a request for a body that did not come as it should: what whoever asks for it is told.
#[derive(Clone, Copy)]
pub struct Unfit(pub fn() -> Refusal);

type Chunks = BoxStream<'static, io::Result<Bytes>>;

/// Puts the whole body into the request. Of one that is too large no more is read than is needed to know it; what is
/// wrong with one is said, with what more of it may come.
pub async fn read_body(request: &mut Request) -> Option<(Unfit, Option<Chunks>)> {
    let headers = request.headers();
    let length = headers.get(header::CONTENT_LENGTH);
    if headers.get(header::TRANSFER_ENCODING).is_none() && length.is_none() {
        return None;
    }
    let length: Option<usize> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    // Who asks first whether to send it is answered, and sends nothing.
    let is_held_back = headers.contains_key(header::EXPECT);
    let mut chunks: Chunks = Box::pin(request.take_body().into_bytes_stream());
    if length.is_some_and(|length| length > LARGEST) {
        return Some((Unfit(too_large), (!is_held_back).then_some(chunks)));
    }
    let mut body = BytesMut::new();
    let read = async {
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| Unfit(broken_body))?;
            if body.len() + chunk.len() > LARGEST {
                return Err(Unfit(too_large));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(())
    };
    match tokio::time::timeout(WITHIN, read).await {
        Ok(Ok(())) => {
            request.set_body(body.freeze());
            None
        }
        Ok(Err(unfit)) => Some((unfit, Some(chunks))),
        Err(_) => Some((Unfit(broken_body), None)),
    }
}

/// Reads on for a while beside the answer, as one who is still sending would else see a broken connection in its place.
/// Who comes too often is not listened to any longer.
pub fn heard_out(response: Response, read: Option<(Unfit, Option<Chunks>)>) -> Response {
    if response.status() != StatusCode::TOO_MANY_REQUESTS
        && let Some((_, Some(mut rest))) = read
    {
        let read_on = async move {
            let mut total = 0;
            while let Some(Ok(chunk)) = rest.next().await {
                total += chunk.len();
                if total > READ_ON {
                    break;
                }
            }
        };
        tokio::spawn(tokio::time::timeout(WITHIN, read_on));
    }
    response
}
