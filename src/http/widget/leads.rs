//! Contact details: `POST /widget/leads`.

use std::collections::HashMap;

use poem::web;
use poem_openapi::{Object, OpenApi, types::Any};
use serde::Serialize;
use serde_json::Value;

use super::Tag;
use crate::{
    clock::Moment,
    desk::{
        Desk,
        leads::{self, Details},
    },
    error::Fields,
    http::{
        auth::Caller,
        body::{Body, Checked, Data},
    },
    store::leads::Saved,
};

pub struct Leads;

/// Contact details.
#[derive(Object)]
struct LeadRequest {
    /// Checked, trimmed and lower-cased.
    email: String,
    /// At most 200 characters.
    name: Option<String>,
    /// At most 200 characters, in whatever form.
    phone: Option<String>,
    /// Further answers of the form, at most 20; values of at most 4000 characters. Unknown keys are kept too.
    fields: Option<HashMap<String, Any<Value>>>,
}

impl Checked for LeadRequest {
    fn check(body: &Value, wrong: &mut Fields) {
        for (key, value) in body["fields"].as_object().into_iter().flatten() {
            if let Some(problem) = leads::problem_of_field(key, value) {
                wrong.entry(format!("fields.{key}")).or_insert_with(|| vec![problem]);
            }
        }
    }
}

/// The lead as it is kept.
#[derive(Object, Serialize)]
struct LeadResponse {
    /// One for each agent and address.
    lead_id: String,
    /// `created` or `updated`.
    status: String,
}

#[OpenApi]
impl Leads {
    /// Leave contact details
    ///
    /// One lead for each address: a repeat updates it, and a value that is not sent again stays.
    #[oai(path = "/widget/leads", method = "post", tag = "Tag::Leads", operation_id = "leave_lead")]
    async fn leave(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        body: Body<LeadRequest>,
    ) -> poem::Result<Data<LeadResponse>> {
        let LeadRequest { email, name, phone, fields } = body.0;
        let fields = fields.unwrap_or_default().into_iter().map(|(key, value)| (key, value.0));
        let details = Details { email, name, phone, fields: fields.collect() };
        let (lead_id, saved) = desk.leave_details(&caller.0, details, Moment::now()).await?;
        Ok(Data(LeadResponse {
            lead_id: lead_id.to_string(),
            status: match saved {
                Saved::Created => "created",
                Saved::Updated => "updated",
            }
            .into(),
        }))
    }
}
