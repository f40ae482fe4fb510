//! All that a launcher needs before the visitor acts. Nobody is counted and nothing is stored.

use std::collections::BTreeMap;

use poem::{IntoResponse, Request, Response, http::header, web};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::Query,
    registry::{MetaResponses, Registry},
};
use serde::Serialize;

use super::{
    Tag,
    agent::{Agent, Branding, Rule, rules},
    realtime::Reverb,
};
use crate::{
    desk::Desk,
    error::Error,
    http::{
        assets::{Asset, asset},
        body::Data,
        gate, limits,
    },
    id::AgentId,
};

pub struct Config;

/// All that a launcher needs before the visitor acts.
#[derive(Object, Serialize)]
struct LauncherConfig {
    /// As in `/init`.
    agent: Agent,
    /// As in `/init`.
    branding: Branding,
    /// As in `/init`.
    behavior_rules: Vec<Rule>,
    /// The owner's own words for texts of the widget, by key.
    strings: BTreeMap<String, String>,
    /// As `reverb` in `/init`.
    realtime: Reverb,
}

/// The configuration with its tag, or 304.
struct Tagged(Response);

impl IntoResponse for Tagged {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for Tagged {
    fn meta() -> MetaResponses {
        Data::<LauncherConfig>::meta()
    }

    fn register(registry: &mut Registry) {
        Data::<LauncherConfig>::register(registry);
    }
}

#[OpenApi]
impl Config {
    /// Read the launcher's configuration
    ///
    /// Cacheable for a minute; makes no visitor. Gated by the `Origin` header like `/init`.
    #[oai(path = "/widget/config", method = "get", tag = "Tag::Visit", operation_id = "config")]
    async fn config(
        &self,
        desk: web::Data<&Desk>,
        request: &Request,
        _look: limits::Look,
        /// The agent's id, as in the script tag.
        agent_id: Query<String>,
    ) -> poem::Result<Tagged> {
        let agent_id: AgentId = agent_id.parse().map_err(|_| unknown())?;
        let agent = desk.agents.published(agent_id)?;
        gate::admit(&desk, &agent, request)?;
        let config = LauncherConfig {
            agent: Agent::from(&*agent),
            branding: Branding::from(&agent.profile.branding),
            behavior_rules: rules(&agent.profile),
            strings: agent.profile.strings.clone().into_iter().collect(),
            realtime: Reverb::seen_by(request),
        };
        let text =
            serde_json::to_vec(&serde_json::json!({ "data": config })).map_err(Error::from)?;
        let mut response = asset(request, &Asset::made("application/json", text));
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, header::HeaderValue::from_static("max-age=60"));
        Ok(Tagged(response))
    }
}

/// An id that cannot be one is an agent that does not exist.
pub fn unknown() -> Error {
    Error::not_found(
        "agent_not_found",
        "There is no published agent with this id. Check the data-agent-id of the script tag, and publish the agent.",
    )
}
