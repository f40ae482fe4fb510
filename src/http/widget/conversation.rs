//! The rest of the conversation: reading it, clearing it, asking for a person, ratings, and being forgotten.

use poem::web;
use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Path, Query},
};
use serde::Serialize;

use super::{Tag, messages::Message};
use crate::{
    clock::Moment,
    desk::{Desk, conversation, handover},
    error::Error,
    http::{
        auth::Caller,
        body::{Accepted, Body, Checked, Data, Nothing, Optional},
    },
    id::MessageId,
    store::conversations::Status,
};

pub struct Conversation;

/// What was said, and who answers.
#[derive(Object, Serialize)]
struct Messages {
    /// Oldest first.
    messages: Vec<Message>,
    /// `bot`, `waiting`, `human` or `offline`.
    status: String,
    /// Who answers, once a person does.
    operator: Option<Operator>,
    /// The person who answers is writing just now.
    operator_typing: bool,
}

/// A person at the desk.
#[derive(Object, Serialize)]
struct Operator {
    /// As visitors read it.
    name: String,
}

/// When it was cleared.
#[derive(Object, Serialize)]
struct Cleared {
    /// What was said until then is gone for the visitor and for the model.
    cleared_at: String,
}

/// A wish for a person.
#[derive(Object)]
struct HumanRequest {
    /// What it is about, for the person; at most 500 characters.
    reason: Option<String>,
}

/// Whether somebody will come.
#[derive(Object, Serialize)]
struct HumanRequested {
    /// `waiting`, `offline` when nobody is there, or `human` when one is at the other end already.
    status: String,
    /// While waiting: how long a person has to come, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_seconds: Option<u64>,
    /// While offline: when somebody will be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<String>,
}

/// It was taken in.
#[derive(Object, Serialize)]
struct Taken {
    /// True.
    accepted: bool,
}

/// What the visitor thinks.
#[derive(Enum, Serialize)]
#[oai(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
enum Rating {
    Good,
    Bad,
}

/// What the visitor thinks of the conversation.
#[derive(Object)]
struct SatisfactionRequest {
    /// Of the whole conversation.
    rating: Rating,
    /// In the words of the visitor; at most 500 characters.
    comment: Option<String>,
}

/// What the visitor thinks of an answer.
#[derive(Object)]
struct FeedbackRequest {
    /// Of this answer.
    rating: Rating,
}

impl Checked for HumanRequest {}
impl Checked for SatisfactionRequest {}
impl Checked for FeedbackRequest {}

/// The rating that counts now.
#[derive(Object, Serialize)]
struct Rated {
    /// As it is stored.
    rating: Rating,
}

/// What was erased.
#[derive(Object, Serialize)]
struct ErasedResponse {
    /// How much it was.
    erased: Erased,
}

/// How much was erased.
#[derive(Object, Serialize)]
struct Erased {
    /// With all that was said in them.
    conversations: u64,
    /// Of the visitor and of the desk.
    messages: u64,
    /// Contact details.
    leads: u64,
    /// What the widget reported.
    events: u64,
}

