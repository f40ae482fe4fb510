//! The tag that a site owner pastes: as it always is, or pinned to the very bytes of this version's loader.

use crate::id::AgentId;

/// The hash of all files of the widget (build.rs): part of the path under which they never change.
pub const VERSION: &str = env!("WIDGET_VERSION");
/// The loader's, as browsers check it (W3C Subresource Integrity).
pub const INTEGRITY: &str = env!("WIDGET_INTEGRITY");

/// For a server reached at `address`, without a slash at its end.
pub fn plain(address: &str, agent: AgentId) -> String {
    let address = escape(address);
    format!("<script src=\"{address}/widget/widget.js\" data-agent-id=\"{agent}\" async></script>")
}

/// The same, with a path that holds this version alone, and refused by browsers should it ever hold another.
pub fn pinned(address: &str, agent: AgentId) -> String {
    let address = escape(address);
    format!(
        "<script src=\"{address}/widget/{VERSION}/widget.js\" integrity=\"{INTEGRITY}\" crossorigin=\"anonymous\" \
         data-agent-id=\"{agent}\" async></script>"
    )
}

/// In the chat's own page. As a module, which browsers that are too old for the panel do not run: they keep what the
/// page says without it.
pub fn page(agent: AgentId) -> String {
    format!(
        "<script type=\"module\" src=\"/widget/widget.js\" data-agent-id=\"{agent}\" data-mode=\"page\"></script>"
    )
}

fn escape(text: &str) -> String {
    ammonia::clean_text(text).replace("&#47;", "/")
}