#[OpenApi]
impl Conversation {
    /// Read the conversation
    ///
    /// For clients that cannot hold a socket: ask again with the id of the last message.
    #[oai(
        path = "/widget/conversation/messages",
        method = "get",
        tag = "Tag::Conversation",
        operation_id = "read_messages"
    )]
    async fn messages(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        /// The id of the last message that the client has.
        #[oai(validator(max_length = 26))]
        after: Query<Option<String>>,
        /// 1 to 100.
        #[oai(default = "most", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u32>,
    ) -> poem::Result<Data<Messages>> {
        let after = match &after.0 {
            Some(id) => Some(message_id(id)?),
            None => None,
        };
        let status = handover::status(&caller.0.conversation, Moment::now());
        let messages = desk.messages(&caller.0, after, limit.0).await?;
        Ok(Data(Messages {
            messages: messages.into_iter().map(Message::from).collect(),
            status: status.name().to_owned(),
            operator: None,
            operator_typing: false,
        }))
    }

    /// Clear the conversation
    ///
    /// What was said before vanishes for the visitor and for the model; the owner keeps it.
    #[oai(
        path = "/widget/conversation/clear",
        method = "post",
        tag = "Tag::Conversation",
        operation_id = "clear_conversation"
    )]
    async fn clear(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        _body: Nothing,
    ) -> poem::Result<Data<Cleared>> {
        let now = Moment::now();
        desk.clear(&caller.0, now).await?;
        Ok(Data(Cleared { cleared_at: now.to_string() }))
    }

    /// Ask for a person
    ///
    /// While the visitor waits, messages are left to the person (`handoff`) and the machine is silent; when nobody came
    /// in time, or nobody is there at this hour (`offline`), the machine answers the next message again. Asking again
    /// changes nothing. The body may be left out.
    #[oai(
        path = "/widget/request-human",
        method = "post",
        tag = "Tag::Conversation",
        operation_id = "request_human"
    )]
    async fn request_human(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        body: Optional<HumanRequest>,
    ) -> poem::Result<Data<HumanRequested>> {
        let asked = desk.ask_for_human(&caller.0, body.0.reason, Moment::now()).await?;
        let waits = asked.status == Status::Waiting;
        Ok(Data(HumanRequested {
            status: asked.status.name().to_owned(),
            timeout_seconds: waits.then_some(handover::PATIENCE.as_secs()),
            opens_at: asked.opens_at.map(|moment| moment.to_string()),
        }))
    }

    /// Say that the visitor is typing
    ///
    /// Every few seconds while they do, and only while a person is at the other end. Nothing is stored.
    #[oai(
        path = "/widget/typing",
        method = "post",
        tag = "Tag::Conversation",
        operation_id = "typing"
    )]
    async fn typing(&self, _caller: Caller, _body: Nothing) -> poem::Result<Accepted<Taken>> {
        Ok(Accepted(Taken { accepted: true }))
    }

    /// Rate the conversation
    ///
    /// The last rating counts.
    #[oai(
        path = "/widget/satisfaction",
        method = "post",
        tag = "Tag::Conversation",
        operation_id = "rate_conversation"
    )]
    async fn satisfaction(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        body: Body<SatisfactionRequest>,
    ) -> poem::Result<Data<Rated>> {
        let SatisfactionRequest { rating, comment } = body.0;
        desk.rate_conversation(&caller.0, (&rating).into(), comment).await?;
        Ok(Data(Rated { rating }))
    }

    /// Rate an answer
    ///
    /// The last rating counts. Owners see what is rated `bad` among the questions that want a better answer.
    #[oai(
        path = "/widget/messages/:message_id/feedback",
        method = "post",
        tag = "Tag::Messages",
        operation_id = "rate_message"
    )]
    async fn feedback(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        /// The `message_id` of the answer.
        message_id: Path<String>,
        body: Body<FeedbackRequest>,
    ) -> poem::Result<Data<Rated>> {
        let rating = body.0.rating;
        let id = self::message_id(&message_id)?;
        desk.rate_answer(&caller.0, id, (&rating).into()).await?;
        Ok(Data(Rated { rating }))
    }

    /// Forget this visitor
    ///
    /// All that the visitor left is erased, and every token of theirs is good for nothing from then on.
    #[oai(
        path = "/widget/me",
        method = "delete",
        tag = "Tag::Conversation",
        operation_id = "erase_me"
    )]
    async fn erase(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        _body: Nothing,
    ) -> poem::Result<Data<ErasedResponse>> {
        let erased = desk.erase(&caller.0).await?;
        Ok(Data(ErasedResponse {
            erased: Erased {
                conversations: erased.conversations as u64,
                messages: erased.messages as u64,
                leads: erased.leads as u64,
                events: erased.events as u64,
            },
        }))
    }
}

fn most() -> u32 {
    100
}

/// What cannot be an id names nothing.
fn message_id(text: &str) -> Result<MessageId, Error> {
    text.parse().map_err(|_| Error::not_found("not_found", "There is no message with this id."))
}

impl From<&Rating> for conversation::Rating {
    fn from(rating: &Rating) -> Self {
        match rating {
            Rating::Good => Self::Good,
            Rating::Bad => Self::Bad,
        }
    }
}
